"""POST /leads and /leads/batch: what quick entry and the import do, for other programs."""

import pydantic
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_noop

from leads.actions import NewLead
from leads.actions.taking_in import Outcome, Taken, take_in
from leads.policy import ENTERERS
from salesops.people.models import Scope, User
from salesops.web.api.keys import scoped
from salesops.web.api.once import Answer, once
from salesops.web.api.validation import field_errors

from .router import router
from .schemas import Batch, BatchOut, FieldErrorOut, LeadIn, LeadRef, RowOut, TakenOut

EXAMPLE = {"company": "克来机电", "contact": "蒋宇", "phone": "13900139000", "source": "website", "need": "想看演示"}


@router.post(
    "",
    **scoped(Scope.LEADS_WRITE, example=EXAMPLE),
    response={201: TakenOut, 200: TakenOut},
    url_name="leads",
    operation_id="create_lead",
    summary=gettext_noop("Add a lead"),
    description=gettext_noop(
        "Answers 201 for a new lead, which waits to be cleaned by sales operations, and 200 for one that is known: "
        "what was blank on it is filled in, or nothing is done."
    ),
)
def create(request, payload: LeadIn):
    by = _author(request)

    def act() -> Answer:
        (taken,) = take_in([_new(payload)], by=by, at=request.now)
        made = taken.outcome == Outcome.CREATED
        return Answer(201 if made else 200, _told(taken), _address(taken.lead.pk) if made else "")

    return once(request, act)


@router.post(
    "/batch",
    **scoped(Scope.LEADS_WRITE, example={"leads": [EXAMPLE]}),
    response=BatchOut,
    url_name="batch",
    operation_id="create_leads",
    summary=gettext_noop("Add up to 100 leads"),
    description=gettext_noop("One result per row, in the order of the rows."),
)
def create_many(request, payload: Batch):
    by = _author(request)
    read = [_read(row) for row in payload.leads]
    news = [new for new in read if isinstance(new, NewLead)]

    def act() -> Answer:
        taken = iter(take_in(news, by=by, at=request.now))
        return Answer(
            200,
            BatchOut(
                results=[
                    RowOut(row=row, **_told(next(taken)).model_dump())
                    if isinstance(new, NewLead)
                    else RowOut(row=row, outcome="invalid", errors=new)
                    for row, new in enumerate(read)
                ]
            ),
        )

    return once(request, act)


def _author(request) -> User:
    person = request.auth.person
    if not person.has_role(*ENTERERS):
        raise PermissionDenied
    return person


def _read(row) -> NewLead | list[FieldErrorOut]:
    try:
        return _new(LeadIn.model_validate(row))
    except pydantic.ValidationError as error:
        found = field_errors(error.errors(include_url=False, include_input=False))
        return [FieldErrorOut(pointer=one.pointer, code=one.code, detail=one.detail) for one in found]


def _new(payload: LeadIn) -> NewLead:
    said = payload.model_dump()
    return NewLead(**said | {name: said[name] or "" for name in ("size", "grade")})


def _told(taken: Taken) -> TakenOut:
    lead = lead_ref(taken.lead.pk) if taken.lead else None
    return TakenOut(outcome=taken.outcome, lead=lead, reason=taken.why, filled=list(taken.filled))


def lead_ref(pk: int) -> LeadRef:
    return LeadRef(id=pk, url=_address(pk))


def _address(pk: int) -> str:
    return reverse("api:lead", args=[pk])

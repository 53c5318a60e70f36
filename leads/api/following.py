"""POST /leads/{id}/follow-ups: a follow-up that was made elsewhere, under the rules of the page's form."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop

from leads import actions
from leads.forms import FollowUpForm
from leads.models import FollowUp, Lead, Way
from leads.models.follow_up import IMPORTANT
from leads.policy import may
from salesops.people.models import Scope, User
from salesops.sop.forecast import forecast
from salesops.sop.models import Deadline, Ending
from salesops.sop.registry import registry
from salesops.web.api.keys import scoped
from salesops.web.api.once import Answer, once
from salesops.web.api.problems import FieldError, Problem
from salesops.web.forms.once import FIELD, new_token

from .entering import lead_ref
from .reading import find_whole
from .router import router
from .schemas import DutyOut, FollowUpIn, FollowUpOut

EXAMPLE = {"way": "call", "reached": True, "note": "客户想先看案例", "need": "替换旧系统", "intent": "high"}
# Fields of the form that are called otherwise there.
NAMES = {"result": "way", "next": "next_on", "unanswered": "reached", "important_way": "way"}


@router.post(
    "/{int:pk}/follow-ups",
    **scoped(Scope.LEADS_WRITE, example=EXAMPLE),
    response={201: FollowUpOut},
    url_name="follow_ups",
    operation_id="log_follow_up",
    summary=gettext_noop("Log a follow-up"),
    description=gettext_noop("For a lead that the person on whose behalf the key acts works on, or stands in for."),
)
def create(request, pk: int, payload: FollowUpIn):
    person = request.auth.person

    def act() -> Answer:
        lead = find_whole(person, pk)
        if not may(person, lead).work:
            raise PermissionDenied
        form = _form(lead, payload, person, request.now)
        if not form.is_valid():
            raise Problem("invalid", errors=_errors(form))
        said = form.logged() | {"way": payload.way, "reached": payload.reached, "progress": payload.progress}
        try:
            logged = actions.log_follow_up(lead, by=person, at=request.now, **said)
        except actions.Refused as refused:
            raise Problem("refused", str(refused)) from refused
        told = FollowUpOut(id=logged.pk, lead=lead_ref(pk), logged_at=logged.logged_at, met=_met(logged))
        return Answer(201, told)

    return once(request, act)


def _form(lead: Lead, payload: FollowUpIn, person: User, now) -> FollowUpForm:
    given = payload.model_dump(exclude={"way", "reached", "progress", "intent", "talked_at"})
    given |= {
        "result": _result(payload),
        "asked": "1",
        "talked_at": payload.talked_at and payload.talked_at.isoformat(),
    }
    given["intent" if lead.responded_at is None else "intent_now"] = payload.intent
    if payload.way in IMPORTANT:
        given["important_way"] = payload.way.value
    if not payload.reached and payload.way != Way.CALL:
        given["unanswered"] = "on"
    proposal = forecast("lead.follow_up", owner=lead.owner or person, case=lead.grade, at=now)
    data = {name: value for name, value in given.items() if value not in (None, "", False)}
    # The page's own token says nothing here: a call is made once by its Idempotency-Key.
    return FollowUpForm(data | {FIELD: new_token()}, lead=lead, now=now, forecast=proposal)


def _result(payload: FollowUpIn) -> str:
    if payload.way in (Way.MESSAGE, Way.VISIT, Way.MAIL):
        return payload.way.value
    return "no_progress" if payload.reached or payload.way != Way.CALL else "no_answer"


def _errors(form: FollowUpForm) -> list[FieldError]:
    names = set(FollowUpIn.model_fields)
    return [
        FieldError(f"#/{name}" if name in names else "#", error.code or "invalid", " ".join(error.messages))
        for field, errors in form.errors.as_data().items()
        for name in [NAMES.get(field, field)]
        for error in errors
    ]


def _met(logged: FollowUp) -> list[DutyOut]:
    rows = Deadline.objects.filter(ended_by__name="follow_up.logged", ended_by__subject=f"follow_up:{logged.pk}")
    return [
        DutyOut(rule=row.rule, title=str(registry[row.rule].title), in_time=row.met_at <= row.due_at)
        for row in rows.filter(ending=Ending.MET)
        if row.rule in registry.rules
    ]

"""What the API takes and gives. Texts are English here and in the reader's language in the description."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WrapValidator,
    field_validator,
    model_validator,
)

from leads.identity import phone_digits, tidy
from leads.models import Grade, Intent, Size, Source, Stage, Status, Way
from leads.reading import values
from salesops.web.api.validation import wrong

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


def _source(value: Any) -> Any:
    """A code, or the word of a registration form: 官网."""
    return (values.source(value) or value) if isinstance(value, str) else value


def _said(value: Any) -> Any:
    return None if value == "" else value


Blank = BeforeValidator(_said)  # an empty text says nothing, where one of several words may stand


class Strict(Schema):
    """A body in which a name that nobody knows is told, instead of being left out in silence."""

    model_config = ConfigDict(extra="forbid")


class LeadIn(Strict):
    company: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        description=gettext_noop("The company, or the person's name.")
    )
    source: Annotated[Source, BeforeValidator(_source)] = Field(
        description=gettext_noop(
            "Where the lead comes from; the Chinese words of the registration form are read as well."
        )
    )
    contact: Line = Field("", description=gettext_noop("The contact's name."))
    title: Line = Field("", description=gettext_noop("The contact's job title."))
    phone: Line = Field(
        "", description=gettext_noop("Phone, e-mail or WeChat: one of them is needed. Landlines with area code.")
    )
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = Field("")
    wechat: Line = Field("")
    industry: Line = Field("")
    region: Line = Field("")
    size: Annotated[Size | None, Blank] = None
    product: Line = Field("")
    need: Text = Field(
        "", description=gettext_noop("The customer's need. Nothing about a contact's income or family belongs here.")
    )
    budget: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = Field(
        None, description=gettext_noop("In 10,000 yuan.")
    )
    grade: Annotated[Grade | None, Blank] = Field(
        None, description=gettext_noop("A proposal; sales operations sets the grade while cleaning.")
    )

    @field_validator("company", mode="after")
    @classmethod
    def _tidied(cls, value: str) -> str:
        return tidy(value)

    @field_validator("phone", mode="after")
    @classmethod
    def _callable(cls, value: str) -> str:
        number = phone_digits(value)
        if value and not number:
            raise wrong("phone", _("This is no phone number that can be called."))
        return number

    @field_validator("email", mode="after")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            if value:
                validate_email(value)
        except ValidationError as error:
            raise wrong("email", _("This is no mail address.")) from error
        return value

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.phone or self.email or self.wechat):
            raise wrong("no_way", _("Give a phone number, an e-mail address or a WeChat name that can be used."))
        return self


# Described like one, and not looked at yet: a row that cannot be used must not stop the others.
Row = Annotated[LeadIn, WrapValidator(lambda value, _handler: value)]


class Batch(Strict):
    leads: list[Row] = Field(
        min_length=1,
        max_length=100,
        description=gettext_noop(
            "Up to 100 leads; each is judged by itself, and one that cannot be used stops no other."
        ),
    )


class FollowUpIn(Strict):
    way: Way
    reached: bool = Field(description=gettext_noop("Whether the customer was reached; false for a try in vain."))
    progress: bool | None = None
    note: Text = Field("", description=gettext_noop("What was said; needed where the customer was reached."))
    need: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = Field(
        "", description=gettext_noop("What the customer needs; the first response needs it.")
    )
    intent: Annotated[Intent | None, Blank] = Field(
        None, description=gettext_noop("How serious it is; the first response needs it.")
    )
    feedback: Text = Field("")
    objection: Annotated[str, StringConstraints(max_length=500)] = Field("")
    objection_answer: Annotated[str, StringConstraints(max_length=500)] = Field("")
    next_step: Annotated[str, StringConstraints(max_length=200)] = Field("")
    next_on: date | None = Field(
        None, description=gettext_noop("The day of the next follow-up; without one the SOP sets it.")
    )
    later_reason: Annotated[str, StringConstraints(max_length=300)] = Field(
        "", description=gettext_noop("Why later than the SOP asks.")
    )
    talked_at: AwareDatetime | None = Field(None, description=gettext_noop("When the talk ended; without one, now."))
    important: bool = Field(False, description=gettext_noop("Detailed minutes follow."))


class FieldErrorOut(Schema):
    pointer: str
    code: str
    detail: str


class LeadRef(Schema):
    id: int
    url: str


class TakenOut(Schema):
    outcome: Literal["created", "updated", "duplicate"]
    lead: LeadRef | None = Field(description=gettext_noop("The lead that was made, completed or found."))
    reason: Literal["known", "other_company"] | None = Field(
        None,
        description=gettext_noop(
            "Why it is a duplicate: an open lead has it, or the number belongs to another company."
        ),
    )
    filled: list[str] = Field(
        [], description=gettext_noop("The fields that were blank on the lead and are filled in now.")
    )


class RowOut(Schema):
    row: int = Field(description=gettext_noop("Counted from 0."))
    outcome: Literal["created", "updated", "duplicate", "invalid"]
    lead: LeadRef | None = None
    reason: Literal["known", "other_company"] | None = None
    filled: list[str] = []
    errors: list[FieldErrorOut] = []


class BatchOut(Schema):
    results: list[RowOut]


class PersonOut(Schema):
    id: int
    username: str
    name: str


class ContactOut(Schema):
    name: str
    title: str
    phone: str
    email: str
    wechat: str
    masked: bool


class LeadOut(Schema):
    id: int
    url: str
    company: str
    industry: str
    region: str
    size: str
    contact: ContactOut | None
    source: Source
    product: str
    need: str
    budget: Decimal | None
    grade: str
    stage: Stage
    status: Status
    owner: PersonOut | None
    arrived_at: datetime
    qualified_at: datetime | None
    responded_at: datetime | None
    last_contact_at: datetime | None


class LeadsOut(Schema):
    leads: list[LeadOut]
    next: str | None = Field(description=gettext_noop("The cursor of the next page, null on the last one."))


class DutyOut(Schema):
    rule: str
    title: str
    in_time: bool


class FollowUpOut(Schema):
    id: int
    lead: LeadRef
    logged_at: datetime
    met: list[DutyOut] = Field(description=gettext_noop("The duties that it met."))


class DeadlineOut(Schema):
    id: int
    rule: str
    title: str
    owner: PersonOut | None
    desk: str
    starts_at: datetime
    due_at: datetime
    state: Literal["open", "met", "missed", "waived", "void"]
    late: bool
    met_at: datetime | None
    ended_at: datetime | None


class DeadlinesOut(Schema):
    deadlines: list[DeadlineOut]

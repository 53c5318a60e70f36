from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.forms.inputs import DateInput
from leads.models import Lead
from meetings import oneline
from meetings.policy import assignable, helpers
from salesops.documents.forms import FilesField
from salesops.people.models import User
from salesops.sop.calendars import calendar_for
from salesops.web.forms import OneTimeForm


class LaterDay(forms.DateField):
    """A day from today on."""

    widget = DateInput

    def starts(self, now) -> None:
        self.first = timezone.localtime(now).date()
        self.widget.attrs["min"] = self.first.isoformat()

    def clean(self, value):
        day = super().clean(value)
        if day and day < self.first:
            raise ValidationError(_("That day is over; choose today or a later one."))
        return day


class DayForm(OneTimeForm):
    """A form whose days lie ahead."""

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LaterDay):
                field.starts(now)


class OneLineForm(OneTimeForm):
    """A task in one line: "@李四 周五 报价单". Without a name for oneself, without a day for the next working day."""

    line = forms.CharField(
        label=_("New task in one line"),
        max_length=240,
        widget=forms.TextInput(
            attrs={"placeholder": _("@name Friday what is to be done"), "autocomplete": "off", "class": "form-control"}
        ),
    )

    def __init__(self, *args, user: User, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now

    def clean_line(self):
        calendar = calendar_for(self.user)
        today = calendar.local(self.now).date()
        try:
            found = oneline.read(self.cleaned_data["line"], assignable(self.user), today, calendar)
        except oneline.Unclear as unclear:
            raise ValidationError(_who_is(unclear)) from unclear
        if not found.text:
            raise ValidationError(_("Say what is to be done."))
        if found.day and found.day < today:
            raise ValidationError(_("That day is over; choose today or a later one."))
        self.read = {
            "assignee": found.person or self.user,
            "due_on": found.day or calendar.next_working_day(today),
            "content": found.text[:200],
        }
        return self.cleaned_data["line"]


def _who_is(unclear: oneline.Unclear) -> str:
    if unclear.people:
        names = ", ".join(f"@{person.name} ({person.username})" for person in unclear.people[:5])
        return _("“@%(name)s” could be: %(names)s. Write more of the name, or the login name.") % {
            "name": unclear.name,
            "names": names,
        }
    return _(
        "Nobody of your people is called “%(name)s”. Tasks go to yourself and to them; others are asked for help."
    ) % {"name": unclear.name}


class LeadChoice(forms.ModelChoiceField):
    def label_from_instance(self, lead):
        return lead.customer.name


def open_leads(user: User):
    """The user's leads in hand, for choosing which one something is about."""
    held = Lead.objects.filter(owner=user, status__in=["assigned", "active"]).select_related("customer")
    return held.order_by("customer__pinyin", "pk")


class TaskForm(DayForm):
    content = forms.CharField(label=_("What is to be done"), max_length=200)
    standard = forms.CharField(
        label=_("Done when"),
        max_length=300,
        required=False,
        help_text=_("By what one sees that it is done, such as “quote sent, customer has it”."),
    )
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), empty_label=None)
    due_on = LaterDay(label=_("By"))
    important = forms.BooleanField(label=_("important"), required=False)
    urgent = forms.BooleanField(label=_("urgent"), required=False)
    lead = LeadChoice(Lead.objects.none(), label=_("Customer"), required=False, empty_label=_("none"))

    def __init__(self, *args, user: User, lead: Lead | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = assignable(user)
        self.initial.setdefault("assignee", user.pk)
        choices = open_leads(user)
        self.fields["lead"].queryset = (
            choices | Lead.objects.filter(pk=lead.pk).select_related("customer") if lead else choices
        )
        if lead:
            self.initial["lead"] = lead.pk


class ProofForm(OneTimeForm):
    text = forms.CharField(
        label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 2, "class": "grows"}), required=False
    )
    files = FilesField(required=False)

    def clean(self):
        said = super().clean()
        if not self.errors and not said.get("text", "").strip() and not said.get("files"):
            raise ValidationError(_("Say in a line what came of it, or add a file or a photo."))
        return said


class ConfirmForm(OneTimeForm):
    text = forms.CharField(label=_("A word (may stay empty)"), max_length=300, required=False)


class SendBackForm(OneTimeForm):
    reason = forms.CharField(label=_("What is missing"), max_length=300)


class PutOffForm(DayForm):
    next_on = LaterDay(label=_("Next date"))
    reason = forms.CharField(label=_("Why it is not done"), max_length=300)

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, now=now, **kwargs)
        self.initial.setdefault("next_on", timezone.localtime(now).date() + timedelta(days=1))


class DropForm(OneTimeForm):
    reason = forms.CharField(label=_("Why it is not needed any more"), max_length=300)


class HelpForm(OneTimeForm):
    """Help of one person, today."""

    helper = forms.ModelChoiceField(User.objects.none(), label=_("Who is asked"))
    text = forms.CharField(label=_("What is needed"), max_length=300)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["helper"].queryset = helpers(user)


class AnswerForm(OneTimeForm):
    answer = forms.CharField(label=_("What was done, or the answer"), max_length=500)


class PassOnForm(DayForm):
    to = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"), empty_label=None)
    due_on = LaterDay(label=_("By"))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.filter(is_active=True).order_by("pinyin", "id")
        self.initial.setdefault("to", user.pk)


class WithdrawForm(OneTimeForm):
    """Nothing to fill in: the button says it all."""

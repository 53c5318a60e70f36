from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.web.forms import OneTimeForm

from .inputs import DateInput, DateTimeInput


class PromiseForm(OneTimeForm):
    text = forms.CharField(label=_("What was promised"), max_length=300)
    due_on = forms.DateField(label=_("By when"), widget=DateInput)

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.localtime(now).date()
        self.fields["due_on"].widget.attrs["min"] = self.today.isoformat()

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise ValidationError(_("A promise is for today or a later day."))
        return due_on


class QuestionForm(OneTimeForm):
    text = forms.CharField(label=_("What the customer asks"), max_length=300)
    promised_at = forms.DateTimeField(
        label=_("Answer promised for"),
        required=False,
        widget=DateTimeInput,
        help_text=_("Empty: within 24 hours of working days."),
    )


class SentForm(OneTimeForm):
    text = forms.CharField(label=_("What was sent"), max_length=300)


class AnswerForm(OneTimeForm):
    """How it ended, in a line."""

    answer = forms.CharField(label=_("In a line: how it ended"), max_length=500, required=False)


class FirstAnswerForm(AnswerForm):
    answer = forms.CharField(label=_("What was answered"), max_length=500)


class MovePromiseForm(PromiseForm):
    """Another day that the customer has agreed to."""

    text = None
    reason = forms.CharField(label=_("Why another day"), max_length=300)


class DropForm(OneTimeForm):
    reason = forms.CharField(label=_("Why it is not owed any more"), max_length=300)

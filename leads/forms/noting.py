"""What a follow-up may say beyond its result: the whole 客户跟进记录表, folded away until it is needed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.models import Intent
from salesops.documents.forms import FilesField
from salesops.web.forms import OneTimeForm

from .inputs import DateInput, DateTimeInput

WHOLE = ("feedback", "objection", "objection_answer", "next_step", "intent_now")
CHANGED = ("need_now", "contact_name", "contact_title", "contact_phone")
OWED = ("promise", "promise_on", "question", "question_at", "sent")


class WholeRecord(OneTimeForm):
    """The fields of the folds; each may stay empty. Give `lead` and `now` before they are cleaned."""

    feedback = forms.CharField(label=_("Customer's feedback"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    objection = forms.CharField(label=_("Objection"), max_length=500, required=False)
    objection_answer = forms.CharField(label=_("What was answered to it"), max_length=500, required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    intent_now = forms.ChoiceField(label=_("Intent now"), choices=[("", "–"), *Intent.choices], required=False)
    need_now = forms.CharField(
        label=_("The need has changed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Changes the customer's page at once; what stood there is kept."),
    )
    contact_name = forms.CharField(label=_("The contact is now"), max_length=60, required=False)
    contact_title = forms.CharField(label=_("Job title now"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Phone now"), max_length=40, required=False)
    promise = forms.CharField(label=_("I promised"), max_length=300, required=False)
    promise_on = forms.DateField(label=_("By when"), required=False, widget=DateInput)
    question = forms.CharField(label=_("A question I could not answer"), max_length=300, required=False)
    question_at = forms.DateTimeField(label=_("Answer promised for"), required=False, widget=DateTimeInput)
    sent = forms.CharField(label=_("I sent, and wait for an answer"), max_length=300, required=False)
    files = FilesField(required=False)

    def fields_of(self, names):
        return [self[name] for name in names if name in self.fields]

    @property
    def whole(self):
        return self.fields_of(WHOLE)

    @property
    def changed(self):
        return self.fields_of(CHANGED)

    @property
    def owed(self):
        return self.fields_of(OWED)

    def _wrong(self, names) -> bool:
        return any(self.errors.get(name) for name in names)

    @property
    def opens_whole(self) -> bool:
        return self._wrong((*WHOLE, *CHANGED))

    @property
    def opens_owed(self) -> bool:
        return self._wrong(OWED)

    def clean_contact_phone(self):
        text = self.cleaned_data["contact_phone"]
        number = identity.phone_digits(text)
        if text and not number:
            raise ValidationError(_("This is no phone number that can be called."))
        return number

    def clean(self):
        values = super().clean()
        if values.get("promise") and not values.get("promise_on") and "promise_on" not in self.errors:
            self.add_error("promise_on", _("A promise needs a day."))
        if values.get("promise_on") and not values.get("promise"):
            self.add_error("promise", _("Say what was promised."))
        if values.get("promise_on") and values["promise_on"] < timezone.localtime(self.now).date():
            self.add_error("promise_on", _("A promise is for today or a later day."))
        if values.get("question_at") and not values.get("question"):
            self.add_error("question", _("Say what the customer asks."))
        return values

    def along(self) -> dict:
        """What note_along takes. Call it on a valid form."""
        values = self.cleaned_data
        return {name: values.get(name) or None for name in OWED} | {
            "files": values.get("files") or [],
            "need": values.get("need_now", ""),
            "contact": {name: values.get(f"contact_{name}", "") for name in ("name", "title", "phone")},
        }

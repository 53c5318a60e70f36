from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.actions.editing import as_text, fingerprint, part_of
from leads.models import Contact, Lead
from salesops.web.forms import OneTimeForm

PRIVATE = ("phone", "email", "wechat")  # never repeated in a form: looking at them is logged


class FieldForm(OneTimeForm):
    """One field of a lead, its customer or a contact. `seen` says what stood there when it was opened."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, lead: Lead, field: str, contact: Contact | None = None):
        part, name = part_of(lead, field, contact)
        value = getattr(part, name)
        shown = None if field in PRIVATE else value
        super().__init__(data, initial={"value": shown, "seen": fingerprint(as_text(value))}, auto_id="field_%s")
        self.field = field
        self.fields["value"] = part._meta.get_field(name).formfield()
        self.fields["value"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "done"}
        if field == "need":
            self.fields["value"].widget.attrs |= {"rows": 3}
        self.fields["value"].required = field == "company"

    def clean_value(self):
        value = self.cleaned_data["value"]
        if self.field != "phone" or not value:
            return value
        number = identity.phone_digits(value)
        if not number:
            raise ValidationError(_("This is no phone number that can be called."))
        return number

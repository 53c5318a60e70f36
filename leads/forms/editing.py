from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.actions.editing import as_text, part_of
from leads.models import Contact, Lead
from leads.wording import field_label, field_value
from salesops.web.forms import EditForm

PRIVATE = ("phone", "email", "wechat")  # never repeated in a form: looking at them is logged


class FieldForm(EditForm):
    """One field of a lead, its customer or a contact. Raises KeyError for a field that nobody edits."""

    def __init__(self, data=None, *, lead: Lead, field: str, contact: Contact | None = None):
        part, name = part_of(lead, field, contact)
        self.base_fields = {"value": part._meta.get_field(name).formfield(required=field == "company")}
        if contact:
            self.base_fields["contact"] = forms.IntegerField(widget=forms.HiddenInput, initial=contact.pk)
        value = getattr(part, name)
        hidden = {"initial": {"value": None}} if field in PRIVATE else {}
        super().__init__(data, on_file={"value": value}, auto_id=f"field_{field}_%s", **hidden)
        self.field, self.shown = field, field_value(field, as_text(value))
        self.fields["value"].label = field_label(field)
        self.fields["value"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "done", "data-focus": ""}
        if field == "need":
            self.fields["value"].widget.attrs |= {"rows": 3}

    def clean_value(self):
        value = self.cleaned_data["value"]
        if self.field != "phone" or not value:
            return value
        number = identity.phone_digits(value)
        if not number:
            raise ValidationError(_("This is no phone number that can be called."))
        return number

    def clean(self):
        values = super().clean()
        self.conflicts = [replace(each, theirs=self.shown) for each in self.conflicts]
        return values

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.export_workbook import COLUMNS
from leads.models import ProtectionRules
from leads.models.export import CONTACT_COLUMNS
from salesops.web.forms import EditForm, OneTimeForm

LEAST_LETTERS, LEAST_DIFFERENT = 8, 5
PLAIN = [(name, column.label) for name, column in COLUMNS.items() if name not in CONTACT_COLUMNS]
PERSONAL = [(name, column.label) for name, column in COLUMNS.items() if name in CONTACT_COLUMNS]


class ExportForm(OneTimeForm):
    """What for, which columns; contact data only when it is asked for by name and confirmed."""

    purpose = forms.CharField(
        label=_("What for"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For whom, for which work, how long it is kept. Whoever approves reads it, and it is logged."),
    )
    plain = forms.MultipleChoiceField(
        label=_("Columns of the file"),
        choices=PLAIN,
        widget=forms.CheckboxSelectMultiple,
        initial=["customer", "industry", "region", "status", "grade", "stage", "owner"],
    )
    personal = forms.MultipleChoiceField(
        label=_("Contact data"),
        choices=PERSONAL,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Personal data: only what the purpose needs. Where you may not see a contact, the cell stays empty."
        ),
    )
    careful = forms.BooleanField(
        label=_("The file has personal data in it. I keep it safe and delete it after use."), required=False
    )

    def clean_purpose(self):
        text = " ".join(self.cleaned_data["purpose"].split())
        letters = [letter for letter in text.lower() if letter.isalpha()]
        if len(letters) < LEAST_LETTERS or len(set(letters)) < LEAST_DIFFERENT:
            raise ValidationError(_("Say in a sentence what it is for."))
        return text

    def clean(self):
        given = super().clean()
        if given.get("personal") and not given.get("careful"):
            self.add_error("careful", _("Confirm this, or leave the contact data out."))
        return given

    @property
    def columns(self) -> list[str]:
        """All that were ticked, in the order of the file."""
        ticked = {*self.cleaned_data["plain"], *self.cleaned_data["personal"]}
        return [name for name in COLUMNS if name in ticked]


class ProtectionForm(EditForm, forms.ModelForm):
    class Meta:
        model = ProtectionRules
        fields = [
            "reveals_hour",
            "reveals_day",
            "reveals_alarm",
            "views_hour",
            "views_alarm",
            "export_rows",
            "export_hours",
        ]

    @classmethod
    def values_of(cls, rules: ProtectionRules) -> dict[str, object]:
        return {name: getattr(rules, name) for name in cls.Meta.fields}

    @property
    def changed(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

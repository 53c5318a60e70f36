from django import forms
from django.utils.translation import gettext_lazy as _

from leads.library import unknown_places
from leads.models import Case, Script
from salesops.web.forms import EditForm

SHARED = ("title", "industry", "product", "stage")


class ScriptForm(EditForm, forms.ModelForm):
    class Meta:
        model = Script
        fields = [*SHARED, "text"]
        labels = {"title": _("Occasion")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"text": _("{contact}, {company} and {me} are filled in with the lead's own words.")}

    def clean_text(self):
        text = self.cleaned_data["text"]
        unknown = unknown_places(text)
        if unknown:
            raise forms.ValidationError(_("There are no words for {%(place)s}."), params={"place": unknown[0]})
        return text


class CaseForm(EditForm, forms.ModelForm):
    class Meta:
        model = Case
        fields = [*SHARED, "outcome", "customer", "done", "why", "lesson", "for_customers"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("done", "why", "lesson")}


FORMS = {"scripts": ScriptForm, "cases": CaseForm}

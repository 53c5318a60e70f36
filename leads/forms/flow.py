from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Assignment, Grade
from salesops.people.models import User

from .listing import ANY, GRADES, NarrowingForm


class DryRunForm(forms.Form):
    """Which leads, and as which grade; what makes no sense is as if it were not chosen."""

    of = forms.ChoiceField(
        label=_("Leads"), choices=[("cleaning", _("to be cleaned")), ("pool", _("in the lead pool"))], required=False
    )
    grade = forms.ChoiceField(
        label=_("Graded"),
        choices=[("", _("as proposed, else A")), *GRADES[1:]],
        required=False,
    )

    def __init__(self, data):
        super().__init__(data, auto_id="dry_%s")
        self.is_valid()
        cleaned = getattr(self, "cleaned_data", {})
        self.chosen_of = cleaned.get("of") or "cleaning"
        # A pool lead is there because it was not routed as an A lead; the question is what would come of it then.
        self.as_grade = cleaned.get("grade") or (Grade.A if self.chosen_of == "pool" else "")


class FlowForm(NarrowingForm):
    """Whose changes of hands are listed, and which."""

    conditions = {"owner": "owner", "how": "how", "ended": "ended"}

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Account manager"), empty_label=_("any"), required=False
    )
    how = forms.ChoiceField(label=_("How it came"), choices=[ANY, *Assignment.How.choices], required=False)
    ended = forms.ChoiceField(label=_("How it went"), choices=[ANY, *Assignment.Ended.choices], required=False)

    def __init__(self, data, *, people: QuerySet):
        super().__init__(data)
        self.fields["owner"].queryset = people

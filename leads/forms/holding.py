from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Grade
from salesops.people.models import User
from salesops.web.forms import OneTimeForm


class ReasonForm(OneTimeForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class GradeForm(OneTimeForm):
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class TeamForm(OneTimeForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    reason = forms.CharField(label=_("What they do on it"), max_length=300)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class AssignForm(OneTimeForm):
    to = forms.ModelChoiceField(User.objects.none(), label=_("Account manager"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people

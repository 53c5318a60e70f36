from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.web.forms import OneTimeModelForm

from .models import Preference


class QuietHoursForm(OneTimeModelForm):
    class Meta:
        model = Preference
        fields = ["quiet_from", "quiet_until", "digest_minutes"]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "once",
            Field("quiet_from"),
            Field("quiet_until"),
            Field("digest_minutes"),
            Submit("save", _("Save quiet hours")),
        )

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models.deal import LEAST
from salesops.web.forms import OneTimeForm

from .inputs import DateInput


def _amount(label):
    return forms.DecimalField(label=label, min_value=LEAST, max_digits=14, decimal_places=2)


class _OnADay(OneTimeForm):
    """What has happened on a day: today, or an earlier one."""

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.localtime(now).date()
        day = self.fields[self.day]
        day.initial, day.widget.attrs["max"] = self.today, self.today.isoformat()

    def clean(self):
        values = super().clean()
        if values.get(self.day) and values[self.day] > self.today:
            self.add_error(self.day, _("This day has not come yet."))
        return values


class DealForm(_OnADay):
    day = "signed_on"
    amount = _amount(_("Signed amount, yuan"))
    signed_on = forms.DateField(label=_("Signed on"), widget=DateInput)
    ends_on = forms.DateField(label=_("Contract ends on (may stay empty)"), widget=DateInput, required=False)

    def clean_ends_on(self):
        ends_on, signed_on = self.cleaned_data["ends_on"], self.cleaned_data.get("signed_on")
        if ends_on and signed_on and ends_on < signed_on:
            raise ValidationError(_("A contract does not end before it is signed."))
        return ends_on


class PaymentForm(_OnADay):
    day = "received_on"
    amount = _amount(_("Received amount, yuan"))
    received_on = forms.DateField(label=_("Received on"), widget=DateInput)
    note = forms.CharField(label=_("Note (may stay empty)"), max_length=200, required=False)

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Grade, Lead, Size
from salesops.web.forms import EditForm, OneTimeForm


class QualifyForm(EditForm):
    """What cleaning has to settle (lead.qualify)."""

    industry = forms.CharField(label=_("Industry"), max_length=60)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    size = forms.ChoiceField(label=_("Size of the company"), choices=Size, initial=Size.UNKNOWN)
    product = forms.CharField(label=_("Product"), max_length=60, required=False)
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade, widget=forms.RadioSelect)

    @classmethod
    def of(cls, lead: Lead, data=None):
        """The form filled with what is known of the lead."""
        customer = lead.customer
        known = {
            "industry": customer.industry,
            "region": customer.region,
            "size": customer.size or Size.UNKNOWN,
            "product": lead.product,
            "grade": lead.grade,
        }
        return cls(data, on_file=known)


class CloseForm(OneTimeForm):
    reason = forms.CharField(label=_("Why does it not fit?"), max_length=500)


class SizesForm(OneTimeForm):
    """One size for many leads at once."""

    size = forms.ChoiceField(label=_("Size of the company"), choices=Size)
    leads = forms.ModelMultipleChoiceField(Lead.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, queryset, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leads"].queryset = queryset

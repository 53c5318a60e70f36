from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import PoolRules
from salesops.web.forms import EditModelForm

from .listing import ANY, GRADES, FilterForm, NarrowingForm, Words

AGES = (ANY, ("1", _("a day or more")), ("7", _("a week or more")), ("30", _("a month or more")))


class PoolFilterForm(NarrowingForm):
    """What the pool is narrowed to, at `now`."""

    conditions = {name: FilterForm.conditions[name] for name in ("industry", "region", "grade")}

    industry = Words(label=_("Industry"))
    region = Words(label=_("Region"))
    grade = forms.ChoiceField(label=_("Grade"), choices=GRADES, required=False)
    age = forms.ChoiceField(label=_("In the pool for"), choices=AGES, required=False)

    def __init__(self, data, *, now: datetime):
        super().__init__(data)
        self.now = now

    def where(self) -> Q:
        found, days = super().where(), self.chosen.get("age")
        return found & Q(pooled_at__lte=self.now - timedelta(days=int(days))) if days else found


class PoolRulesForm(EditModelForm):
    class Meta:
        model = PoolRules
        fields = ["daily", "holding", "former_days", "fresh_hours", "late_costs", "slow_rate", "hide_former"]

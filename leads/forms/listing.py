from collections.abc import Iterable

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Grade, Source, Stage
from leads.models.bulk import MOST
from salesops.people.models import User
from salesops.web.forms.long_select import LongSelect

ANY = ("", _("any"))
GRADES = [ANY, *((grade, grade) for grade in Grade.values)]


class NarrowingForm(forms.Form):
    """What a list is narrowed to; a field that makes no sense is left out, not refused."""

    conditions: dict[str, str] = {}  # by field, the look-up that it sets

    def __init__(self, data):
        super().__init__(data, auto_id="filter_%s")

    def where(self) -> Q:
        """The condition of everything that was chosen."""
        chosen = self.chosen
        return Q(**{self.conditions[name]: value for name, value in chosen.items() if name in self.conditions})

    @property
    def chosen(self) -> dict:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def chips(self) -> list[dict]:
        """Each chosen filter as words, with the query that leaves it out."""
        found = []
        for name, value in self.chosen.items():
            rest = self.data.copy()
            rest.pop(name, None), rest.pop("page", None)
            field = self.fields[name]
            choices = {} if isinstance(field, forms.ModelChoiceField) else dict(getattr(field, "choices", ()))
            found.append({"label": field.label, "words": choices.get(value, value), "rest": rest.urlencode()})
        return found


class FilterForm(NarrowingForm):
    """What the list of leads is narrowed to."""

    conditions = {
        "grade": "grade",
        "stage": "stage",
        "source": "source",
        "industry": "customer__industry__icontains",
        "region": "customer__region__icontains",
        "owner": "owner",
    }

    q = forms.CharField(label=_("Company"), max_length=60, required=False)
    grade = forms.ChoiceField(label=_("Grade"), choices=GRADES, required=False)
    stage = forms.TypedChoiceField(
        label=_("Stage"), choices=[ANY, *Stage.choices], coerce=int, empty_value=None, required=False
    )
    source = forms.ChoiceField(label=_("Source"), choices=[ANY, *Source.choices], required=False)
    industry = forms.CharField(label=_("Industry"), max_length=60, required=False)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    tag = forms.CharField(label=_("Tag"), max_length=20, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), empty_label=_("any"), required=False, widget=LongSelect
    )

    def __init__(self, data, *, people: QuerySet | None):
        """`people` are the owners to choose from; None for who sees only their own leads."""
        super().__init__(data)
        if people is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = people
            self.fields["owner"].widget.choices = [ANY, *((person.pk, person.name) for person in people)]

    def where(self) -> Q:
        found, text = super().where(), self.chosen.get("q")
        if text:
            found &= Q(customer__in=Customer.objects.named(text))
        if tag := self.chosen.get("tag"):
            found &= Q(customer__tags__contains=[tag])
        return found


class BulkForm(forms.Form):
    """The ticked leads of a list, or all of the page, and what is to be done to them: "tag", or "assign:12"."""

    leads = forms.TypedMultipleChoiceField(coerce=int, choices=())

    def __init__(self, data, *, acts: Iterable[str]):
        super().__init__(data)
        shown = data.get("shown", "").split(",") if "all" in data else data.getlist("leads")
        ticked = [pk for pk in shown if pk.isascii() and pk.isdigit() and len(pk) < 19][:MOST]
        self.data = {"leads": ticked, "act": data.get("act", "").partition(":")[0]}
        self.fields["leads"].widget = forms.SelectMultiple()
        self.fields["leads"].choices = [(int(pk), pk) for pk in ticked]
        self.fields["act"] = forms.ChoiceField(choices=[(act, act) for act in acts])

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Grade, Source, Stage
from salesops.people.models import User
from salesops.web.forms.long_select import LongSelect

ANY = ("", _("any"))


class FilterForm(forms.Form):
    """What the list of leads is narrowed to; a field that makes no sense is left out, not refused."""

    q = forms.CharField(label=_("Company"), max_length=60, required=False)
    grade = forms.ChoiceField(
        label=_("Grade"), choices=[("", _("any")), *((g, g) for g in Grade.values)], required=False
    )
    stage = forms.TypedChoiceField(
        label=_("Stage"), choices=[ANY, *Stage.choices], coerce=int, empty_value=None, required=False
    )
    source = forms.ChoiceField(label=_("Source"), choices=[ANY, *Source.choices], required=False)
    industry = forms.CharField(label=_("Industry"), max_length=60, required=False)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), empty_label=_("any"), required=False, widget=LongSelect
    )

    def __init__(self, data, *, people: QuerySet | None):
        """`people` are the owners to choose from; None for who sees only their own leads."""
        super().__init__(data, auto_id="filter_%s")
        if people is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = people
            self.fields["owner"].widget.choices = [("", _("any")), *((person.pk, person.name) for person in people)]
        self.is_valid()

    def where(self) -> Q:
        """The condition of everything that was chosen."""
        fields = {
            "grade": "grade",
            "stage": "stage",
            "source": "source",
            "industry": "customer__industry__icontains",
            "region": "customer__region__icontains",
            "owner": "owner",
        }
        chosen = Q(**{fields[name]: value for name, value in self.chosen.items() if name in fields})
        text = self.chosen.get("q")
        if text:
            chosen &= Q(customer__name__icontains=text) | Q(customer__pinyin__icontains=text.lower())
        return chosen

    @property
    def chosen(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def chips(self) -> list[dict]:
        """Each chosen filter as words, with the query that leaves it out."""
        found = []
        for name in self.chosen:
            rest = self.data.copy()
            rest.pop(name, None), rest.pop("page", None)
            words = dict(self.fields[name].choices).get(self.chosen[name]) if name in ("stage", "source") else None
            found.append(
                {"label": self.fields[name].label, "words": words or self.chosen[name], "rest": rest.urlencode()}
            )
        return found


class BulkForm(forms.Form):
    """The ticked leads of a list and whom they go to."""

    leads = forms.TypedMultipleChoiceField(coerce=int, choices=())
    to = forms.ModelChoiceField(User.objects.none(), label=_("Account manager"))

    def __init__(self, data, *, people):
        super().__init__(data)
        ticked = [pk for pk in data.getlist("leads") if pk.isdigit()][:MOST]
        self.fields["leads"].choices = [(int(pk), pk) for pk in ticked]
        self.fields["to"].queryset = people


MOST = 200  # at once: each is a transaction of its own, and the page waits for all of them

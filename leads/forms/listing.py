import re
from collections.abc import Iterable

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Grade, Source, Stage
from leads.models.bulk import MOST
from leads.models.customer import TAG
from salesops.people.models import User
from salesops.web.forms.long_select import LongSelect

NUMBER = re.compile(r"(?:[0-9０-９][ \-]*){7}")  # as many digits as the shortest number of a landline has
ANY = ("", _("any"))
GRADES = [ANY, *((grade, grade) for grade in Grade.values)]


class Words(forms.CharField):
    """Words in the address of a list. A number or a mail address is none: it would stand there, and in every log."""

    default_error_messages = {"contact": _("Numbers and mail addresses are found by the search above.")}

    def __init__(self, *, max_length=60, **values):
        super().__init__(max_length=max_length, required=False, **values)
        # The browser holds it back before it is sent, also without scripts.
        self.widget.attrs |= {"pattern": f"(?!.*{NUMBER.pattern})[^@]*", "title": self.error_messages["contact"]}

    def validate(self, value):
        super().validate(value)
        if "@" in value or NUMBER.search(value):
            raise forms.ValidationError(self.error_messages["contact"], code="contact")


class OwnerField(forms.ModelChoiceField):
    """Whose. `NarrowingForm.offer_owners` says who there is to choose from."""

    def __init__(self):
        nobody = User.objects.none()
        super().__init__(nobody, label=_("Owner"), empty_label=_("any"), required=False, widget=LongSelect)


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

    def offer_owners(self, people: QuerySet | None) -> None:
        """Offers the owners to choose from; None takes the choice away, for who sees only their own."""
        if people is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].queryset = people
            self.fields["owner"].widget.choices = [ANY, *((person.pk, person.name) for person in people)]

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

    q = Words(label=_("Company"))
    grade = forms.ChoiceField(label=_("Grade"), choices=GRADES, required=False)
    stage = forms.TypedChoiceField(
        label=_("Stage"), choices=[ANY, *Stage.choices], coerce=int, empty_value=None, required=False
    )
    source = forms.ChoiceField(label=_("Source"), choices=[ANY, *Source.choices], required=False)
    industry = Words(label=_("Industry"))
    region = Words(label=_("Region"))
    tag = Words(label=_("Tag"), max_length=TAG)
    owner = OwnerField()

    def __init__(self, data, *, people: QuerySet | None):
        """`people` are the owners to choose from; None for who sees only their own leads."""
        super().__init__(data)
        self.offer_owners(people)

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

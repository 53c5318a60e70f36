from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.models import Contact, Customer
from leads.models.customer import TAG
from salesops.web.forms import EditForm, OneTimeForm

from .listing import NarrowingForm, OwnerField, Words


class CustomerFilterForm(NarrowingForm):
    """What the list of customers is narrowed to."""

    conditions = {"region": "region__icontains", "industry": "industry__icontains", "owner": "owner"}

    q = Words(label=_("Company"), widget=forms.TextInput(attrs={"placeholder": _("Company, pinyin or initials")}))
    region = Words(label=_("Region"))
    industry = Words(label=_("Industry"))
    tag = Words(label=_("Tag"), max_length=TAG)
    owner = OwnerField()

    def __init__(self, data, *, people: QuerySet | None):
        """`people` are the owners to choose from; None where there is only one."""
        super().__init__(data)
        self.offer_owners(people)

    def where(self) -> Q:
        found = super().where()
        if text := self.chosen.get("q"):
            found &= Q(pk__in=Customer.objects.named(text))
        if tag := self.chosen.get("tag"):
            found &= Q(tags__contains=[tag])
        return found


class KeyContactForm(OneTimeForm):
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Talked to"), required=False, empty_label="–")
    feedback = forms.CharField(
        label=_("Feedback on use"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How they get on with what they use. Nothing about a person's income or family."),
    )
    needs = forms.CharField(
        label=_("New needs"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("If there are none, say so."),
    )

    def __init__(self, *args, customer: Customer, **kwargs):
        super().__init__(*args, auto_id="key_contact_%s", **kwargs)
        self.fields["contact"].queryset = customer.contacts.order_by("pk")


class MarkForm(OneTimeForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class TagsForm(EditForm):
    tags = forms.CharField(
        label=_("Tags"),
        max_length=300,
        required=False,
        help_text=_("Separated by commas, for example: manufacturing, mid-sized, price matters"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_tags(self) -> str:
        words = (self.cleaned_data["tags"] or "").replace("，", ",").replace("、", ",").replace("·", ",").split(",")
        return ", ".join(filter(None, (identity.tidy(word) for word in words)))

    @property
    def words(self) -> list[str]:
        return self.cleaned_data["tags"].split(", ") if self.cleaned_data["tags"] else []


class TagForm(OneTimeForm):
    """One tag, to be put on many companies or taken off."""

    tag = forms.CharField(label=_("Tag"), max_length=TAG, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_tag(self) -> str:
        tag = identity.tidy(self.cleaned_data["tag"])
        if not tag or any(mark in tag for mark in ",，、·"):
            raise forms.ValidationError(_("One tag, without commas."))
        return tag


class ParentForm(OneTimeForm):
    """The parent company by its name, however its legal form is written; empty for none."""

    parent = forms.CharField(
        label=_("Parent company"),
        max_length=200,
        required=False,
        help_text=_("The name of a known customer. Leave it empty to take the link away."),
    )

    def clean_parent(self) -> Customer | None:
        name = self.cleaned_data["parent"]
        if not name:
            return None
        known = Customer.objects.filter(name_key=identity.company_key(name), merged_into=None).order_by("pk")[:2]
        if not known:
            raise forms.ValidationError(_("No customer has this name."))
        if len(known) > 1:
            raise forms.ValidationError(_("Several customers have this name. Merge them first."))
        return known[0]


class MergeForm(OneTimeForm):
    """Why two customers are one, and which value holds where both say something else."""

    CHOSEN = {"industry": _("Industry"), "region": _("Region"), "size": _("Size")}

    def __init__(self, *args, kept: Customer, gone: Customer, **kwargs):
        super().__init__(*args, auto_id="merge_%s", **kwargs)
        for name, label in self.CHOSEN.items():
            values = [value for value in (getattr(kept, name), getattr(gone, name)) if value]
            words = dict(Customer._meta.get_field(name).choices or ())
            choices = [(value, words.get(value, value)) for value in dict.fromkeys(values)]
            if len(choices) > 1:
                radios = forms.RadioSelect
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=values[0], widget=radios)
        self.fields["reason"] = forms.CharField(label=_("Why they are one company"), max_length=300)
        self.only = {name: getattr(kept, name) or getattr(gone, name) for name in self.CHOSEN}

    @property
    def values(self) -> dict[str, str]:
        """The values that hold: those chosen, and those that only one of the two has."""
        return {name: self.cleaned_data.get(name, value) for name, value in self.only.items()}

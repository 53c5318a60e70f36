from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.models import LeadImport
from leads.reading.encodings import NAMES
from salesops.people import scope
from salesops.people.models import HEADS, Post, Role, User
from salesops.web.forms.once import OneTimeForm

MEGABYTES = 50
ENCODINGS = ("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
DELIMITERS = {
    ",": _("comma"),
    "\t": _("tab"),
    ";": _("semicolon"),
    "|": _("vertical bar"),
}
# In the order in which the columns of a registration form stand.
FIELDS = {
    "company": _("Company"),
    "industry": _("Industry"),
    "region": _("Region"),
    "size": _("Size"),
    "contact": _("Contact"),
    "title": _("Job title"),
    "reach": _("Phone, or any way to make contact"),
    "email": _("E-mail"),
    "wechat": _("WeChat"),
    "source": _("Source"),
    "product": _("Product"),
    "budget": _("Budget (10,000 yuan)"),
    "budget_yuan": _("Budget (yuan)"),
    "need": _("Need"),
    "grade": _("Grade"),
    "stage": _("Stage"),
    "owner": _("Owner"),
    "next_on": _("Next follow-up"),
}
SEVERAL = ("reach",)


class FileForm(OneTimeForm):
    """A file of leads."""

    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("Excel (.xlsx, .xls) or CSV in any encoding, up to {size} MB and 200,000 rows."), size=MEGABYTES
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(_("This file is larger than %(size)d MB.") % {"size": MEGABYTES})
        return file


class ReadingForm(OneTimeForm):
    """How a CSV file is read."""

    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[(code, f"{NAMES[code]}{code[6:].upper()}") for code in ENCODINGS]
    )
    delimiter = forms.ChoiceField(label=_("Between columns stands a"), choices=list(DELIMITERS.items()))


class ColumnsForm(OneTimeForm):
    """What each column of the file means."""

    def __init__(self, *args, draft: LeadImport, **kwargs):
        super().__init__(*args, **kwargs)
        self.headings = draft.headings
        choices = [("", pgettext_lazy("column of a file", "ignore")), *FIELDS.items()]
        for index, heading in enumerate(draft.headings):
            self.fields[f"c{index}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=draft.mapping.get(heading, "")
            )
            self.fields[f"c{index}"].widget.attrs |= {"aria-label": heading, "class": "form-select"}

    def clean(self):
        cleaned = super().clean()
        meant = [name for name in self.mapping().values() if name]
        if "company" not in meant:
            self.add_error(None, _("Say which column has the company."))
        if not {"reach", "email", "wechat"} & set(meant):
            self.add_error(None, _("Say which column has the phone number, mail address or WeChat name."))
        for name in sorted({name for name in meant if meant.count(name) > 1 and name not in SEVERAL}):
            self.add_error(None, _("Two columns cannot both be “%(field)s”.") % {"field": FIELDS[name]})
        return cleaned

    def mapping(self) -> dict[str, str]:
        """Heading: field, "" for a column that is left out."""
        return {heading: self.cleaned_data.get(f"c{index}", "") for index, heading in enumerate(self.headings)}


class StartForm(OneTimeForm):
    """What happens to known contacts, who gets the new leads, and how many a day."""

    known = forms.ChoiceField(
        label=_("Rows whose contact is on file"),
        choices=LeadImport.Known,
        initial=LeadImport.Known.ASK,
        widget=forms.RadioSelect,
        help_text=_("A blank cell never overwrites anything."),
    )
    target = forms.ChoiceField(
        label=_("New leads go to"),
        choices=LeadImport.Target,
        initial=LeadImport.Target.CLEANING,
        widget=forms.RadioSelect,
    )
    owners = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Which account managers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for “Account managers, in turn”. A name in the file's own column of owners goes first."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner of rows at a later stage"),
        required=False,
        empty_label=_("Nobody: sales operations cleans and routes them"),
        help_text=_("From needs analysis on a lead keeps its stage and needs an owner."),
    )
    per_day = forms.IntegerField(
        label=_("Leads a day for each person"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("The clocks of each lead start on its own working day. Empty: all start now."),
    )

    def __init__(self, *args, user: User, now, **kwargs):
        super().__init__(*args, **kwargs)
        sellers = Post.objects.current(now).filter(role__in=(Role.AM, *HEADS)).values("user")
        people = scope.people(user).filter(is_active=True, pk__in=sellers).order_by("pinyin")
        self.fields["owners"].queryset = self.fields["owner"].queryset = people

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("target") == LeadImport.Target.OWNERS and not cleaned.get("owners"):
            self.add_error("owners", _("Choose at least one account manager."))
        return cleaned

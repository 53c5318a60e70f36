from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..saved_views import LONGEST
from .once import OneTimeForm


class SavedViewForm(OneTimeForm):
    """The name of a view and, for those who may, with whom it is shared."""

    name = forms.CharField(label=_("Name of the view"), max_length=40)
    share = forms.ChoiceField(label=_("Who sees it"), required=False)

    def __init__(self, *args, share: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["share"].choices = [("", _("only me")), *share.items()]
        if not share:
            del self.fields["share"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class NewViewForm(SavedViewForm):
    """The same with the filters that it names."""

    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)

    def clean_query(self):
        # As a query string and nothing else, without the place in the list.
        query = QueryDict(self.cleaned_data["query"], mutable=True)
        for name in ("page", "saved"):
            query.pop(name, None)
        return query.urlencode()

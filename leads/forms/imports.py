from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.people import scope
from salesops.people.models import HEADS, Post, Role, User
from salesops.web.forms.once import OneTimeForm

MEGABYTES = 20


class ImportForm(OneTimeForm):
    """A file of leads, and who gets the rows at a later stage: account managers and heads whom the user may see."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, up to %(size)d MB. A title above the headings does no harm.")
        % {"size": MEGABYTES},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner of rows at a later stage"),
        required=False,
        empty_label=_("Nobody: sales operations cleans and routes them"),
        help_text=_(
            "From needs analysis on a lead keeps its stage and needs an owner. "
            "A name in the file's own column of owners goes first."
        ),
    )

    def __init__(self, *args, user: User, now, **kwargs):
        super().__init__(*args, **kwargs)
        sellers = Post.objects.current(now).filter(role__in=(Role.AM, *HEADS)).values("user")
        self.fields["owner"].queryset = scope.people(user).filter(is_active=True, pk__in=sellers)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(_("This file is larger than %(size)d MB.") % {"size": MEGABYTES})
        return file

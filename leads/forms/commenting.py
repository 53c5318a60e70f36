from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.documents.forms import FilesField
from salesops.people.models import User
from salesops.web.forms import OneTimeForm

from .inputs import PRIVATE


class CommentForm(OneTimeForm):
    """A note for colleagues; who is ticked is told."""

    text = forms.CharField(
        label=_("Note for colleagues"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=PRIVATE,
    )
    mentioned = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("@ Tell"), required=False, widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].queryset = people

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.web.forms import OneTimeForm


class EraseForm(OneTimeForm):
    """The first question."""

    asked = forms.BooleanField(label=gettext_lazy("The person has asked for it, and I have made sure who is asking."))


class EraseSurelyForm(EraseForm):
    """The second: the word has to be typed."""

    asked = forms.BooleanField(widget=forms.HiddenInput)
    word = forms.CharField(label=gettext_lazy("To erase for good, type the word"), max_length=20)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["word"].label = _("To erase for good, type “%(word)s”") % {"word": _("ERASE")}

    def clean_word(self):
        if self.cleaned_data["word"].strip() != _("ERASE"):
            raise ValidationError(_("This is not the word. Nothing was erased."))
        return True

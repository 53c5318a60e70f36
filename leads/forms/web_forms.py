from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from leads.admin import ListField
from leads.identity import tidy
from leads.models import WebForm
from leads.reading import values
from salesops.web.forms import EditModelForm, OneTimeForm

SALT = "leads.web_form"
AT_LEAST, AT_MOST = 2, 24 * 60 * 60  # seconds between the form being shown and sent


class WebFormForm(EditModelForm):
    class Meta:
        model = WebForm
        fields = ["name", "title", "intro", "thanks", "source", "product", "origins", "active"]
        widgets = {"intro": forms.Textarea(attrs={"rows": 2}), "thanks": forms.Textarea(attrs={"rows": 2})}
        field_classes = {"origins": ListField}

    def clean_origins(self):
        found = []
        for address in self.cleaned_data["origins"]:
            parts = urlsplit(address)
            if parts.scheme not in ("https", "http") or not parts.hostname or parts.path not in ("", "/"):
                raise forms.ValidationError(_("Not an address of a website: %(address)s") % {"address": address})
            found.append(f"{parts.scheme}://{parts.netloc}")
        return found


class VisitorForm(OneTimeForm):
    """What a visitor fills in. A field that people do not see and a signed time keep simple robots out."""

    company = forms.CharField(
        label=_("Company"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    contact = forms.CharField(label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    reach = forms.CharField(label=_("Phone, WeChat or e-mail"), max_length=200)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)
    need = forms.CharField(
        label=_("What can we do for you?"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    agreed = forms.BooleanField(label=_("You may contact me about this. My details are used for nothing else."))
    website = forms.CharField(
        label=_("Leave this empty"), required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"})
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = lambda: signing.TimestampSigner(salt=SALT).sign("")

    def clean_company(self):
        return tidy(self.cleaned_data["company"])

    def clean_reach(self):
        found = values.reach(self.cleaned_data["reach"])
        if not found:
            raise forms.ValidationError(_("Give a phone number, an e-mail address or a WeChat name that can be used."))
        return found

    def clean(self):
        cleaned, signer = super().clean(), signing.TimestampSigner(salt=SALT)
        try:
            signer.unsign(self.data.get("shown", ""), max_age=AT_MOST)
        except signing.BadSignature:
            self._ask_again()
        else:
            try:
                signer.unsign(self.data["shown"], max_age=AT_LEAST)
            except signing.SignatureExpired:
                pass
            else:
                self._ask_again()
        return cleaned

    def _ask_again(self):
        """Robots send at once, or a form that they kept; a person has only to press the button again."""
        self.data = self.data.copy()
        self.data["shown"] = signing.TimestampSigner(salt=SALT).sign("")
        self.add_error(None, _("Please check what you wrote and send it again."))

    @property
    def is_robot(self) -> bool:
        return bool(self.data.get("website"))

from allauth.account.forms import LoginForm as AccountLoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AccountLoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _Code:
    """One field for six digits that a phone's keyboard, its code suggestion and pasting all fill."""

    code_label = _("Code")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.code_label
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
            "class": "code-input",
        }


class CodeForm(_Code, AuthenticateForm):
    code_label = _("Code from your app, or a recovery code")


class CodeAgainForm(_Code, ReauthenticateForm):
    code_label = _("Code from your app, or a recovery code")


class FirstCodeForm(_Code, ActivateTOTPForm):
    code_label = _("The 6 digits that the app shows")

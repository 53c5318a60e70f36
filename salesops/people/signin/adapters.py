"""What allauth leaves to us: nobody signs up, failures say nothing, secrets are encrypted."""

import time

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from salesops import encryption
from salesops.events.recording import record
from salesops.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("This name and password do not fit together."),
        "too_many_login_attempts": _("Too many failed attempts. Try again in 5 minutes."),
    }

    def is_open_for_signup(self, request):
        return False

    def set_password(self, user, password):
        """A password of one's own choice, by the sign-in's own pages."""
        user.temporary_password = False
        super().set_password(user, password)

    def authenticate(self, request, **credentials):
        """Somebody who left gets the same answer as a wrong password."""
        user = super().authenticate(request, **credentials)
        if user and not user.is_active:
            self.authentication_failed(request, **credentials)
        return user if user and user.is_active else None

    def authentication_failed(self, request, **credentials):
        """A failed sign-in is an event: whose account, from which address. Locked out ones never come here."""
        name = credentials.get("username") or ""
        person = User.objects.filter(username__iexact=name).values_list("pk", flat=True).first()
        data = {"address": self.get_client_ip(request)}
        with transaction.atomic():
            record("signin.failed", at=request.now, refs={"person": person}, data=data)

    def is_safe_url(self, url):
        try:
            return super().is_safe_url(url)
        except ValueError:  # urlparse raises it for half an IPv6 address, which would be our error 500
            return False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Not again within REAUTHENTICATION_TIMEOUT of signing in: the password has just been given."""
        given = [record["at"] for record in get_authentication_records(context.request, context.request.user)]
        if given and time.time() - max(given) < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_client_ip(self, request):
        # Behind a unix socket there is no address; all share one limit then, and nobody is locked out by an error.
        if not request.META.get("REMOTE_ADDR") and not settings.TRUSTED_PROXIES:
            return "127.0.0.1"
        return super().get_client_ip(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit. Enter the one that your app shows now."),
        "cannot_delete_authenticator": _("Your company asks for a second factor, so it cannot be switched off."),
    }

    def encrypt(self, text):
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text):
        return encryption.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator):
        return not settings.SECOND_FACTOR_REQUIRED

"""Text that is encrypted at rest (handbook H4, data protection), and a blind index to find it again.

Keys come from FIELD_KEYS, newest first: the first encrypts, all decrypt. A blind index is a keyed hash of the
normalised text: equal texts are found by equality, and the database alone tells nothing about them.
"""

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _fernet() -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in settings.FIELD_KEYS]
    )


def blind_index(text: str) -> str:
    """A keyed SHA-256 of `text` in hexadecimal; "" stays "". Callers normalise first.

    The oldest key serves, so that a new key in front keeps every stored index valid.
    """
    if not text:
        return ""
    return hmac.new(settings.FIELD_KEYS[-1].encode(), text.encode(), hashlib.sha256).hexdigest()


def encrypt(text: str) -> str:
    """`text` under the newest key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """What `encrypt` was given. Raises cryptography.fernet.InvalidToken if no key fits."""
    return _fernet().decrypt(text.encode()).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """A piece of a file under the newest key."""
    return _fernet().encrypt(content)


def decrypt_bytes(content: bytes) -> bytes:
    """What `encrypt_bytes` was given. Raises cryptography.fernet.InvalidToken if no key fits."""
    return _fernet().decrypt(content)


class EncryptedTextField(models.TextField):
    """Text that only the application can read. Cannot be filtered on; store a `blind_index` beside it."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken as error:
            raise ValueError(f"{self.name} was encrypted with a key that FIELD_KEYS does not hold.") from error

    def get_lookup(self, lookup_name):
        if lookup_name not in ("isnull",):
            raise TypeError(f"{self.name} is encrypted and cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)

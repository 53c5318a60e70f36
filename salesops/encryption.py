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
def _fernets(keys: tuple[str, ...]) -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys]


def _fernet() -> MultiFernet:
    return MultiFernet(_fernets(tuple(settings.FIELD_KEYS)))


def blind_index(text: str) -> str:
    """A keyed SHA-256 of `text` in hexadecimal; "" stays "". Callers normalise first.

    The oldest key serves, so that a new key in front keeps every stored index valid.
    """
    if not text:
        return ""
    return _hash(settings.FIELD_KEYS[-1], text)


def blind_index_under_newest(text: str) -> str:
    """What `blind_index` will give once the older keys are gone."""
    return _hash(settings.FIELD_KEYS[0], text) if text else ""


def _hash(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


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


def renewed(token):
    """The same under the newest key; the token itself if it is. Raises cryptography.fernet.InvalidToken."""
    newest = _fernets(tuple(settings.FIELD_KEYS))[0]
    try:
        newest.decrypt(token)
    except InvalidToken:
        new = _fernet().rotate(token)
        return new.decode() if isinstance(token, str) else new
    return token


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


class EncryptedBytesField(models.BinaryField):
    """Pieces of files that only the application can read."""

    def get_db_prep_value(self, value, connection, prepared=False):
        return super().get_db_prep_value(encrypt_bytes(bytes(value)) if value else value, connection, prepared)

    def from_db_value(self, value, expression, connection):
        return decrypt_bytes(bytes(value)) if value else value

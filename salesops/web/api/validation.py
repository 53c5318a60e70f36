"""Why a field cannot be used, in the key's language: pydantic itself speaks English only."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic_core import PydanticCustomError

from .problems import FieldError

# By pydantic's kind of error; what is not named here gets the last sentence.
_TEXTS = {
    "missing": gettext_noop("Please fill this in."),
    "extra_forbidden": gettext_noop("There is no field of this name."),
    "string_type": gettext_noop("This has to be text."),
    "string_too_short": gettext_noop("This must not be empty."),
    "string_too_long": gettext_noop("At most %(max_length)s characters."),
    "too_long": gettext_noop("At most %(max_length)s entries."),
    "too_short": gettext_noop("At least %(min_length)s entries."),
    "enum": gettext_noop("Choose one of: %(expected)s."),
    "literal_error": gettext_noop("Choose one of: %(expected)s."),
    "bool_type": gettext_noop("This has to be true or false."),
    "bool_parsing": gettext_noop("This has to be true or false."),
    "int_type": gettext_noop("This has to be a whole number."),
    "int_parsing": gettext_noop("This has to be a whole number."),
    "decimal_type": gettext_noop("This has to be a number."),
    "decimal_parsing": gettext_noop("This has to be a number."),
    "decimal_max_digits": gettext_noop("This number is too large."),
    "decimal_max_places": gettext_noop("At most two decimal places."),
    "decimal_whole_digits": gettext_noop("This number is too large."),
    "finite_number": gettext_noop("This has to be a number."),
    "greater_than_equal": gettext_noop("At least %(ge)s."),
    "less_than_equal": gettext_noop("At most %(le)s."),
    "date_type": gettext_noop("A date such as 2026-03-02."),
    "date_parsing": gettext_noop("A date such as 2026-03-02."),
    "date_from_datetime_parsing": gettext_noop("A date such as 2026-03-02."),
    "date_from_datetime_inexact": gettext_noop("A date such as 2026-03-02."),
    "datetime_type": gettext_noop("An instant with its zone, such as 2026-03-02T10:00:00+08:00."),
    "datetime_parsing": gettext_noop("An instant with its zone, such as 2026-03-02T10:00:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("An instant with its zone, such as 2026-03-02T10:00:00+08:00."),
    "timezone_aware": gettext_noop("An instant with its zone, such as 2026-03-02T10:00:00+08:00."),
    "list_type": gettext_noop("This has to be a list."),
    "dict_type": gettext_noop("This has to be an object."),
    "model_type": gettext_noop("This has to be an object."),
    "model_attributes_type": gettext_noop("This has to be an object."),
}
_OTHER = gettext_noop("This value cannot be used.")


def wrong(code: str, text: str) -> PydanticCustomError:
    """What a validator of ours raises: `text` is in the key's language already, `code` stays."""
    return PydanticCustomError(code, "{text}", {"text": text})


def field_errors(errors: Iterable[Mapping]) -> list[FieldError]:
    """What pydantic found in a body, by field."""
    return [FieldError(_pointer(error["loc"]), *_said(error)) for error in errors]


def call_errors(errors: Iterable[Mapping]) -> list[FieldError]:
    """What ninja found in a call: its places begin with where that was, and for a body with the parameter's name."""
    places = (
        (_pointer(at[2:]) if at[0] == "body" else f"?{at[-1]}", error) for error in errors for at in [error["loc"]]
    )
    return [FieldError(place, *_said(error)) for place, error in places]


def _said(error: Mapping) -> tuple[str, str]:
    context = error.get("ctx", {})
    return error["type"], context.get("text") or _(_TEXTS.get(error["type"], _OTHER)) % context


def _pointer(place: Iterable) -> str:
    """A JSON Pointer (RFC 6901) in a URI fragment: "#/leads/0/phone"; "#" for the whole body."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return "#" + "".join(f"/{part}" for part in parts)

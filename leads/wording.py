"""The words for codes that are stored: why a row of an import was as it was, and which field was edited."""

from django.utils.translation import gettext_lazy as _

from leads import identity
from leads.models import Size, Source

FIELDS = {
    "company": _("Company"),
    "industry": _("Industry"),
    "region": _("Region"),
    "size": _("Size"),
    "product": _("Product"),
    "need": _("Need"),
    "budget": _("Budget (10,000 yuan)"),
    "decision_maker": _("Decision maker"),
    "source": _("Source"),
    "name": _("Contact"),
    "title": _("Job title"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "wechat": _("WeChat"),
}

BULK_ACTS = {
    "assign": _("Assign to somebody"),
    "tag": _("Add a tag"),
    "untag": _("Take a tag off"),
    "grade": _("Change the grade"),
    "return": _("Return to the pool"),
    "nurture": _("Put into the nurture pool"),
    "lose": _("Close as lost"),
}

_REASONS = {
    "no_company": _("The company is missing."),
    "no_contact": _("There is no usable phone number, mail address or WeChat name."),
    "phone_rounded": _(
        "The spreadsheet has rounded the phone number and lost its last digits. Format the column as text."
    ),
    "too_long": _("The text is longer than this field can hold."),
    "cell_too_long": _("A cell of this row is far too long for a list of leads."),
    "not_written": _("This row could not be stored. Enter it by hand."),
    "known": _("The number is known, and this row adds nothing to it."),
    "differs": _("The number is known, and this row says something else."),
    "closed": _("The number is known from a lead that is closed."),
    "other_company": _("The number is known under another company. Decide which one is right."),
    "no_name": _("The contact's name is missing; it is asked for when the lead is cleaned."),
    "no_owner": _("It has no owner, so it is cleaned and routed first."),
    "owner_unknown": _("Nobody of this name can be its owner, so it is cleaned and routed first."),
    "no_grade": _("It has no grade, so it is cleaned and routed first."),
    "customer_has_owner": _("The customer has another owner already, to whom it goes once it is cleaned."),
}

# Why a row of an import could not be undone.
_KEPT = {
    "gone": _("The lead does not exist any more."),
    "edited": _("Somebody has edited it since."),
    "followed": _("Somebody has followed it up since."),
    "accepted": _("Its owner has accepted it."),
    "cleaned": _("Sales operations has cleaned and graded it."),
    "worked_on": _("Somebody has worked on it since."),
    "in_use": _("Other records depend on it."),
}


def kept_words(code: str):
    """Why a row could not be undone; "" for none."""
    return _KEPT.get(code, "")


def reason_words(code: str):
    """The sentence for a reason's code; "" for none."""
    return _REASONS.get(code, "")


def field_label(field: str):
    """What a field that can be edited is called."""
    return FIELDS.get(field, field)


def field_value(field: str, text: str) -> str:
    """A field's value as people read it; numbers and addresses stay hidden."""
    if field in ("size", "source") and text:
        return str(dict((Size if field == "size" else Source).choices).get(text, text))
    if field == "phone":
        return identity.masked(text)
    return "•••" if field in ("email", "wechat") and text else text

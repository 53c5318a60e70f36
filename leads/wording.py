"""The words for codes that are stored with the rows of an import."""

from django.utils.translation import gettext_lazy as _

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
    "closed": _("The number is known from a lead that is closed."),
    "other_company": _("The number is known under another company. Decide which one is right."),
    "no_name": _("The contact's name is missing; it is asked for when the lead is cleaned."),
    "no_owner": _("It is at a later stage but has no owner, so it is cleaned and routed first."),
    "owner_unknown": _("Nobody of this name can be its owner, so it is cleaned and routed first."),
    "no_grade": _("It is at a later stage but has no grade, so it is cleaned and routed first."),
    "customer_has_owner": _("The customer has another owner already, to whom it goes once it is cleaned."),
}


def reason_words(code: str):
    """The sentence for a reason's code; "" for none."""
    return _REASONS.get(code, "")

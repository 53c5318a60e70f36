"""How companies and phone numbers are recognised in all the ways in which people write them."""

import re
import unicodedata

_SUFFIX = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|\(集团\)|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|股份|"
    r"co\.?,?ltd\.?|inc\.?|corp\.?)$"
)
_NOT_WORD = re.compile(r"[\s\-_·.,，。、'\"“”‘’*/\\&]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[1-9]\d{6,7}(?:x\d{1,6})?")
_SERVICE = re.compile(r"(?:400|800)\d{7}|95\d{3,6}")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#|分机)\s*(\d{1,6})$", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` with full-width forms made half-width and white space folded."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


def company_key(name: str) -> str:
    """The same text for "远大控股", "远大控股股份有限公司" and "远大控股（股份）": no legal form, no punctuation."""
    key = _NOT_WORD.sub("", plain(name).lower())
    while (shorter := _SUFFIX.sub("", key)) != key and len(shorter) >= 2:
        key = shorter
    return key.replace("(", "").replace(")", "")


def phone_digits(text: str) -> str:
    """The number in one form: 11 digits of a mobile, area code and number of a landline with "x" and extension.

    Accepts +86, 86, 0086, spaces, hyphens, brackets and full-width digits. "" for what is no Chinese number.
    """
    text = plain(str(text or ""))
    extension = _EXTENSION.search(text)
    text = text[: extension.start()] if extension else text
    digits = re.sub(r"\D", "", text)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            digits = digits[len(prefix) :]
            if not digits.startswith(("0", "1", "4", "8")):
                digits = "0" + digits
            break
    number = digits + (f"x{extension[1]}" if extension else "")
    return number if any(shape.fullmatch(number) for shape in (_MOBILE, _LANDLINE, _SERVICE)) else ""


def masked(phone: str) -> str:
    """138****8000; of other numbers all but the first three and last two characters."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if _MOBILE.fullmatch(phone) else f"{phone[:3]}****{phone[-2:]}"


def grouped(phone: str) -> str:
    """138 0013 8000, for people to read."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if _MOBILE.fullmatch(phone) else phone

"""How companies and phone numbers are recognised in all the ways in which people write them."""

import re
import unicodedata

_SUFFIX = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|\(集团\)|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|股份|"
    r"co\.?,?ltd\.?|inc\.?|corp\.?)$"
)
_FORM = re.compile(r"(?:股份|有限|责任|集团|公司|总公司|分公司|[()]|co|ltd|inc|corp)+")
_NOT_WORD = re.compile(r"[\s\-_·.,，。、'\"“”‘’*/\\&]+")
# Provinces, their capitals and the cities of many companies, as a name begins with them, or any place with its 市.
_PLACE = re.compile(
    r"^(?:(?:北京|上海|天津|重庆|深圳|广州|杭州|南京|苏州|无锡|宁波|武汉|成都|西安|长沙|郑州|青岛|济南|大连|沈阳|厦门|福州|合肥|"
    r"南昌|昆明|贵阳|南宁|海口|太原|石家庄|哈尔滨|长春|兰州|乌鲁木齐|东莞|佛山|珠海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|"
    r"湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|河北|山西|辽宁|吉林|黑龙江|广西|内蒙古|宁夏|新疆|西藏)(?:省|市)?"
    r"|[\u4e00-\u9fff]{2,3}[省市])+"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[1-9]\d{6,7}(?:x\d{1,6})?")
_SERVICE = re.compile(r"(?:400|800)\d{7}|95\d{3,6}")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#|分机)\s*(\d{1,6})$", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` with full-width forms made half-width and white space folded."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


_WIDE = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}


def tidy(text: str) -> str:
    """`text` as it is kept: full-width letters and digits half-width, white space folded, punctuation left alone."""
    return " ".join((text or "").translate(_WIDE).split())


def company_key(name: str) -> str:
    """The same text for "远大控股", "远大控股股份有限公司" and "远大控股（股份）": no legal form, no punctuation."""
    key = _NOT_WORD.sub("", plain(name).lower())
    while (shorter := _SUFFIX.sub("", key)) != key and len(shorter) >= 2:
        key = shorter
    return key.replace("(", "").replace(")", "")


def is_legal_form(words: str) -> bool:
    """Whether the words are nothing but what companies are called by besides their names: 集团, 有限公司, Co., Ltd."""
    return bool(_FORM.fullmatch(_NOT_WORD.sub("", plain(words).lower())))


def without_place(key: str) -> str:
    """星河科技 for 深圳市星河科技 and 深圳星河科技; unchanged if less than two characters would be left."""
    bare = _PLACE.sub("", key)
    return bare if len(bare) >= 2 else key


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

"""Small things that every page shows: icons, instants, masked phone numbers, the one-time token of a form."""

import datetime
import re

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop, ngettext

from ..forms.once import FIELD, new_token

register = template.Library()
# In our own catalogue, because Django's says 星期一 where people write 周一.
WEEKDAYS = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)


@register.simple_tag
def icon(name, label=""):
    """A symbol of static/icons.svg; decoration unless it has a label of its own."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def once():
    """The hidden one-time token of a form that is written by hand. Forms of OneTimeForm bring their own."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token())


@register.simple_tag(takes_context=True)
def instant(context, at):
    """`<time>` of an instant in the viewer's zone: "今天 15:40", else "9月8日（周二）14:30"; nothing for None."""
    return _time(at, instant_text(at, context["now"])) if at else ""


@register.simple_tag(takes_context=True)
def relative(context, at):
    """`<time>` of how far an instant lies from the page's: "1 小时 20 分后", "35 分前"; the exact time as title."""
    return _time(at, relative_text(at, context["now"]), title=f"{timezone.localtime(at):%Y-%m-%d %H:%M}") if at else ""


@register.filter
def masked(phone):
    """A phone number for the eye: 138****1234. Short numbers show their last two digits only."""
    digits = re.sub(r"\D", "", str(phone or ""))
    if not digits:
        return ""
    return f"{digits[-11:-8]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def instant_text(at: datetime.datetime, now: datetime.datetime) -> str:
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("tomorrow %(time)s") % {"time": clock}
    if days == -1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if local.year == today.year or 0 < days < 180:
        return gettext("%(day)s %(time)s") % {"day": day_text(local.date()), "time": clock}
    return f"{local:%Y-%m-%d %H:%M}"


def day_text(day: datetime.date) -> str:
    """A day as people say it, without its year: "Tue 24 Nov", "11月24日（周二）"."""
    return date_format(day, gettext("D j M"))


def relative_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """The distance in days, or hours and minutes, rounded down; under a minute it is "now"."""
    minutes = int(abs((at - now).total_seconds()) // 60)
    if minutes == 0:
        return gettext("now")
    span = span_text(minutes)
    return gettext("in %(span)s") % {"span": span} if at > now else gettext("%(span)s ago") % {"span": span}


def span_text(minutes: int) -> str:
    """A span of whole minutes in words: 45 min, 1 h 20 min, 3 days."""
    if minutes < 60:
        return ngettext("%(minutes)d min", "%(minutes)d min", minutes) % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24 and rest:
        return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    if hours < 24:
        return gettext("%(hours)d h") % {"hours": hours}
    days = hours // 24
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _time(at, text, title=""):
    utc = f"{at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    if title:
        return format_html('<time datetime="{}" title="{}">{}</time>', utc, title, text)
    return format_html('<time datetime="{}">{}</time>', utc, text)

"""Small things that every page shows: icons, instants, masked phone numbers, the one-time token of a form."""

import datetime
import json
import re
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext

from salesops.clock import due_clock, due_day

from ..addresses import address
from ..drafts import draft_for
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
    return _icon(name, str(label))


@lru_cache(maxsize=1000)
def _icon(name: str, label: str):
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag(name="address")
def address_tag(name, *numbers):
    """{% url %} for the rows of long lists, where all arguments are numbers: several times as fast."""
    return address(name, *numbers)


@register.simple_tag
def once():
    """The hidden one-time token of a form that is written by hand. Forms of OneTimeForm bring their own."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_token())


@register.inclusion_tag("web/_draft.html", takes_context=True)
def draft(context, form, url):
    """Keeps what is typed into `form`, which is sent to `url`, as a draft, and shows one that there is.

    Stands right after {% csrf_token %}, before the form's fields.
    """
    kept = None if form.is_bound else draft_for(context["request"], url)
    if kept:
        form.restore(kept.values)
    words = {
        "saved": gettext("Draft saved %(time)s"),
        "away": gettext("Not saved yet: no connection. Trying again in %(seconds)s s; your text stays here."),
        "unsent": gettext("Not sent yet: no connection. It is sent as soon as there is one; your text stays here."),
        "out": gettext("You are signed out. Sign in in another window; your text stays here."),
        "signIn": gettext("Sign in"),
        "other": gettext("Somebody else has signed in here. Your text is not saved: copy it."),
        "unkept": gettext("The draft could not be saved; the form can be sent all the same."),
        "long": gettext("Too long for a draft. Send it, or keep a copy."),
    }
    found = {"url": url, "kept": kept, "person": context["request"].user.pk, "words": json.dumps(words)}
    if kept:
        time = instant_text(kept.saved_at, context["now"])
        found["back"] = gettext("Your draft is back, as it was saved %(time)s.") % {"time": time}
    return found


@register.simple_tag(takes_context=True)
def instant(context, at):
    """`<time>` of an instant in the viewer's zone: "今天 15:40", else "9月8日（周二）14:30"; nothing for None."""
    return _time(at, instant_text(at, context["now"])) if at else ""


@register.simple_tag(takes_context=True)
def due(context, at):
    """`<time>` of an instant by which something is owed: what ends with a day is due at its 24:00."""
    return _time(at, due_text(at, context["now"])) if at else ""


@register.simple_tag
def days(since, until):
    """A span of days in words: "Tue 24 Nov – Wed 25 Nov"; with the clock at an end that is within a day."""
    begin = timezone.localtime(since)
    first = _day_within(begin.date(), f"{begin:%H:%M}", "00:00")
    last = _day_within(due_day(until), due_clock(until), "24:00")
    return first if first == last else f"{first} – {last}"


def _day_within(day: datetime.date, clock: str, whole: str) -> str:
    return day_text(day) if clock == whole else gettext("%(day)s %(time)s") % {"day": day_text(day), "time": clock}


@register.simple_tag(takes_context=True)
def relative(context, at, plain=False):
    """`<time>` of how far an instant lies from the page's: "1 小时 20 分后", "35 分前"; the exact time as title.

    `plain` leaves out the direction: "35 分". The script keeps the text up to date, see time_words.
    """
    if not at:
        return ""
    text = span_text(_minutes(at, context["now"])) if plain else relative_text(at, context["now"])
    utc, title = f"{at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}", f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    kind = "span" if plain else "relative"
    return format_html('<time datetime="{}" title="{}" data-text="{}">{}</time>', utc, title, kind, text)


@register.simple_tag(takes_context=True)
def time_words(context):
    """Attributes of the body: the server's time, and the words with which the script keeps countdowns up to date."""
    words = {
        "now": gettext("now"),
        "moment": gettext("less than 1 min"),
        "in": gettext("in %(span)s"),
        "ago": gettext("%(span)s ago"),
        "min": [ngettext("%(minutes)d min", "%(minutes)d min", n) for n in (1, 2)],
        "hours": gettext("%(hours)d h"),
        "hoursMin": gettext("%(hours)d h %(minutes)d min"),
        "days": [ngettext("%(days)d day", "%(days)d days", n) for n in (1, 2)],
    }
    return format_html('data-now="{}" data-words="{}"', f"{context['now']:%Y-%m-%dT%H:%M:%S%z}", json.dumps(words))


@register.simple_block_tag
def sentences(content):
    """Sentences one after the other. Between Chinese ones there is no space, which a line of the template would be."""
    return mark_safe(re.sub(r"(?<=[。！？；，：])\s+", "", content.strip()))


@register.filter
def masked(phone):
    """A phone number for the eye: 138****1234. Short numbers show their last two digits only."""
    digits = re.sub(r"\D", "", str(phone or ""))
    if not digits:
        return ""
    return f"{digits[-11:-8]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def instant_text(at: datetime.datetime, now: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return _day_and_clock(local.date(), f"{local:%H:%M}", timezone.localtime(now).date())


def due_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """As `instant_text`, but midnight belongs to the day that it ends: "明天 24:00"."""
    return _day_and_clock(due_day(at), due_clock(at), timezone.localtime(now).date())


def _day_and_clock(day: datetime.date, clock: str, today: datetime.date) -> str:
    days = (day - today).days
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("tomorrow %(time)s") % {"time": clock}
    if days == -1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if day.year == today.year or 0 < days < 180:
        return gettext("%(day)s %(time)s") % {"day": day_text(day), "time": clock}
    return f"{day:%Y-%m-%d} {clock}"


@register.filter(name="day")
def day_text(day: datetime.date) -> str:
    """A day as people say it, without its year: "Tue 24 Nov", "11月24日（周二）"."""
    return date_format(day, gettext("D j M"))


def relative_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """The distance in days, or hours and minutes, rounded down; under a minute it is "now"."""
    minutes = _minutes(at, now)
    if minutes == 0:
        return gettext("now")
    span = span_text(minutes)
    return gettext("in %(span)s") % {"span": span} if at > now else gettext("%(span)s ago") % {"span": span}


def _minutes(at, now):
    return int(abs((at - now).total_seconds()) // 60)


def span_text(minutes: int) -> str:
    """A span of whole minutes in words: 45 min, 1 h 20 min, 3 days; none is less than a minute."""
    if not minutes:
        return gettext("less than 1 min")
    if minutes < 60:
        return ngettext("%(minutes)d min", "%(minutes)d min", minutes) % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24 and rest:
        return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    if hours < 24:
        return gettext("%(hours)d h") % {"hours": hours}
    days = hours // 24
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _time(at, text):
    utc = f"{at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return format_html('<time datetime="{}">{}</time>', utc, text)

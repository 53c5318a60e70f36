import datetime
import hashlib
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, ngettext, override

from ..channels import Letter, Line
from ..hours import RECIPIENT, Zones, hours_of, send_from
from ..models import ChannelAccount, Delivery, Message
from ..wording import Words, inert, mask_private, no_link, words


@transaction.atomic
def prepare(account: ChannelAccount, message: Message, *, at: datetime.datetime) -> tuple[Letter | None, list[int]]:
    """Checks once more, under a lock, what of the message is still to be said: the letter, or None if nothing is.

    Dropped: what is settled, too late, or meant for somebody who has left. Put off: what has meanwhile got into the
    person's quiet hours; the ids of these notices are the second value. From the commit on the request counts as
    perhaps sent.
    """
    claimed = message.deliveries.filter(state=Delivery.State.SENDING).order_by("-urgent", "id")
    deliveries = list(claimed.select_related(*RECIPIENT).select_for_update(of=["self"], no_key=True))
    useless = [delivery.pk for delivery in deliveries if _useless(delivery, at)]
    Delivery.objects.filter(pk__in=useless).update(state=Delivery.State.DROPPED, ended_at=at, lease_until=None)
    left = [delivery for delivery in deliveries if delivery.pk not in set(useless)]
    zones = Zones()
    put_off = [delivery for delivery in left if _in_quiet_hours(delivery, zones, at)]
    for delivery in put_off:
        _put_off(delivery, zones, at)
    quiet = [delivery.notice_id for delivery in put_off]
    left = [delivery for delivery in left if delivery not in put_off]
    if not left:
        message.delete()
        return None, quiet
    Message.objects.filter(pk=message.pk).update(requested_at=at)
    return _letter(account, message, left, zones), quiet


def _useless(delivery, at) -> bool:
    notice = delivery.notice
    gone = notice.person is not None and (not notice.person.is_active or notice.person.left_at is not None)
    return gone or notice.settled_at is not None or (delivery.expires_at is not None and delivery.expires_at <= at)


def _in_quiet_hours(delivery, zones, at) -> bool:
    return not delivery.urgent and hours_of(delivery.notice, zones).end_of_quiet(at) is not None


def _put_off(delivery, zones, at):
    until = send_from(at, delivery.expires_at, False, hours_of(delivery.notice, zones), delivery.account_id)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.QUEUED, not_before=until, attempts=F("attempts") - 1, lease_until=None, message=None
    )


def _letter(account, message, deliveries, zones) -> Letter:
    clean = no_link if account.kind == ChannelAccount.Kind.EMAIL else inert
    notice = deliveries[0].notice
    language = notice.person.language if notice.person else settings.LANGUAGE_CODE
    zone = hours_of(notice, zones).zone
    with override(language):
        lines = tuple(_line(delivery, language, zone, clean) for delivery in deliveries)
        return Letter(
            heading=_heading(deliveries, lines),
            lines=lines,
            language=language,
            note=_note(deliveries),
            footer=gettext("SalesOps message %(number)d") % {"number": message.pk},
            message_id=_message_id(deliveries),
        )


def _line(delivery, language, zone, clean) -> Line:
    said = words(
        delivery.notice.kind,
        delivery.notice.values,
        language=language,
        zone=zone,
        clean=lambda text: clean(mask_private(text)),
    )
    said = Words(*(mask_private(text) for text in said))
    title = said.title
    if delivery.possible_repeat:
        title = gettext("(possible repeat) %(title)s") % {"title": title}
    return Line(title, said.body, said.action, _absolute(delivery.notice.url))


def _absolute(url: str) -> str:
    """The address for a message. Only pages of our own are linked."""
    if not url.startswith("/") or url.startswith("//"):
        return ""
    return settings.BASE_URL + quote(url, safe="/?=&%:;,+-_.~")


def _heading(deliveries, lines) -> str:
    if all(delivery.catch_up for delivery in deliveries):
        count = len(lines)
        return ngettext(
            "After an interruption: %(count)d message", "After an interruption: %(count)d messages", count
        ) % {"count": count}
    if len(lines) == 1:
        return lines[0].title
    return ngettext("%(count)d message: %(title)s", "%(count)d messages: %(title)s", len(lines)) % {
        "count": len(lines),
        "title": lines[0].title,
    }


def _note(deliveries) -> str:
    failed = next((delivery for delivery in deliveries if delivery.instead_of), None)
    if failed is None:
        return ""
    return gettext("%(channel)s did not take this message, so it comes by e-mail.") % {
        "channel": failed.get_instead_of_display()
    }


def _message_id(deliveries) -> str:
    """The same for the same deliveries, so that a mail program recognises a twin (RFC 5322, 3.6.4)."""
    ids = ",".join(str(pk) for pk in sorted(delivery.pk for delivery in deliveries))
    name = hashlib.sha256(ids.encode()).hexdigest()[:24]
    return f"<delivery.{name}@{urlsplit(settings.BASE_URL).hostname or 'salesops'}>"

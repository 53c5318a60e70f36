"""A visit as an invitation for calendars: one event of iCalendar (RFC 5545), in UTC, folded at 75 octets."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from leads.models import Appointment


def invitation(visit: Appointment, *, at: datetime) -> str:
    """The iCalendar text of a visit as it stands at `at`. Its lead and customer must have been read.

    The UID stays the same when the visit is moved, and the sequence grows with time, so that calendars replace it.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//SalesOps//Visit//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:visit-{visit.pk}@salesops",
        f"SEQUENCE:{int(at.timestamp()) // 60}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(visit.starts_at)}",
        f"DTEND:{_utc(visit.ends_at)}",
        f"SUMMARY:{_text(_('Visit: %(company)s') % {'company': visit.lead.customer.name})}",
        f"LOCATION:{_text(visit.place)}",
        f"DESCRIPTION:{_text(_description(visit))}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _description(visit: Appointment) -> str:
    parts = [visit.purpose, _("Route: %(route)s") % {"route": visit.route} if visit.route else ""]
    return "\n".join(filter(None, [*parts, visit.owner.name]))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """TEXT of RFC 5545, 3.3.11."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """A content line of at most 75 octets a piece (3.1), never cut inside a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])

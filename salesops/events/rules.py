"""What is edited row by row in the admin site."""

from django.utils.translation import gettext_lazy as _

from .registry import Event, declare, describe, describe_data

declare(
    Event("record.added", data=("model", "id", "fields")),
    Event("record.changed", data=("model", "id", "fields")),
    Event("record.deleted", data=("model", "id", "fields")),
)
describe(
    {
        "record.added": _("Added a row under “All records”"),
        "record.changed": _("Changed a row under “All records”"),
        "record.deleted": _("Deleted a row under “All records”"),
    }
)
describe_data({"model": _("kind of record"), "fields": _("fields")})

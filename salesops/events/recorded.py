"""What is changed row by row in the admin site is an event like everything else."""

from django.contrib import admin

from .recording import record


class Recorded(admin.ModelAdmin):
    """A ModelAdmin whose additions, changes and deletions are recorded, by model, id and the names of the fields."""

    def log_addition(self, request, obj, message):
        self._record("record.added", request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._record("record.changed", request, obj, _fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._record("record.deleted", request, obj)
        return super().log_deletions(request, queryset)

    def _record(self, name, request, obj, fields=()):
        data = {"model": obj._meta.label, "id": str(obj.pk), "fields": list(fields)}
        record(name, at=request.now, by=request.user, refs={}, data=data)


def _fields(message) -> list[str]:
    """The changed fields of Django's change message, which lists them by label in the reader's language."""
    parts = message if isinstance(message, list) else []
    changed = [part[kind] for part in parts for kind in part]
    return sorted({name for part in changed for name in part.get("fields", [])})

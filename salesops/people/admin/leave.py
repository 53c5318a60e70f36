from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..actions import approve_leave, ask_leave, end_leave, refuse_leave
from ..models import Leave


@admin.register(Leave)
class LeaveAdmin(admin.ModelAdmin):
    """Leave is asked for here on somebody's behalf, and decided; it is never changed or deleted."""

    list_display = ["user", "since", "until", "stand_in", "state", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["user", "stand_in", "decided_by"]
    search_fields = ["user__name", "user__pinyin"]
    date_hierarchy = "since"
    autocomplete_fields = ["user", "stand_in"]
    fields = ["user", "since", "until", "stand_in"]
    actions = ["approve", "refuse", "end"]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        saved = ask_leave(
            obj.user, since=obj.since, until=obj.until, stand_in=obj.stand_in, by=request.user, at=request.now
        )
        obj.pk = saved.pk

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ValidationError as error:
            # The action decides under its lock, after the form was found clean.
            messages.error(request, " ".join(error.messages))
            request.method = "GET"
            return super().changeform_view(request, *args, **kwargs)

    @admin.action(description=_("Approve the selected leave"), permissions=["view"])
    def approve(self, request, queryset):
        self._each(request, queryset, approve_leave)

    @admin.action(description=_("Refuse the selected leave"), permissions=["view"])
    def refuse(self, request, queryset):
        self._each(request, queryset, refuse_leave)

    @admin.action(description=_("End the selected leave now"), permissions=["view"])
    def end(self, request, queryset):
        self._each(request, queryset, end_leave)

    def _each(self, request, queryset, action):
        done = 0
        for leave in queryset:
            try:
                action(leave, by=request.user, at=request.now)
                done += 1
            except ValidationError as error:
                messages.error(request, f"{leave}: {' '.join(error.messages)}")
            except PermissionDenied:
                messages.error(request, f"{leave}: {gettext('Somebody else must decide this.')}")
        if done:
            messages.success(request, ngettext("%(n)d leave was decided.", "%(n)d were decided.", done) % {"n": done})

"""Gaps in enforcement, for looking at. Numbers of rules are set on their own page (sop:rule_change)."""

from django.contrib import admin

from ..models import Outage


@admin.register(Outage)
class OutageAdmin(admin.ModelAdmin):
    """Gaps in enforcement, for looking at."""

    list_display = ["since", "until"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

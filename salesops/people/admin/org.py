from django.contrib import admin

from salesops.events.recorded import Recorded

from ..models import Department, Team


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Only so that other forms can search for a team; teams have a page of their own (people:teams)."""

    search_fields = ["name"]
    ordering = ["path"]
    fields = ["name", "kind", "parent"]

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Department)
class DepartmentAdmin(Recorded):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug"]

    def get_readonly_fields(self, request, obj=None):
        # Rules name the desk by its key; another key would leave its duties to the administrators.
        return ["slug"] if obj else []

from django.contrib import admin

from ..models import Department, Team


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["indented", "kind", "parent", "zone"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    ordering = ["path"]
    fields = ["name", "kind", "parent", "zone"]
    autocomplete_fields = ["parent"]

    @admin.display(description=Team._meta.get_field("name").verbose_name, ordering="path")
    def indented(self, team):
        return "　" * (team.path.count(".") - 1) + team.name


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug"]

    def get_readonly_fields(self, request, obj=None):
        # Rules name the desk by its key; another key would leave its duties to the administrators.
        return ["slug"] if obj else []

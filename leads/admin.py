from django.contrib import admin

from leads.models import Territory, TerritoryMember


class MemberInline(admin.TabularInline):
    model = TerritoryMember
    extra = 1
    autocomplete_fields = ["person"]


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    """Who gets which leads. Lists are written with commas."""

    list_display = ["name", "regions", "industries", "products", "sizes", "presales", "active"]
    autocomplete_fields = ["presales"]
    inlines = [MemberInline]

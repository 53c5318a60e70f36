from django.contrib import admin

from ..models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Only so that other forms can search for a person; people have pages of their own (people:list)."""

    search_fields = ["name", "username", "pinyin"]
    ordering = ["pinyin", "id"]
    list_display = ["name", "username"]

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return ["name", "username", "team", "department"]

    def get_queryset(self, request):
        """Who works here; leavers are not given anything new."""
        return super().get_queryset(request).filter(is_active=True)

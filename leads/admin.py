from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from leads.models import Size, Territory, TerritoryMember
from salesops.events.recorded import Recorded

SEPARATORS = str.maketrans("，、;；\n", ",,,,,")


class ListField(SimpleArrayField):
    """Words with commas between them, of whatever keyboard; what is left blank is left out."""

    def to_python(self, value):
        if isinstance(value, str):
            words = (word.strip() for word in value.translate(SEPARATORS).split(","))
            value = ",".join(dict.fromkeys(filter(None, words)))
        return super().to_python(value)


class MemberInline(admin.TabularInline):
    model = TerritoryMember
    extra = 1
    autocomplete_fields = ["person"]


@admin.register(Territory)
class TerritoryAdmin(Recorded):
    """Who gets which leads."""

    list_display = ["name", "regions", "industries", "products", "sizes", "presales", "active"]
    autocomplete_fields = ["presales"]
    inlines = [MemberInline]
    formfield_overrides = {ArrayField: {"form_class": ListField}}
    fieldsets = [
        (None, {"fields": ["name", "active"]}),
        (
            _("Which leads"),
            {
                "fields": ["regions", "industries", "products", "sizes"],
                "description": _(
                    "Words with commas between them, such as 上海，杭州. A line left empty fits every lead."
                ),
            },
        ),
        (None, {"fields": ["presales"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "sizes":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        sizes = [pair for pair in Size.choices if pair[0] != Size.UNKNOWN]
        return forms.MultipleChoiceField(
            label=db_field.verbose_name, choices=sizes, required=False, widget=forms.CheckboxSelectMultiple
        )

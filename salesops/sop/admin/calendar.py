from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.events.recorded import Recorded
from salesops.events.recording import record

from ..calendar import PUBLISHED
from ..calendars import calendar_warnings
from ..models import CalendarAssignment, StatutoryYear, WorkCalendar
from ..public_days import WrongList, changes, read_list, replace_year, write_list
from ..statutory import FIRST_YEAR, LAST_YEAR_OF_ESTIMATE


class AssignmentInline(admin.TabularInline):
    model = CalendarAssignment
    extra = 0
    autocomplete_fields = ["team", "user"]


@admin.register(WorkCalendar)
class WorkCalendarAdmin(Recorded):
    """Weekly hours, and who follows them; single days are entered on the year's page (sop:calendar)."""

    list_display = ["name", "zone", "is_default", "observes_holidays"]
    inlines = [AssignmentInline]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.is_default)


class UploadForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR_OF_ESTIMATE)
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Three columns: date, 休 (free) or 班 (make-up working day), name. UTF-8 or GB18030."),
    )

    def clean(self):
        found = super().clean()
        if "file" in found and "year" in found:
            self.days = _days_of(self, "file", found["file"].read(), found["year"])
        return found


class ConfirmForm(forms.Form):
    year = forms.IntegerField(widget=forms.HiddenInput, min_value=FIRST_YEAR, max_value=LAST_YEAR_OF_ESTIMATE)
    list = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        found = super().clean()
        if "list" in found and "year" in found:
            self.days = _days_of(self, "list", found["list"].encode(), found["year"])
        return found


def _days_of(form: forms.Form, field: str, data: bytes, year: int) -> dict:
    try:
        return read_list(data, year)
    except WrongList as error:
        for problem in error.problems:
            form.add_error(field, problem)
        return {}


@admin.register(StatutoryYear)
class StatutoryYearAdmin(admin.ModelAdmin):
    """Years are entered by list: upload, look at what would change, apply."""

    list_display = ["year", "source", "loaded_at", "loaded_by"]
    change_list_template = "admin/sop/statutoryyear/change_list.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and obj is None

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        upload = path("upload/", self.admin_site.admin_view(self.upload), name="sop_statutoryyear_upload")
        return [upload, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"calendar_warnings": calendar_warnings(request.now), **(extra_context or {})}
        return super().changelist_view(request, context)

    def upload(self, request):
        """First the file, then what would change; only the second confirmation writes."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form, preview = UploadForm(), None
        if request.method == "POST" and "list" in request.POST:
            form = ConfirmForm(request.POST)
            if form.is_valid():
                return self._apply(request, form.cleaned_data["year"], form.days)
        elif request.method == "POST":
            form = UploadForm(request.POST, request.FILES)
            if form.is_valid():
                year = form.cleaned_data["year"]
                preview = changes(year, form.days)
                form = ConfirmForm(initial={"year": year, "list": write_list(form.days)})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Upload the public days of a year"),
            "form": form,
            "preview": preview,
        }
        return TemplateResponse(request, "admin/sop/statutoryyear/upload.html", context)

    def _apply(self, request, year, days):
        changed = replace_year(year, days, PUBLISHED, at=request.now, by=request.user)
        said = _("The public days of %(year)s are entered; %(n)s dates changed.") % {"year": year, "n": len(changed)}
        with transaction.atomic():
            record("calendar.year_entered", at=request.now, by=request.user, refs={}, data={"year": year})
        messages.success(request, said)
        return redirect("admin:sop_statutoryyear_changelist")

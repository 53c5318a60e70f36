from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..calendar import PUBLISHED
from ..calendars import calendar_warnings
from ..models import CalendarAssignment, CalendarDay, StatutoryYear, WorkCalendar
from ..public_days import WrongList, changes, read_list, replace_year, write_list
from ..statutory import FIRST_YEAR, LAST_YEAR_OF_ESTIMATE


class DayForm(forms.ModelForm):
    """A day of the company's own; public days come by list."""

    class Meta:
        model = CalendarDay
        fields = ["calendar", "date", "kind", "windows", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            public = CalendarDay.PUBLIC
            self.fields["kind"].choices = [pair for pair in CalendarDay.Kind.choices if pair[0] not in public]


class DayInline(admin.TabularInline):
    model = CalendarDay
    form = DayForm
    extra = 0


class AssignmentInline(admin.TabularInline):
    model = CalendarAssignment
    extra = 0


@admin.register(WorkCalendar)
class WorkCalendarAdmin(admin.ModelAdmin):
    list_display = ["name", "zone", "is_default", "observes_holidays"]
    inlines = [AssignmentInline, DayInline]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.is_default)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    form = DayForm
    list_display = ["date", "kind", "shown_name", "windows", "calendar", "source"]
    list_filter = ["source", "kind", "calendar"]
    date_hierarchy = "date"

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown_name(self, day):
        return _(day.name) if day.name else ""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not _is_public(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _is_public(obj)

    def get_actions(self, request):
        # The action deletes rows together and would take public days with it.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


def _is_public(day: CalendarDay | None) -> bool:
    return day is not None and day.source != CalendarDay.Source.COMPANY


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
        LogEntry.objects.log_actions(
            request.user.pk, StatutoryYear.objects.filter(year=year), CHANGE, said, single_object=True
        )
        messages.success(request, said)
        return redirect("admin:sop_statutoryyear_changelist")

"""A page that edits a department, for tests/web/test_edit.py."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path

from salesops.events.models import Event
from salesops.people.models import Department
from salesops.web.forms import EditForm, conflict, one_time


class TextForm(EditForm):
    name = forms.CharField(label="name", widget=forms.Textarea)
    slug = forms.CharField(label="slug")


@one_time
def edit(request, pk):
    rows = Department.objects.select_for_update() if request.method == "POST" else Department.objects
    department = rows.get(pk=pk)
    form = TextForm(request.POST or None, on_file={"name": department.name, "slug": department.slug})
    if form.is_valid():
        Department.objects.filter(pk=pk).update(name=form.cleaned_data["name"], slug=form.cleaned_data["slug"])
        return HttpResponseRedirect("/me/")
    if form.conflicts:
        return conflict(request, form, back="/me/", saves=Event.objects.filter(subject=f"department:{pk}"))
    if form.errors:
        return render(request, "web/home.html", status=422)
    return HttpResponse(form.as_p())


urlpatterns = [path("edit/<int:pk>/", edit), path("", include("salesops.urls"))]

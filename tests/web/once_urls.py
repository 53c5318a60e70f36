"""A page with a one-time form, for tests/web/test_once.py: it makes a department."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path

from salesops.people.models import Department
from salesops.web.forms import OneTimeForm, one_time, wrote


class NameForm(OneTimeForm):
    name = forms.CharField()


@one_time
def make(request):
    form = NameForm(request.POST or None)
    if form.is_valid():
        made = Department.objects.create(name=form.cleaned_data["name"], slug=f"d{Department.objects.count()}")
        return HttpResponseRedirect(f"/made/{made.pk}/")
    return render(request, "web/home.html", {"form": form})


@one_time
def fragment(request):
    Department.objects.create(name="片段", slug=f"f{Department.objects.count()}")
    wrote(request, "/made/")
    return HttpResponse("<p>ok</p>")


@one_time
def broken(request):
    Department.objects.create(name="坏", slug="broken")
    raise ValueError


@login_not_required
@one_time(anonymous=True)
def suggest(request):
    Department.objects.create(name="匿名", slug=f"s{Department.objects.count()}")
    return HttpResponseRedirect("/thanks/")


urlpatterns = [
    path("make/", make),
    path("fragment/", fragment),
    path("broken/", broken),
    path("suggest/", suggest),
    path("", include("salesops.urls")),
]

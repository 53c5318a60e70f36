"""One-time form tokens: a double click, the back button or a retry has one effect (architecture.md, promise 10).

    @one_time
    def follow_up(request, pk):
        ...get, form, one action...
        return redirect(lead)

The form carries a random token (OneTimeForm, or {% once %} in a form written by hand). The decorator inserts it in
the transaction of the write; an equal one waits for the first to commit, and is then sent to the first's result.
"""

import datetime
import secrets
from collections.abc import Callable, Mapping
from functools import wraps

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from salesops.retrying import retrying

from .. import drafts
from ..models import FormToken

FIELD = "once"
KEPT = datetime.timedelta(days=7)


def new_token() -> str:
    return secrets.token_urlsafe(18)


class OneTimeForm(forms.Form):
    """A mixin for every product form: a hidden token that outlives a round of corrections."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_token)

    def add_prefix(self, field_name):
        return field_name if field_name == FIELD else super().add_prefix(field_name)

    @property
    def said(self) -> dict[str, object]:
        """What a valid form says, by the fields that its class declares: without the token."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}

    def restore(self, kept: Mapping[str, list[str]]) -> None:
        """Shows the values of a draft, by the names that the page gives the fields, as the first ones."""
        for name, field in self.fields.items():
            values = kept.get(self.add_prefix(name))
            if name != FIELD and (values or isinstance(field, forms.BooleanField)):
                many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
                self.initial[name] = values if many or not values else values[-1]


class OneTimeModelForm(OneTimeForm, forms.ModelForm):
    """The same for a model's form."""


def one_time(view: Callable | None = None, *, anonymous: bool = False) -> Callable:
    """Decorates a view whose POST writes. A redirect means that it wrote; any other answer gives the token back.

    A view that writes and answers with a fragment for htmx calls `wrote(request, url)` with the page of the result.
    With `anonymous` no token is tied to a user. A POST without a token is answered 400 and does nothing.
    """
    if view is None:
        return lambda view: one_time(view, anonymous=anonymous)

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        token = request.POST.get(FIELD, "")
        if not 0 < len(token) <= 64:
            return render(request, "400_token.html", status=400)
        user = None if anonymous or not request.user.is_authenticated else request.user

        def write():
            claim = _claim(token, user, at=request.now)
            response = view(request, *args, **kwargs)
            _settle(claim, request, response)
            return response

        try:
            # The same act once more if it lost against another: the time of its receipt stays request.now.
            return retrying(write, times=3, again=lambda: _rewind(request))
        except _SentBefore:
            return _first_result(token, user, request)

    return guarded


def wrote(request: HttpRequest, url: str) -> None:
    """Tells that this POST had its effect, whose page is `url`, though its answer is no redirect."""
    request.one_time_result = url


def purge(at: datetime.datetime) -> int:
    """Forgets the forms sent more than KEPT before `at`; returns how many."""
    return FormToken.objects.filter(made_at__lt=at - KEPT).delete()[0]


class _SentBefore(Exception):
    pass


def _claim(token, user, *, at):
    try:
        # A savepoint, because only the insert may fail here: an IntegrityError of the view is the view's own.
        with transaction.atomic():
            return FormToken.objects.create(token=token, user=user, made_at=at)
    except IntegrityError as error:
        raise _SentBefore from error


def _rewind(request):
    """Takes back what a try that lost has left on the request itself."""
    request.one_time_result = ""
    if hasattr(request, "_messages"):
        request._messages._queued_messages.clear()
    for files in request.FILES.lists():
        for file in files[1]:
            file.seek(0)


def _settle(claim, request, response):
    result = getattr(request, "one_time_result", "")
    if not result and 300 <= response.status_code < 400:
        result = response.headers.get("Location", "")
    result = result or response.headers.get("HX-Redirect", "")
    if result and response.status_code < 400:
        FormToken.objects.filter(pk=claim.pk).update(result=result[:500])
        if claim.user:
            drafts.forget(claim.user, request.POST.get(drafts.FIELD, ""))
    else:
        claim.delete()


def _first_result(token, user, request):
    result = FormToken.objects.filter(token=token, user=user).values_list("result", flat=True).first() or "/"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": result})
    return HttpResponseRedirect(result)

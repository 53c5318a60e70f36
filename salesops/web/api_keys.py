"""The keys of other programs: who made which for whom, what they open, when they were used last."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.people import actions
from salesops.people.models import ApiKey, Role, Scope
from salesops.people.scope import require_role

from . import keyset
from .forms import one_time, wrote
from .forms.api_key import ApiKeyForm


@require_role(Role.ADMIN)
def api_keys(request):
    """All keys, the newest first; those that have ended stay in the list."""
    found = ApiKey.objects.select_related("person", "made_by", "revoked_by")
    page = keyset.page(found, ("-made_at", "-id"), request.GET.get("page"))
    labels = dict(Scope.choices)
    rows = [(key, key.is_current(request.now), [labels.get(scope, scope) for scope in key.scopes]) for key in page.rows]
    return render(request, "web/api_keys.html", {"page": page, "rows": rows})


@one_time
@require_role(Role.ADMIN)
def new_api_key(request):
    """Makes a key; its secret is shown once."""
    form = ApiKeyForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/new_api_key.html", {"form": form}, status=422 if form.errors else 200)
    given = form.cleaned_data
    values = {name: given[name] for name in ("name", "person", "scopes", "language")}
    try:
        key, token = actions.make_api_key(
            **values, expires_at=request.now + given["expires_in"], by=request.user, at=request.now
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return render(request, "web/new_api_key.html", {"form": form}, status=422)
    # Not after a redirect: it must be kept nowhere. Sent again, the form leads to the list.
    wrote(request, reverse("web:api_keys"))
    response = render(request, "web/api_key_token.html", {"key": key, "token": token})
    response["Cache-Control"] = "no-store"
    return response


@one_time
@require_POST
@require_role(Role.ADMIN)
def api_key_ending(request, pk):
    """Revokes a key."""
    key = get_object_or_404(ApiKey, pk=pk)
    actions.revoke_api_key(key, by=request.user, at=request.now)
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("web:api_keys")

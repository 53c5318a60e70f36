"""The pages of saved views."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import saved_views
from .forms import one_time
from .forms.saved_view import NewViewForm, SavedViewForm
from .models import SavedView

PAGES = {"leads": "leads:list"}  # by the word in the address


@one_time
@require_POST
def new_saved_view(request, of):
    """Saves the filters of a list under a name, and goes to the list by that view."""
    page = PAGES.get(of)
    if page is None:
        raise Http404
    form = NewViewForm(request.POST, share=saved_views.may_share(request.user))
    if not form.is_valid():
        messages.warning(request, _("Give the view a name of at most 40 characters."))
        return HttpResponseRedirect(reverse(page))
    said = form.cleaned_data
    try:
        view = saved_views.save(
            page, name=said["name"], query=said["query"], share=said.get("share", ""), by=request.user, at=request.now
        )
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(f"{reverse(page)}?{said['query']}")
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return HttpResponseRedirect(f"{reverse(page)}?{saved_views.Tab(view, True).query}")


@one_time
def saved_view(request, pk):
    """One of one's own views: its name, with whom it is shared, and its end."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if view.owner_id != request.user.pk:
        raise PermissionDenied
    share = str(view.team_id or "all") if view.shared else ""
    choices = saved_views.may_share(request.user)
    form = SavedViewForm(request.POST or None, share=choices, initial={"name": view.name, "share": share})
    back = f"{reverse(view.page)}?{saved_views.Tab(view, True).query}"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            saved_views.change(view, name=said["name"], share=said.get("share", ""), by=request.user, at=request.now)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("The view is saved."))
            return HttpResponseRedirect(back)
    context = {"view": view, "form": form, "back": back}
    return render(request, "web/saved_view.html", context, status=422 if form.errors else 200)


@one_time
@require_POST
def saved_view_removal(request, pk):
    """Deletes one of one's own views; its filters stay on the page until one leaves it."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    page, query = view.page, view.query
    saved_views.delete(view, by=request.user)
    messages.success(request, _("The view “%(name)s” is deleted. Its filters still stand here.") % {"name": view.name})
    return HttpResponseRedirect(f"{reverse(page)}?{query}")

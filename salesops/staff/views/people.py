from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.events.models import Event
from salesops.people import actions
from salesops.people.models import Leave, Post, Role, User
from salesops.people.scope import require_role
from salesops.web import keyset
from salesops.web.forms import conflict, one_time, wrote

from ..forms import InviteForm, PersonForm, RoleForm


@require_role(Role.ADMIN)
def list(request):
    """Everybody, by name; a word finds name, pinyin or login; leavers on their own tab."""
    wanted, left = request.GET.get("q", "").strip()[:50], request.GET.get("show") == "left"
    people = User.objects.filter(is_active=not left).select_related("team", "department")
    if wanted:
        words = Q(name__icontains=wanted) | Q(pinyin__icontains=wanted) | Q(username__icontains=wanted)
        people = people.filter(words)
    held = Post.objects.current(request.now).order_by("since", "id")
    away = Leave.objects.running(request.now)
    people = people.prefetch_related(Prefetch("posts", held, to_attr="held"), Prefetch("leaves", away, to_attr="away"))
    page = keyset.page(people, ("pinyin", "id"), request.GET.get("page"))
    return render(request, "people/list.html", {"page": page, "wanted": wanted, "left": left})


@one_time
@require_role(Role.ADMIN)
def invitation(request):
    """Takes somebody in; the first password is shown once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = User(
            username=given["username"],
            name=given["name"],
            email=form.email,
            mobile=form.mobile,
            team=given["team"],
            department=given["department"],
        )
        try:
            password = actions.invite(person, given["roles"], by=request.user, at=request.now)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _show_password(request, person, password)
    return render(request, "people/invitation.html", {"form": form}, status=422 if form.errors else 200)


def _show_password(request, person: User, password: str):
    """Not after a redirect: it must be kept nowhere. Sent again, the form leads to the person's page."""
    wrote(request, reverse("people:detail", args=[person.pk]))
    response = render(request, "people/password.html", {"person": person, "password": password})
    response["Cache-Control"] = "no-store"
    return response


@require_role(Role.ADMIN)
def detail(request, pk):
    """One person: details, roles with since and until, leave, access."""
    return _page(request, _person(pk))


def _person(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("team", "department", "successor"), pk=pk)


def _page(request, person: User, *, form=None, role_form=None, status: int = 200):
    posts = person.posts.select_related("team", "department").order_by("-since", "-id")
    context = {
        "person": person,
        "posts": [(post, post.until is None or post.until > request.now) for post in posts],
        "leaves": person.leaves.select_related("stand_in")[:5],
        "form": form or PersonForm.of(person),
        "role_form": role_form
        or RoleForm(auto_id="role_%s", initial={"team": person.team_id, "department": person.department_id}),
    }
    return render(request, "people/detail.html", context, status=status)


@one_time
@require_POST
@require_role(Role.ADMIN)
def details(request, pk):
    """Name, contact, team, department, language."""
    get_object_or_404(User.objects.select_for_update(no_key=True), pk=pk)
    person = _person(pk)
    form = PersonForm.of(person, request.POST)
    if form.is_valid():
        try:
            actions.change_person(person, by=request.user, at=request.now, **form.said)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:detail", pk)
    if form.conflicts:
        saves = Event.objects.filter(subject=f"person:{pk}", name__in=["person.changed", "person.moved"])
        return conflict(request, form, back=reverse("people:detail", args=[pk]), saves=saves)
    return _page(request, person, form=form, status=422)


@one_time
@require_POST
@require_role(Role.ADMIN)
def roles(request, pk):
    """Gives the person a role from now on."""
    person, form = _person(pk), RoleForm(request.POST, auto_id="role_%s")
    if form.is_valid():
        try:
            actions.appoint(
                person,
                form.cleaned_data["role"],
                team=form.cleaned_data["team"],
                department=form.cleaned_data["department"],
                by=request.user,
                at=request.now,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The role holds from now on."))
            return redirect("people:detail", pk)
    return _page(request, person, role_form=form, status=422)


@one_time
@require_POST
@require_role(Role.ADMIN)
def role_ending(request, pk, post):
    """Ends a role now; it stays in the list with its end."""
    found = get_object_or_404(Post, pk=post, user=pk)
    _try(request, lambda: actions.dismiss(found, by=request.user, at=request.now), _("The role has ended."))
    return redirect("people:detail", pk)


@one_time
@require_POST
@require_role(Role.ADMIN)
def access(request, pk):
    """A first password anew, the second factor removed, or a leaver taken back in."""
    person, what = _person(pk), request.POST.get("what")
    who = {"by": request.user, "at": request.now}
    if what == "password":
        try:
            return _show_password(request, person, actions.first_password(person, **who))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    elif what == "factor":
        said = _("%(name)s sets up a second factor at the next sign-in.") % {"name": person.name}
        _try(request, lambda: actions.remove_second_factor(person, **who), said)
    elif what == "back" and not person.is_active:
        said = _("%(name)s can sign in again. Give them their posts.") % {"name": person.name}
        _try(request, lambda: actions.join(person, **who), said)
    else:
        raise PermissionDenied
    return redirect("people:detail", pk)


def _try(request, action, said: str) -> None:
    try:
        action()
        messages.success(request, said)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))

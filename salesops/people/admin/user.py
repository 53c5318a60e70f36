from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget, RelatedFieldWidgetWrapper
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..actions import appoint, deactivate, dismiss, join, move_to_team, remove_second_factor
from ..models import Post, User


class NewPersonForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ["username", "name", "team", "department", "mobile", "email", "language"]


class NewPasswordForm(AdminPasswordChangeForm):
    def save(self, commit=True):
        self.user.temporary_password = True
        return super().save(commit)


class LeavingForm(forms.Form):
    successor = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=_("successor"),
        help_text=_("Who answers to a leaver's customers; without one, the head of the team."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = User.objects.filter(is_active=True).exclude(pk=person.pk)


class PostInline(admin.TabularInline):
    """The posts held now. A new row appoints, a ticked one dismisses; the past is kept and not shown."""

    model = Post
    fk_name = "user"
    extra = 0
    fields = ["role", "team", "department", "since"]
    readonly_fields = ["since"]
    autocomplete_fields = ["team", "department"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(until=None).select_related("team", "department", "user")

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ["name", "username", "team", "department", "posts_held", "is_active"]
    list_filter = ["is_active", "posts__role", "department", "team"]
    list_select_related = ["team", "department"]
    search_fields = ["name", "username", "pinyin"]
    ordering = ["-is_active", "pinyin", "id"]
    filter_horizontal = []
    autocomplete_fields = ["team", "department"]
    inlines = [PostInline]
    add_form = NewPersonForm
    change_password_form = NewPasswordForm
    readonly_fields = ["is_active", "left_at", "successor", "last_login"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "mobile", "email", "language"]}),
        (_("Place"), {"fields": ["team", "department"]}),
        (_("Access"), {"fields": ["is_active", "left_at", "successor", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("Person"), {"fields": ["name", "mobile", "email", "language"]}),
        (_("Place"), {"fields": ["team", "department"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "mobile":
            kwargs["widget"] = AdminTextInputWidget
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field

    @admin.display(description=_("posts"))
    def posts_held(self, person):
        return "、".join(post.get_role_display() for post in person.posts.all() if post.until is None)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("posts")

    def get_actions(self, request):
        return {}

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            obj.temporary_password = True
            join(obj, by=request.user, at=request.now)
            return
        team = obj.team
        obj.team_id = form.initial.get("team")
        super().save_model(request, obj, form, change)
        move_to_team(obj, team, by=request.user, at=request.now)

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        try:
            for post in formset.deleted_objects:
                dismiss(post, by=request.user, at=request.now)
            for post in formset.new_objects:
                appoint(
                    post.user, post.role, team=post.team, department=post.department, by=request.user, at=request.now
                )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))

    def get_urls(self):
        return [
            path("<int:pk>/leaving/", self.admin_site.admin_view(self.leaving), name="people_user_leaving"),
            path("<int:pk>/back/", self.admin_site.admin_view(self.back), name="people_user_back"),
            path("<int:pk>/factor/", self.admin_site.admin_view(self.factor), name="people_user_factor"),
            *super().get_urls(),
        ]

    def leaving(self, request, pk):
        """Ends a person's access, after asking who takes over."""
        person = self._person(request, pk)
        form = LeavingForm(request.POST or None, person=person)
        if request.method == "POST" and form.is_valid():
            return self._do(
                request,
                person,
                gettext("%(name)s can no longer sign in."),
                lambda: deactivate(person, by=request.user, at=request.now, successor=form.cleaned_data["successor"]),
            )
        question = _("Access, posts and every session end at once. Open duties go to the successor or the head.")
        return self._ask(request, person, _("End access"), question, form)

    def back(self, request, pk):
        """Takes a leaver in again; posts are given anew."""
        person = self._person(request, pk)
        if request.method == "POST":
            said = gettext("%(name)s can sign in again. Give them their posts.")
            return self._do(request, person, said, lambda: join(person, by=request.user, at=request.now))
        return self._ask(request, person, _("Take back in"), _("The account opens again, without any post."))

    def factor(self, request, pk):
        """For a lost phone."""
        person = self._person(request, pk)
        if request.method == "POST":
            said = gettext("%(name)s sets up a second factor at the next sign-in.")
            return self._do(
                request, person, said, lambda: remove_second_factor(person, by=request.user, at=request.now)
            )
        question = _("Only for a lost phone, and only once you have heard the person's own voice. All sessions end.")
        return self._ask(request, person, _("Remove the second factor"), question)

    def _person(self, request, pk):
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return person

    def _ask(self, request, person, title, question, form=None):
        context = self.admin_site.each_context(request) | {
            "title": title,
            "subtitle": person.name,
            "person": person,
            "question": question,
            "form": form or forms.Form(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/people/user/ask.html", context)

    def _do(self, request, person, said, action):
        try:
            action()
            messages.success(request, said % {"name": person.name})
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("admin:people_user_change", args=[person.pk]))

import datetime
import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from salesops.people.models import HEADS, Department, Role, Team, User
from salesops.web.forms import EditForm, OneTimeForm

PHONE = re.compile(r"\+?[\d\s-]{7,20}")
NOON = datetime.time(12)


class TeamChoice(forms.ModelChoiceField):
    """Teams as they lie below each other."""

    def __init__(self, **kwargs):
        super().__init__(Team.objects.order_by("path"), **{"empty_label": _("none"), **kwargs})

    def label_from_instance(self, team):
        return "　" * (team.path.count(".") - 1) + team.name


class PersonChoice(forms.ModelChoiceField):
    """People who work here."""

    def __init__(self, **kwargs):
        super().__init__(User.objects.filter(is_active=True).select_related("team"), **kwargs)

    def label_from_instance(self, person):
        return f"{person.name} · {person.team}" if person.team else person.name


def split_contact(text: str) -> tuple[str, str]:
    """(mail address, mobile number) of what was given. Raises ValidationError for neither."""
    if "@" in text:
        validate_email(text)
        return text, ""
    if text and not PHONE.fullmatch(text):
        raise ValidationError(gettext("A mail address, or a phone number."))
    return "", text


class InviteForm(OneTimeForm):
    """Six fields are enough to begin with."""

    name = forms.CharField(label=_("Name"), max_length=100)
    username = forms.CharField(
        label=_("Login"), max_length=150, help_text=_("Letters and digits, such as wangwei."), strip=True
    )
    contact = forms.CharField(label=_("Mail or phone"), max_length=254, required=False)
    team = TeamChoice(label=_("Team"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False, empty_label=_("none")
    )
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    def clean_username(self):
        given = self.cleaned_data["username"]
        User.username_validator(given)
        if User.objects.filter(username__iexact=given).exists():
            raise ValidationError(gettext("Somebody has this login already."))
        return given

    def clean_contact(self):
        self.email, self.mobile = split_contact(self.cleaned_data["contact"].strip())
        return self.cleaned_data["contact"]

    def clean(self):
        found = super().clean()
        roles = found.get("roles", [])
        if not found.get("team") and not found.get("department"):
            self.add_error("team", gettext("Choose a team or a department."))
        elif any(role in HEADS for role in roles) and not found.get("team"):
            self.add_error("team", gettext("A leader or manager leads a team: choose it."))
        elif Role.DEPARTMENT_HEAD in roles and not found.get("department"):
            self.add_error("department", gettext("A department head heads a department: choose it."))
        return found


class PersonForm(EditForm):
    @classmethod
    def of(cls, person: User, data=None):
        return cls(data, on_file={name: getattr(person, name) for name in cls.base_fields})

    name = forms.CharField(label=_("Name"), max_length=100)
    email = forms.EmailField(label=_("Mail"), required=False)
    mobile = forms.RegexField(PHONE, label=_("Mobile number"), required=False)
    team = TeamChoice(label=_("Team"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), required=False, empty_label=_("none")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class RoleForm(OneTimeForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    team = TeamChoice(label=_("In the team"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("In the department"), required=False, empty_label=_("none")
    )


class TeamForm(OneTimeForm):
    name = forms.CharField(label=pgettext_lazy("team", "Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=Team.Kind.choices)
    parent = TeamChoice(label=_("Part of"), required=False, empty_label=_("nothing: it stands at the top"))

    def __init__(self, *args, team: Team | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if team is not None:
            field = self.fields["parent"]
            field.queryset = field.queryset.exclude(path__startswith=team.path)


class LeavingForm(OneTimeForm):
    successor = PersonChoice(
        label=_("Successor"), required=False, empty_label=_("nobody: the head of the team answers")
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        field.queryset = field.queryset.exclude(pk=person.pk)


class LeaveForm(OneTimeForm):
    """Whole and half days, in the zone of the person's team."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    from_noon = forms.BooleanField(label=_("only from noon"), required=False)
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    until_noon = forms.BooleanField(label=_("only until noon"), required=False)
    stand_in = PersonChoice(
        label=_("Stand-in"),
        required=False,
        empty_label=_("the head of the team"),
        help_text=_("Looks after the customers meanwhile."),
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["stand_in"]
        field.queryset = field.queryset.exclude(pk=person.pk)

    def clean(self):
        found = super().clean()
        if not ("first" in found and "last" in found):
            return found
        since = datetime.datetime.combine(found["first"], NOON if found["from_noon"] else datetime.time())
        until = datetime.datetime.combine(found["last"], NOON) if found["until_noon"] else _after(found["last"])
        if until <= since:
            raise ValidationError(gettext("Leave ends after it begins."))
        if (until - since).days > 366:
            raise ValidationError(gettext("Leave of more than a year is no leave: end the person's access."))
        found["since"], found["until"] = timezone.make_aware(since), timezone.make_aware(until)
        return found


def _after(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())

"""Forms that edit what somebody else may edit at the same time: both keep their text (architecture.md, promise 10).

    class MinutesForm(EditForm): ...

    form = MinutesForm(request.POST or None, on_file={"minutes": logged.minutes})
    if form.is_valid():
        ...one action with form.cleaned_data...
    if form.conflicts:
        return conflict(request, form, back=logged.get_absolute_url(), saves=events)

`on_file` holds the values as they stand now, by field. On a POST read them under the lock that the action takes, so
that nothing changes between. The form carries a keyed digest of each value as its writer saw it:

- changed by the writer alone: it is saved;
- changed by the other alone: the other's stands, and cleaned_data says so;
- changed by both: `conflicts` names it, is_valid() is false, and the page of `conflict` shows both side by side. What
  the writer chooses there comes back to the same view.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from salesops.events.models import Event

from .once import OneTimeForm

SEEN = "seen"
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Conflict:
    """One field with two texts: the words on file, and the writer's own as a field that can still be changed."""

    field: forms.BoundField
    theirs: str
    choices: tuple[tuple[str, str], ...]

    @property
    def keep(self) -> str:
        return f"keep-{self.field.html_name}"


class EditForm(OneTimeForm):
    """A mixin for forms whose first values come from a record; see the module."""

    def __init__(self, data=None, *args, on_file: Mapping[str, object], **kwargs):
        kwargs["initial"] = {**on_file, **(kwargs.get("initial") or {})}
        super().__init__(data, *args, **kwargs)
        self.on_file = {name: value for name, value in on_file.items() if name in self.fields}
        self.conflicts: list[Conflict] = []
        digests = {name: _digest(value) for name, value in self.on_file.items()}
        self.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=json.dumps(digests))

    def add_prefix(self, field_name):
        return field_name if field_name == SEEN else super().add_prefix(field_name)

    def clean(self):
        values = super().clean()
        if self.errors:  # mistakes first: the page shows them with the text as it was sent
            return values
        seen, clashing = _seen(self.data.get(SEEN)), []
        for name, now in self.on_file.items():
            if seen.get(name) == _digest(now):
                self.cleaned_data[name] = self._chosen(name, now)
            elif seen.get(name) == _digest(self.cleaned_data[name]):
                self.cleaned_data[name] = now
            elif _text(now) and _text(now) != _text(self.cleaned_data[name]):
                clashing.append(name)
        if clashing:
            self._lay_side_by_side(clashing)
        return self.cleaned_data

    def _chosen(self, name, now):
        mine, keep = self.cleaned_data[name], self.data.get(f"keep-{self.add_prefix(name)}")
        if keep == THEIRS:
            return now
        return f"{now}\n\n{mine}" if keep == BOTH and self._is_prose(name) else mine

    def _lay_side_by_side(self, names):
        self.add_error(None, _("Somebody else has saved it meanwhile."))
        # From here on the writer has seen what stands on file.
        self.data = self.data.copy()
        self.data[SEEN] = self.fields[SEEN].initial
        self.conflicts = [
            Conflict(self[name], _words(self.fields[name], self.on_file[name]), self._choices(name)) for name in names
        ]

    def _choices(self, name):
        both = ((BOTH, _("Keep both, theirs first")),) if self._is_prose(name) else ()
        return ((MINE, _("Keep mine")), (THEIRS, _("Keep theirs")), *both)

    def _is_prose(self, name):
        return isinstance(self.fields[name].widget, forms.Textarea)

    @property
    def others(self) -> list[forms.BoundField]:
        """What was sent beside the conflicts; the page of the conflict carries it along unseen."""
        shown = {conflict.field.name for conflict in self.conflicts}
        return [field for field in self if field.name not in shown]


class EditModelForm(EditForm, forms.ModelForm):
    """The same for a model's own fields; `record` is what stands on file, None before there is any."""

    def __init__(self, data=None, *args, record: Model | None, **kwargs):
        on_file = {name: getattr(record, name) for name in self.base_fields} if record else {}
        super().__init__(data, *args, on_file=on_file, instance=record, **kwargs)


def conflict(request: HttpRequest, form: EditForm, *, back: str, saves: QuerySet[Event]) -> HttpResponse:
    """The page that shows both texts, 409; for htmx its form alone, 422, which is swapped in.

    `back` is where one goes who leaves it as it stands on file, `saves` the events that tell of such a save: the
    newest says who it was and when.
    """
    template = "web/_conflict.html" if request.htmx else "web/conflict.html"
    last = saves.filter(by__isnull=False).select_related("by").order_by("-at", "-id").first()
    context = {"form": form, "back": back, "last": last}
    return render(request, template, context, status=422 if request.htmx else 409)


def _seen(token) -> dict[str, str]:
    try:
        found = json.loads(token or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(value) -> str:
    # Keyed, because a phone number could be guessed from a plain hash.
    return salted_hmac("salesops.web.forms.edit", _text(value), algorithm="sha256").hexdigest()[:24]


def _text(value) -> str:
    """The same text for what a record holds and for what a form makes of it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="minutes")
    if isinstance(value, Model):
        return str(value.pk)
    return str(value).replace("\r\n", "\n").strip()


def _words(field, value) -> str:
    if isinstance(field, forms.ModelChoiceField) and value and not isinstance(value, Model):
        value = field.queryset.filter(pk=value).first()
    elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))
    return "" if value is None else str(value)

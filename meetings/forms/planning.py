from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.models import PlanLine
from meetings.policy import helpers
from salesops.people.models import User
from salesops.web.forms import OneTimeForm

MOST_OTHER = 20


class PlanForm(OneTimeForm):
    """The lines are ticked and ordered in the template; here is what is typed.

    `lines` is the draft. The order is the hidden field's; a line that it does not name stands where the draft has it.
    """

    order = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    other = forms.CharField(
        label=_("Anything else today (one line each)"),
        widget=forms.Textarea(attrs={"rows": 2, "class": "grows"}),
        required=False,
        max_length=2000,
    )
    helper = forms.ModelChoiceField(
        User.objects.none(), label=_("Whose help is needed"), required=False, empty_label=_("nobody's")
    )
    help_text = forms.CharField(label=_("What help is needed"), required=False, max_length=300)

    def __init__(self, data=None, *args, user: User, lines: list[PlanLine], **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["helper"].queryset = helpers(user)
        written = [line for line in lines if line.kind == PlanLine.Kind.OTHER]
        self.initial.setdefault("other", "\n".join(line.text for line in written))
        self.lines = [line for line in lines if line.kind != PlanLine.Kind.OTHER]
        if data is not None:
            self._read(data)
        self._move(data)
        self.initial["order"] = ",".join(line.name for line in self.lines)

    def _read(self, data) -> None:
        ticked, key = set(data.getlist("in")), set(data.getlist("key"))
        for line in self.lines:
            line.planned, line.key = line.name in ticked, line.name in key
            line.material = data.get(f"material-{line.name}", line.material)[:200]

    def _move(self, data) -> None:
        places = {name: place for place, name in enumerate((data or {}).get("order", "").split(","))}
        before = {line.name: place for place, line in enumerate(self.lines)}
        self.lines.sort(key=lambda line: places.get(line.name, len(places) + before[line.name]))
        way, _colon, name = (data or {}).get("move", "").partition(":")
        visits = [place for place, line in enumerate(self.lines) if line.kind == PlanLine.Kind.VISIT]
        at = next((n for n, place in enumerate(visits) if self.lines[place].name == name), None)
        to = None if at is None else at + (1 if way == "down" else -1)
        if to is not None and 0 <= to < len(visits):
            one, two = visits[at], visits[to]
            self.lines[one], self.lines[two] = self.lines[two], self.lines[one]
        if data is not None:
            self.data = data.copy()
            self.data["order"] = ",".join(line.name for line in self.lines)

    @property
    def moves(self) -> bool:
        """Whether only a button of the order was pressed."""
        return bool(self.data.get("move"))

    def of(self, *kinds: str) -> list[PlanLine]:
        return [line for line in self.lines if line.kind in kinds]

    @property
    def visits(self):
        return self.of("visit")

    @property
    def others(self):
        return self.of("talk", "task", "duty")

    def clean(self):
        said = super().clean()
        if bool(said.get("helper")) != bool(said.get("help_text", "").strip()):
            raise ValidationError(_("Name both who is to help and what for, or neither."))
        return said

    @property
    def planned(self) -> list[PlanLine]:
        """The lines of the plan in order: visits, then the rest, then what was typed."""
        typed = [line.strip() for line in self.cleaned_data["other"].splitlines() if line.strip()]
        extra = [PlanLine(kind=PlanLine.Kind.OTHER, text=text[:300]) for text in typed[:MOST_OTHER]]
        return [line for line in (*self.visits, *self.others) if line.planned] + extra

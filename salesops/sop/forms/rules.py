"""The numbers of one rule: terms, ladder, from when they hold. The fields are made from the rule itself."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy

from salesops.people.models import Team
from salesops.web.forms import OneTimeForm
from salesops.web.forms.once import FIELD

from ..explain import CONSEQUENCES, TOLD, step_when
from ..frozen import content_of, step_from_json, step_to_json, thaw
from ..models import RuleSetting
from ..rule import AT_DUE, Rule, Step
from ..terms import OFFICE, from_json
from .terms import Place, places

KINDS = (("remind", gettext_lazy("reminds whoever owes it")), ("tell", gettext_lazy("tells others")))
WHENS = (
    ("ahead", gettext_lazy("before it is due")),
    (AT_DUE, gettext_lazy("when it is due")),
    ("after", gettext_lazy("after it was due")),
)


class RuleChangeForm(OneTimeForm):
    """What an administrator may change of `rule`, filled with the numbers that `values` say (RuleSetting.values).

    After `is_valid`, `values` is what differs from the rule as declared. `newest` is the id of the rule's newest setting: a
    form that was opened before somebody else's change is refused, with what was typed kept. A `draft` is looked at, not
    saved, and needs no reason.
    """

    team = forms.ModelChoiceField(Team.objects.all(), required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    off = forms.BooleanField(label=gettext_lazy("Switch the rule off"), required=False)
    holds_from = forms.DateTimeField(
        label=gettext_lazy("Holds from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: at once. Running deadlines keep their terms unless you have them recomputed."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("Everybody reads it beside the rule."),
    )

    def __init__(self, data=None, *, rule: Rule, values: Mapping, now, newest: int = 0, draft: bool = False, **kwargs):
        super().__init__(data, **kwargs)
        self.rule, self.now, self.newest = rule, now, newest
        self._declared = content_of(rule, {})
        self._shown = content_of(rule, values)
        self._places: dict[str, list[tuple[str, Place]]] = {}
        for number, case in enumerate(self._declared["due"]):
            self._add_term(f"due-{number}", self._shown["due"][case], case or gettext("Due"))
        for number, case in enumerate(self._declared["at_most"]):
            self._add_term(f"most-{number}", self._shown["at_most"][case], case or gettext("At most"))
        known = {step.name for step in rule.ladder}
        self.added = [step_from_json(rule, step) for step in self._shown["ladder"] if step["name"] not in known]
        self.ladder = [*rule.ladder, *self.added]
        for step in self.ladder:
            self._add_step(step)
        self._add_new_step(bool(data and data.get("new-on")))
        self.fields["off"].initial = bool(values.get("off"))
        self.fields["seen"].initial = newest
        self.fields[FIELD].required = False  # the page that saves brings its own; looking needs none
        if draft:
            self.fields["reason"].required = False

    def _add_term(self, name: str, term: Mapping, label: str) -> None:
        self._places[name] = []
        for number, place in enumerate(places(term)):
            field = f"{name}-{number}"
            self._places[name].append((field, place))
            self.fields[field] = place.field(term, label)

    def _add_step(self, step: Step) -> None:
        shown = self._shown_step(step)
        on = any(each["name"] == step.name for each in self._shown["ladder"])
        self.fields[f"on-{step.name}"] = forms.BooleanField(required=False, initial=on)
        when = shown["when"]
        if "amount" in when:
            self._add_term(f"when-{step.name}", when["amount"], gettext("When"))
        elif when["at"] == "share":
            self.fields[f"share-{step.name}"] = _number(100 * when["n"], 0, 100, gettext("Percent of the time"))
        elif when["at"] == "streak":
            self.fields[f"streak-{step.name}"] = _number(when["n"], 1, 50, gettext("Times missed in a row"))
        if shown["every"]:
            self._add_term(f"every-{step.name}", shown["every"], gettext("Again every"))
        if step.tell or not step.remind:
            self.fields[f"tell-{step.name}"] = forms.MultipleChoiceField(
                label=gettext("Who is told"),
                required=False,
                choices=[(told.value, words()) for told, words in TOLD.items()],
                widget=forms.CheckboxSelectMultiple,
                initial=shown["tell"],
            )

    def _add_new_step(self, wanted: bool) -> None:
        hour = {"term": "hours", "n": 1, "clock": OFFICE}
        told = forms.MultipleChoiceField(
            label=gettext("Who is told"),
            required=False,
            choices=[(told.value, words()) for told, words in TOLD.items()],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields |= {
            "new-on": forms.BooleanField(label=gettext("Add a step"), required=False),
            "new-kind": forms.ChoiceField(
                label=gettext("What it does"), choices=KINDS, required=wanted, widget=_select()
            ),
            "new-at": forms.ChoiceField(label=gettext("When"), choices=WHENS, required=wanted, widget=_select()),
            "new-amount": Place((), "amount").field(hour, gettext("How long before or after")),
            "new-tell": told,
        }
        self.fields["new-amount"].required = wanted

    def new_step(self) -> dict:
        """The fields of a step that is to be added, by the part of their name after the dash."""
        return {name: self[f"new-{name}"] for name in ("on", "kind", "at", "amount", "tell")}

    def _shown_step(self, step: Step) -> dict:
        shown = (each for each in self._shown["ladder"] if each["name"] == step.name)
        return next(shown, None) or step_to_json(step)

    # For the template

    def terms(self):
        """(case in words, what stands there now, its fields)."""
        return self._rows("due", self._shown["due"])

    def limits(self):
        return self._rows("most", self._shown["at_most"])

    def _rows(self, kind: str, terms: Mapping):
        for number, case in enumerate(terms):
            fields = [self[field] for field, _place in self._places[f"{kind}-{number}"]]
            yield case, from_json(terms[case]).sentence(), fields

    def steps(self):
        for step in self.ladder:
            yield {
                "name": step.name,
                "remind": step.remind,
                "do": CONSEQUENCES[step.do]() if step.do else "",
                "when": step_when(thaw({**self._declared, "ladder": [self._shown_step(step)]}).ladder[0]),
                "added": step in self.added,
                "before": self._shown_step(step)["when"]["at"] == "ahead",
                "on": self[f"on-{step.name}"],
                "numbers": [self[field] for field in self._numbers_of(step)],
                "every": [self[field] for field, _place in self._places.get(f"every-{step.name}", [])],
                "tell": self[f"tell-{step.name}"] if f"tell-{step.name}" in self.fields else None,
            }

    def _numbers_of(self, step: Step):
        yield from (field for field, _place in self._places.get(f"when-{step.name}", []))
        yield from (name for name in (f"share-{step.name}", f"streak-{step.name}") if name in self.fields)

    # What was said

    def clean_holds_from(self):
        given = self.cleaned_data["holds_from"]
        if given and given < self.now:
            raise ValidationError(gettext("This is past. Leave it empty, and it holds from the moment of saving."))
        return given

    def clean(self):
        found = super().clean()
        for step in self.ladder:
            self._check_step(step, found)
        if found.get("new-on") and found.get("new-kind") == "tell" and not found.get("new-tell"):
            self.add_error("new-tell", gettext("Choose who is told."))
        if found.get("seen") is not None and found["seen"] != self.newest:
            raise ValidationError(
                gettext("Somebody else has changed this rule meanwhile. See the changes below, then save yours again.")
            )
        return found

    def _check_step(self, step: Step, found) -> None:
        tell = f"tell-{step.name}"
        if tell in self.fields and found.get(f"on-{step.name}") and not (found.get(tell) or step.remind or step.do):
            self.add_error(tell, gettext("Choose who is told, or switch this step off."))

    @cached_property
    def values(self) -> dict:
        """What differs from the rule as declared. Only for a valid form."""
        said = {
            "due": self._changed("due", self._shown["due"], self._declared["due"]),
            "at_most": self._changed("most", self._shown["at_most"], self._declared["at_most"]),
            "ladder": self._changed_ladder(),
        }
        said = {name: content for name, content in said.items() if content}
        return said | {"off": True} if self.cleaned_data["off"] else said

    def _changed(self, kind: str, shown: Mapping, declared: Mapping) -> dict:
        terms = {case: self._said(f"{kind}-{number}", shown[case]) for number, case in enumerate(shown)}
        return {case: term for case, term in terms.items() if term != declared.get(case)}

    def _said(self, name: str, term: Mapping) -> dict:
        for field, place in self._places[name]:
            term = place.put(term, self.cleaned_data[field])
        return from_json(term).to_json()

    def _changed_ladder(self) -> dict:
        changed = self._added_ladder()
        for step in self.rule.ladder:
            declared, said = step_to_json(step), self._said_step(step)
            if not self.cleaned_data[f"on-{step.name}"]:
                changed[step.name] = None
            elif said != declared:
                changed[step.name] = {key: value for key, value in said.items() if value != declared[key]}
        return changed

    def _added_ladder(self) -> dict:
        """The steps that were added and still stand, and the one that is added now."""
        standing = [step for step in self.added if self.cleaned_data[f"on-{step.name}"]]
        added = {step.name: self._said_step(step) for step in standing}
        if self.cleaned_data["new-on"]:
            # Never the name of one that was removed: running deadlines remember by it which steps they have taken.
            added[f"added-{self.newest + 1}"] = self._said_new_step()
        return {name: {key: value for key, value in step.items() if key != "name"} for name, step in added.items()}

    def _said_new_step(self) -> dict:
        given = self.cleaned_data
        amount = {"amount": given["new-amount"]} if given["new-at"] != AT_DUE else {}
        remind = given["new-kind"] == "remind"
        tell = [] if remind else given["new-tell"]
        return {"when": {"at": given["new-at"], **amount}, "every": None, "tell": tell, "remind": remind}

    def _said_step(self, step: Step) -> dict:
        said, given = self._shown_step(step), self.cleaned_data
        when = dict(said["when"])
        if "amount" in when:
            when["amount"] = self._said(f"when-{step.name}", when["amount"])
        elif when["at"] == "share":
            when["n"] = given[f"share-{step.name}"] / 100
        elif when["at"] == "streak":
            when["n"] = given[f"streak-{step.name}"]
        every = self._said(f"every-{step.name}", said["every"]) if said["every"] else None
        return said | {"when": when, "every": every, "tell": given.get(f"tell-{step.name}", said["tell"])}

    def setting(self, by) -> RuleSetting:
        """What would be saved, unsaved. Only for a valid form."""
        return RuleSetting(
            rule=self.rule.key,
            team=self.cleaned_data["team"],
            values=self.values,
            holds_from=self.cleaned_data["holds_from"] or self.now,
            reason=self.cleaned_data["reason"],
            set_by=by,
            set_at=self.now,
        )


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _number(initial: float, least: int, most: int, label: str) -> forms.IntegerField:
    attrs = {"class": "form-control amount", "inputmode": "numeric"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.IntegerField(min_value=least, max_value=most, initial=round(initial), label=label, widget=widget)

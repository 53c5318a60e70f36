"""The numbers of rules, set by an admin in the words of the SOP, with the date from which they hold."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops import clock

from ..actions import set_rule
from ..models import Outage, RuleSetting
from ..registry import registry
from ..rule import After, Ahead
from ..terms import parse


class RuleSettingForm(forms.ModelForm):
    """Due terms and ladder in words, a line each; what is not named stays as the rule declares it."""

    rule = forms.ChoiceField(label=_("rule"))
    due = forms.CharField(
        label=_("Due"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Such as “4 hours, office”; with grades or levels a line each: “A: 24 hours, office”."),
    )
    ladder = forms.CharField(
        label=_("Reminders and word to heads"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each, by the step's name: “remind: 2 hours, office”; “remind: off” leaves it out."),
    )
    off = forms.BooleanField(label=_("Switch the rule off"), required=False)

    class Meta:
        model = RuleSetting
        fields = ["rule", "team", "holds_from", "due", "ladder", "off", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(rule.key, f"{rule.title} ({rule.key})") for rule in registry]

    def clean(self):
        values = super().clean()
        rule = registry.get(values.get("rule", ""))
        if rule is None:
            return values
        said = {}
        if values.get("due"):
            said["due"] = self._due(rule, values["due"])
        if values.get("ladder"):
            said["ladder"] = self._ladder(rule, values["ladder"])
        if values.get("off"):
            said["off"] = True
        values["values"] = said
        return values

    def _due(self, rule, text) -> dict:
        cases, found = rule.dues(), {}
        for line in filter(None, map(str.strip, text.splitlines())):
            case, _colon, words = line.rpartition(":") if line.partition(":")[0].strip() in cases else ("", "", line)
            case = case.strip()
            if case not in cases:
                known = {"rule": rule.key, "cases": ", ".join(cases)}
                self.add_error("due", gettext("%(rule)s has a term for each of: %(cases)s.") % known)
                continue
            found[case] = self._term("due", words)
        return found

    def _ladder(self, rule, text) -> dict:
        found = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            name, _colon, words = line.partition(":")
            step = rule.step(name.strip())
            if step is None:
                known = {"name": name, "names": ", ".join(step.name for step in rule.ladder)}
                self.add_error("ladder", gettext("There is no step %(name)s; there are: %(names)s.") % known)
            elif words.strip().lower() == "off":
                found[step.name] = None
            elif isinstance(step.when, Ahead | After):
                at = "ahead" if isinstance(step.when, Ahead) else "after"
                found[step.name] = {"when": {"at": at, "amount": self._term("ladder", words)}}
            else:
                self.add_error("ladder", gettext("The step %(name)s has no time of its own.") % {"name": name})
        return found

    def _term(self, field, words):
        try:
            return parse(words.strip()).to_json()
        except ValueError as error:
            self.add_error(field, ValidationError(str(error)))
            return {}


@admin.register(RuleSetting)
class RuleSettingAdmin(admin.ModelAdmin):
    """Settings are added, never changed: each deadline keeps what held when it opened."""

    form = RuleSettingForm
    list_display = ["rule", "team", "holds_from", "values", "reason", "set_by", "set_at"]
    list_filter = ["rule"]

    def get_changeform_initial_data(self, request):
        return {"holds_from": clock.now()} | super().get_changeform_initial_data(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        names = ("rule", "team", "holds_from", "reason", "values")
        given = {name: form.cleaned_data[name] for name in names}
        saved = set_rule(**given, by=request.user, at=request.now)
        obj.pk = saved.pk


@admin.register(Outage)
class OutageAdmin(admin.ModelAdmin):
    """Gaps in enforcement, for looking at."""

    list_display = ["since", "until"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

"""The sentences in which people are told of tasks and of help."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register
from salesops.web.templatetags.shell import day_text


def _day(values: Mapping) -> dict:
    return {**values, "day": day_text(date.fromisoformat(str(values["day"])))}


register(
    Kind("task.given", title=_("%(person)s gives you a task by %(day)s: %(task)s"), words=_day),
    Kind("task.proven", title=_("%(person)s has handed in: %(task)s"), action_label=_("Look and confirm")),
    Kind("task.confirmed", title=_("%(person)s has confirmed: %(task)s")),
    Kind("task.sent_back", title=_("%(person)s sends back: %(task)s"), body="%(reason)s", action_label=_("Read")),
    Kind("task.put_off", title=_("%(person)s moves %(task)s to %(day)s"), body="%(reason)s", words=_day),
    Kind("task.dropped", title=_("%(person)s needs this no more: %(task)s"), body="%(reason)s"),
    Kind("help.asked", title=_("%(person)s asks you for help: %(text)s"), action_label=_("Answer")),
    Kind("help.answered", title=_("%(person)s has helped: %(text)s"), action_label=_("Read")),
    Kind("help.passed_on", title=_("%(person)s has passed on: %(text)s – %(to)s does it by %(day)s"), words=_day),
)
register(Kind("plan.resources", title=_("%(person)s on your plan: %(resources)s"), action_label=_("Open the plan")))

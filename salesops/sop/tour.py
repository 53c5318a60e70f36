from django.utils.translation import gettext_lazy as _

from salesops.web.tour import Step, register

from .views.late import HEADS

register(
    Step(
        "sop:my_day",
        _("Today"),
        _("All that you owe, the most urgent first. “Start working” leads you from one to the next."),
        order=10,
    ),
    Step(
        "sop:late",
        _("Late now"),
        _("What your people are late with, longest first. Remind with one click, or look why it was due then."),
        order=20,
        roles=HEADS,
    ),
    Step(
        "sop:rules",
        _("The SOP"),
        _("Every rule in plain words, with the number that holds now. Each deadline links to its rule."),
        order=90,
    ),
)

from django.utils.translation import gettext_lazy as _

from salesops.web.tour import Step, register

register(
    Step(
        "notices:inbox",
        _("Messages"),
        _("What you are told, with a button to act on it. Quiet hours and channels are yours to choose."),
        order=80,
    )
)

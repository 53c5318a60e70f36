from django.utils.translation import gettext_lazy as _

from salesops.people.models import Role
from salesops.web.tour import Step, register

register(
    Step(
        "leads:import",
        _("Import"),
        _("Upload the registration form here. Each row is created, found a duplicate, or rejected with the reason."),
        order=22,
        roles=(Role.SO,),
    ),
    Step(
        "leads:cleaning",
        _("Cleaning"),
        _("New leads wait here to be graded. A graded lead goes at once to whoever's territory matches."),
        order=24,
        roles=(Role.SO,),
    ),
    Step(
        "leads:pool",
        _("Lead pool"),
        _("Leads that anybody may claim. Contacts show once it is yours; the first response is due within hours."),
        order=30,
        roles=(Role.AM, Role.LEADER),
    ),
)

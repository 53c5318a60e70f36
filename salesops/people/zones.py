from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Length

from .models import Team, User


def zone_of(user: User) -> str:
    """The name of the person's time zone: that of the nearest team above with one, else TIME_ZONE. One query."""
    if not user.team_id:
        return settings.TIME_ZONE
    home = Team.objects.filter(pk=user.team_id, path__startswith=OuterRef("path"))
    zones = Team.objects.exclude(zone="").filter(Exists(home)).order_by(Length("path").desc())
    return zones.values_list("zone", flat=True).first() or settings.TIME_ZONE

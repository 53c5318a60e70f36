from django.conf import settings
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Subquery
from django.db.models.functions import Length

from .models import Team, User

UNREAD = object()


def team_zone() -> Subquery:
    """For a query of users: the zone of the nearest team above the person that has one, null if none has."""
    home = ExpressionWrapper(OuterRef("team__path"), output_field=CharField())
    above = Team.objects.exclude(zone="").annotate(home=home).filter(home__startswith=F("path"))
    return Subquery(above.order_by(Length("path").desc()).values("zone")[:1])


def zone_of(user: User) -> str:
    """The name of the person's time zone: that of the nearest team above with one, else TIME_ZONE.

    One query, none for the signed-in person, whom the backend has read with it.
    """
    found = getattr(user, "team_zone", UNREAD)
    if found is UNREAD:
        found = User.objects.filter(pk=user.pk).values_list(team_zone(), flat=True).first() if user.team_id else None
    return found or settings.TIME_ZONE

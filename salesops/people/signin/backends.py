from allauth.account.auth_backends import AuthenticationBackend

from salesops.people.models import User
from salesops.people.zones import team_zone


class Backend(AuthenticationBackend):
    """Signs in as allauth does, and reads each request's person with their team's zone and their department."""

    def get_user(self, user_id):
        user = User.objects.select_related("department").annotate(team_zone=team_zone()).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

from django.db import transaction
from django.http import HttpRequest

from salesops.events.recording import record
from salesops.people.models import User


def record_refusal(request: HttpRequest, person: User, status: int) -> None:
    """Records what was refused to whom, in a transaction of its own: what the view wrote is undone by now.

    The page by the name of its URL and the numbers in its address; nothing that somebody has typed.
    """
    match = request.resolver_match
    numbers = [str(value) for value in match.kwargs.values() if isinstance(value, int)]
    data = {"status": status, "method": request.method, "page": match.view_name, "object": "/".join(numbers)}
    with transaction.atomic():
        record("access.refused", at=request.now, by=person, refs={}, data=data)

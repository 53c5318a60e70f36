"""Calls of the API as another program makes them: `caller(person, "leads:write")` returns a function."""

import datetime
import json

from django.test import Client

from salesops import clock
from salesops.people.actions import make_api_key
from salesops.people.models import Scope, User

EVERYTHING = tuple(Scope.values)
ROOT = "/api/v1"


class Caller:
    """Another program with a key of its own."""

    def __init__(self, token: str = ""):
        self.token, self.client = token, Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body=None, **headers):
        """The answer; `body` as Python values, or bytes as they are."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        kind = headers.pop("content-type", "application/json")
        return self.client.generic(method, f"{ROOT}{path}", content, content_type=kind, headers=headers)

    def get(self, path: str, **headers):
        return self("GET", path, **headers)

    def post(self, path: str, body, **headers):
        return self("POST", path, body, **headers)


def caller(person: User, *scopes: str, language: str = "zh-hans", days: int = 90) -> Caller:
    """A program that acts on behalf of the person, with everything open unless scopes are named."""
    admin = User.objects.get(username="he")
    now = clock.now()
    _key, token = make_api_key(
        name="官网",
        person=person,
        scopes=scopes or EVERYTHING,
        expires_at=now + datetime.timedelta(days=days),
        language=language,
        by=admin,
        at=now,
    )
    return Caller(token)

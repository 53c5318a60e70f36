import datetime

import pytest

from salesops.events import registry
from salesops.events.models import Event
from salesops.notices import kinds
from salesops.notices.actions import Telling
from salesops.notices.models import ChannelAccount
from tests.company import company

from .sinks import mail_sink, webhook_sink

# 15:10 in Shanghai, a Wednesday.
NOON = datetime.datetime(2026, 11, 18, 7, 10, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
KIND = kinds.Kind(key="test", title="Call %(company)s by %(due_at)s", body="Lead %(lead)s", action_label="Log it")


@pytest.fixture(autouse=True)
def registered_kind(monkeypatch):
    monkeypatch.setitem(kinds._kinds, "test", KIND)


@pytest.fixture
def people(db):
    return company()


@pytest.fixture
def sink(settings):
    """A webhook on this machine, which the settings allow."""
    with webhook_sink() as server:
        settings.BOT_HOSTS = [server.origin]
        yield server


@pytest.fixture
def mails(settings):
    """A mail server on this machine, which the settings use."""
    with mail_sink() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


def mail(person, address="wang@example.com"):
    return ChannelAccount.objects.create(kind="email", person=person, url=address)


def bot(sink=None, *, kind="wecom", person=None, team=None, number=1, secret=""):
    origin = sink.origin if sink else "https://qyapi.weixin.qq.com"
    url = f"{origin}/send?key={number}"
    return ChannelAccount.objects.create(kind=kind, person=person, team=team, url=url, secret=secret)


def telling(person, key="d1.due", *, company="北京智能", **more):
    values = {"company": company, "due_at": NOON + 60 * MINUTE, "lead": 12}
    return Telling(person_id=person.pk, key=key, kind="test", values=values, url="/leads/12/", **more)


@pytest.fixture
def told_event(monkeypatch):
    """Declares the event "test.told"; returns a function that lists those recorded."""
    monkeypatch.setitem(registry.declared, "test.told", registry.Event("test.told", refs=("person",)))
    return lambda: list(Event.objects.filter(name="test.told").order_by("pk"))

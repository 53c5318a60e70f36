from celery import shared_task
from django.contrib.sessions.models import Session

from salesops import clock

from . import drafts
from .api import once
from .forms.once import purge


@shared_task
def tidy():
    """Forgets sent forms, old drafts, answers of the API and sessions that are over."""
    now = clock.now()
    purge(now)
    drafts.purge(now)
    once.purge(now)
    Session.objects.filter(expire_date__lt=now).delete()

from celery import shared_task
from django.contrib.sessions.models import Session

from salesops import clock

from . import drafts
from .forms.once import purge


@shared_task
def tidy():
    """Forgets sent forms, old drafts and sessions that are over."""
    now = clock.now()
    purge(now)
    drafts.purge(now)
    Session.objects.filter(expire_date__lt=now).delete()

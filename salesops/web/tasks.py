from celery import shared_task
from django.contrib.sessions.models import Session

from salesops import clock

from .forms.once import purge


@shared_task
def tidy():
    """Forgets sent forms and sessions that are over."""
    now = clock.now()
    purge(now)
    Session.objects.filter(expire_date__lt=now).delete()

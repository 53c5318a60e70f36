from celery import shared_task

from salesops import clock

from . import sending


@shared_task(name="salesops.notices.tasks.send")
def send():
    sending.send(at=clock.now())

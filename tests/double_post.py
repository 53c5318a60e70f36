"""Sends one form twice at the same moment, as a double click does. Needs django_db(transaction=True)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client


def post_together(url: str, data: dict, *, user=None, times: int = 2, **extra) -> list:
    """The answers to `times` equal POSTs from one session, let go at once."""
    client = Client()
    if user:
        client.force_login(user)
    start = Barrier(times)

    def send():
        twin = Client()
        twin.cookies = client.cookies
        start.wait()
        try:
            return twin.post(url, data, **extra)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [answer.result() for answer in [pool.submit(send) for _ in range(times)]]

from django.shortcuts import render

from ..my_day import queues, sections


def my_day(request):
    """What I owe, most urgent first, grouped by customer; and the queues of my desks."""
    waiting = queues(request.user, request.now)
    owed = sections(request.user, request.now, without=[queue.rule.key for queue in waiting])
    return render(request, "sop/my_day.html", {"sections": owed, "queues": waiting})

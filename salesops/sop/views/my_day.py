from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..my_day import MOST, done_today, next_file, notes, queues, sections


def my_day(request):
    """What I owe, most urgent first, one card a customer; the queues of my desks; what I have done today."""
    waiting = queues(request.user, request.now)
    owed = sections(request.user, request.now, without=[queue.rule.key for queue in waiting])
    context = {
        "sections": owed,
        "queues": waiting,
        "notes": notes(request.user, request.now),
        "done": done_today(request.user, request.now),
        "begins": any(file.brief.act_url for section in owed if section.now for file in section.files),
        "free": not waiting and not any(section.now for section in owed),
        "next_due_at": owed[0].files[0].items[0].deadline.due_at if owed else None,
        "came_back": "from" in request.GET,
    }
    return render(request, "sop/my_day.html", context)


def next(request):
    """Walks through today's cards: opens the form of the first that was not passed, and in the end My Day again."""
    passed = request.GET.getlist("passed")[:MOST]
    file = next_file(request.user, request.now, passed=passed)
    if file is None:
        messages.success(request, _("That was everything for now."))
        return redirect("sop:my_day")
    back = f"{reverse('sop:next')}?{urlencode({'passed': [*passed, file.reference]}, doseq=True)}"
    return redirect(f"{file.brief.act_url}?{urlencode({'back': back})}")

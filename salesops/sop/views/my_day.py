from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..my_day import MOST, away, brief, cut, done_today, next_file, notes, queues, rate_this_week, sections


def my_day(request):
    """What I owe, most urgent first, one card a customer; the queues of my desks; what I have done today."""
    waiting = queues(request.user, request.now)
    owed = sections(request.user, request.now, without=[queue.rule.key for queue in waiting])
    shown = owed if "all" in request.GET else cut(owed)
    brief(shown, request.user, request.now)
    done = done_today(request.user, request.now)
    leave = away(request.user, request.now)
    context = {
        "sections": [section for section in shown if section.files],
        "hidden": sum(section.more for section in shown),
        "queues": waiting,
        "notes": notes(request.user, request.now),
        "done": done,
        "undo": done[0] if done and done[0].undo_url else None,
        "begins": any(file.brief.act_url for section in shown if section.now for file in section.files),
        "free": not waiting and not any(section.now for section in owed) and not leave,
        "coming": owed[0].files[0] if owed and not owed[0].now else None,
        "leave": leave,
        "rate": rate_this_week(request.user, request.now),
        "came_back": "from" in request.GET,
        "at": request.GET.get("at", ""),
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

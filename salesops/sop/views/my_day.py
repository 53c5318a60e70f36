from django.shortcuts import render

from ..my_day import sections


def my_day(request):
    """What I owe, most urgent first, grouped by customer."""
    return render(request, "sop/my_day.html", {"sections": sections(request.user, request.now)})

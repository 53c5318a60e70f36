from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from salesops.web.back import back
from salesops.web.forms import one_time

from . import actions
from .holders import may_open
from .models import Upload
from .types import Type


def download(request, pk):
    """A file, for whoever sees the record that it hangs on. Pictures open in the page, all else is saved."""
    upload = _find(request, pk)
    response = HttpResponse(bytes(upload.content.data), content_type=Type(upload.type).mime)
    response["Content-Disposition"] = content_disposition_header(not upload.is_shown, upload.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@one_time
@require_POST
def removal(request, pk):
    """Takes off a file that I have put there by mistake."""
    upload = _find(request, pk)
    if upload.by_id != request.user.pk:
        raise Http404
    actions.remove(upload, by=request.user, at=request.now)
    messages.success(request, _("The file was removed."))
    return redirect(back(request) or "/")


def _find(request, pk) -> Upload:
    upload = get_object_or_404(Upload.objects.select_related("content"), pk=pk)
    if not may_open(request.user, upload):
        raise Http404
    return upload

"""Reading the body of a call: JSON in UTF-8 of a bounded size, holding only what PostgreSQL can keep as text."""

import json

from django.utils.translation import gettext as _
from ninja.parser import Parser

from .problems import Problem

MOST = 1_000_000  # bytes: a hundred leads with everything said of them


class BodyParser(Parser):
    def parse_body(self, request):
        """The body as Python values. Raises Problem for what is no such body."""
        if request.content_type != "application/json":
            raise Problem("media_type")
        if len(request.body) > MOST:
            raise Problem("too_large", _("At most %(most)d bytes.") % {"most": MOST})
        try:
            found = json.loads(request.body.decode("utf-8"), parse_constant=_no_number)
            text = json.dumps(found, ensure_ascii=False)
            text.encode("utf-8")
        except UnicodeError as error:  # half of a surrogate pair is JSON, and no text
            raise Problem("unreadable", _("The body is not UTF-8.")) from error
        except RecursionError as error:
            raise Problem("unreadable", _("The body is nested too deeply.")) from error
        except ValueError as error:
            raise Problem("unreadable", _("The body is not JSON.")) from error
        if r"\u0000" in text:
            raise Problem("unreadable", _("The body holds a NUL character."))
        return found


def _no_number(name: str):
    raise ValueError(name)

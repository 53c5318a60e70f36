"""Files follow the record that they hang on: here a lead."""

from salesops.documents.actions import attach
from salesops.documents.forms import Checked
from salesops.documents.types import Type
from tests.access import SEEN, row
from tests.leads.access import MONDAY, active


def attached(co, owner):
    lead = active(co, owner)["pk"]
    file = Checked("名片.txt", Type.TEXT, "蒋宇".encode())
    return {"pk": attach([file], about=f"lead:{lead}", file=f"lead:{lead}", by=owner, at=MONDAY)[0].pk}


ROWS = [
    row("documents:download", attached, **SEEN),
    row("documents:removal", attached, everybody="302 404 404", post={}),  # only who has put it there
]

"""An import's steps, gone through as a browser would, and the rows it is given."""

from django.urls import reverse

from leads import tasks
from leads.models import Contact, Customer, Lead, LeadImport
from salesops.web.forms.once import new_token
from tests.leads.files import row


def several(count, first=0, **values):
    return [row(客户名称=f"甲{n}", 联系方式=f"139{n:08}", **values) for n in range(first, first + count)]


class Wizard:
    """Goes through the steps as a browser would; `check` and `start` do what a worker does."""

    def __init__(self, client):
        self.client, self.made = client, None

    def upload(self, user, stream, name="线索.csv", token=None, **fields):
        self.client.force_login(user)
        stream.name = name
        answer = self.client.post(reverse("leads:import"), {"once": token or new_token(), "file": stream, **fields})
        self.made = LeadImport.objects.order_by("-pk").first()
        return answer

    def url(self, name):
        return reverse(f"leads:import_{name}", args=[self.made.pk])

    def get(self, name, query=""):
        return self.client.get(self.url(name) + query)

    def post(self, name, **values):
        return self.client.post(self.url(name), {"once": new_token(), **values})

    def columns(self, **changed):
        """Sends the second step: what was guessed, but for `changed` by heading."""
        values = {
            f"c{index}": changed.get(heading, self.made.mapping[heading])
            for index, heading in enumerate(self.made.headings)
        }
        return self.post("columns", **values)

    def check(self, user, stream, **options):
        self.upload(user, stream, **options)
        self.columns()
        tasks.run_imports()
        self.made.refresh_from_db()
        return self.made

    def start(self, **values):
        answer = self.post("start", **{"known": "ask", "target": "cleaning"} | values)
        while self.made.state not in ("done", "undone"):
            tasks.run_imports()
            self.made.refresh_from_db()
            if answer.status_code != 302:
                break
        return answer


def nothing_written():
    return not (Lead.objects.exists() or Contact.objects.exists() or Customer.objects.exists())

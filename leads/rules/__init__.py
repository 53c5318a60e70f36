"""What happens to leads, and the rules of sop.md section 2, "Leads". The SOP page shows them in this order."""

from leads import briefs
from salesops.sop import my_day
from salesops.sop.subjects import Subject
from salesops.sop.subjects import register as register_subjects

from . import arriving, holding, answering, following, keeping, nurturing, customers  # isort: skip
from . import promising, visiting, needs, dealing, library, values  # isort: skip
from . import protecting  # isort: skip

register_subjects(
    Subject("lead", "leads.Lead", title="customer__name", url="leads:detail", briefs=briefs.briefs),
    Subject("customer", "leads.Customer", title="name", url="leads:customer", briefs=briefs.customers),
    Subject("follow_up", "leads.FollowUp", title="lead__customer__name"),
    Subject("promise", "leads.Promise", title="lead__customer__name", url="leads:promise"),
    Subject("question", "leads.Question", title="lead__customer__name", url="leads:question"),
    Subject("sent", "leads.Sent", title="lead__customer__name", url="leads:sent"),
    Subject("collaboration", "leads.Collaboration", title="lead__customer__name"),
    Subject("export", "leads.Export", title="purpose", url="leads:export"),
    Subject("appointment", "leads.Appointment", title="lead__customer__name"),
)

my_day.register(notes=briefs.notes, done=briefs.done_today)

from django.urls import reverse
from django.utils.translation import gettext as _

from leads import actions
from leads.forms import SurveyForm
from salesops.web.back import go
from salesops.web.forms import one_time

from .acting import attempt, find_to, show_form


@one_time
def survey(request, pk):
    """Logs what the customer said they need (需求调研)."""
    lead = find_to(request, pk, "work")
    form = SurveyForm(request.POST or None, auto_id="survey_%s")
    if request.method != "POST" or not form.is_valid():
        title = _("Need survey: %(company)s") % {"company": lead.customer.name}
        return show_form(request, lead, form, title=title, button=_("Save the survey"))
    attempt(request, actions.log_survey, lead, **form.said, done=_("The survey is logged."))
    return go(request, reverse("leads:detail", args=[pk]))

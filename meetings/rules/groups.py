"""Under which headings the SOP page shows the rules of the team's rhythm."""

from django.utils.translation import gettext_lazy as _

TASKS = _("Tasks and help")
REPORTS = _("Plans and reports")

"""What happens in a team's day and week, and the rules of sop.md section 2, "Meetings, reports, tasks"."""

from meetings import briefs
from salesops.sop.subjects import Subject
from salesops.sop.subjects import register as register_subjects

from . import tasks, helping, planning, targets  # isort: skip

register_subjects(
    Subject("task", "meetings.Task", title="content", url="meetings:task", briefs=briefs.tasks),
    Subject("help", "meetings.HelpItem", title="text", url="meetings:help", briefs=briefs.help_items),
)

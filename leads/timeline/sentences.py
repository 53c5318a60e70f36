"""What happened, in words: the events that are part of a lead's story."""

from django.utils.translation import gettext_lazy

# Event name: icon, sentence. What is not listed is not part of the story.
SENTENCES = {
    "lead.arrived": ("inbox", gettext_lazy("The lead came in")),
    "lead.qualified": ("droplet", gettext_lazy("Cleaned and graded %(grade)s")),
    "lead.assigned": ("signpost", gettext_lazy("Assigned to %(owner)s")),
    "lead.accepted": ("check2", gettext_lazy("%(owner)s accepted it")),
    "lead.declined": ("x-circle", gettext_lazy("%(owner)s declined it")),
    "lead.taken_back": ("arrow-counterclockwise", gettext_lazy("Taken back from %(owner)s: not accepted in time")),
    "lead.claimed": ("hand-thumbs-up", gettext_lazy("Claimed by %(owner)s")),
    "lead.kept": ("person-plus", gettext_lazy("Entered by %(owner)s, who follows it up")),
    "collaboration.asked": ("people", gettext_lazy("%(owner)s asks to work along")),
    "collaboration.agreed": ("people", gettext_lazy("%(owner)s works along")),
    "lead.pooled": ("people", gettext_lazy("Into the lead pool")),
    "lead.nurtured": ("sunrise", gettext_lazy("Into the nurture pool")),
    "nurture.sent": ("envelope", gettext_lazy("A case was sent by mail")),
    "nurture.interested": ("star", gettext_lazy("The contact wants to know more")),
    "lead.closed": ("lock", gettext_lazy("Closed")),
    "lead.taken_over": ("box-arrow-right", gettext_lazy("Taken over by %(owner)s")),
    "lead.completed": ("upload", gettext_lazy("An imported file filled in what was blank")),
    "survey.logged": ("clipboard-check", gettext_lazy("Need survey logged")),
    "lead.restored": ("arrow-counterclockwise", gettext_lazy("An import was undone: its changes were taken back")),
    "lead.moved": ("building", gettext_lazy("Moved with its customer: two were merged, or a merge was undone")),
    "minutes.attached": ("paperclip", gettext_lazy("Detailed minutes attached")),
    "promise.dropped": ("dash-circle", gettext_lazy("A promise was dropped")),
    "promise.moved": ("calendar3", gettext_lazy("A promise was moved to %(promised_at)s")),
    "needs.prepared": ("list-check", gettext_lazy("Needs talk prepared")),
    "needs.reported": ("send", gettext_lazy("Needs report sent, version %(version)s")),
    "needs.confirmed": ("check-circle", gettext_lazy("The customer confirmed the needs report, version %(version)s")),
    "needs.refused": ("exclamation-circle", gettext_lazy("The customer found the needs report not right")),
    "needs.requested": ("file-earmark-text", gettext_lazy("Needs request filed")),
    "lead.staged": ("arrow-right", gettext_lazy("Moved on to: %(stage)s")),
    "lead.lost": ("emoji-frown", gettext_lazy("Lost: %(reason)s")),
    "visit.prepared": ("list-check", gettext_lazy("Visit prepared")),
    "visit.confirmed": ("check2", gettext_lazy("Visit confirmed")),
    "visit.recorded": ("geo-alt", gettext_lazy("Visit recorded")),
    "appointment.planned": ("calendar-check", gettext_lazy("Appointment planned")),
    "appointment.moved": ("calendar-check", gettext_lazy("Appointment moved")),
    "appointment.cancelled": ("calendar3", gettext_lazy("Appointment cancelled")),
}
LOOKED = {"contact.revealed": ("eye", gettext_lazy("Looked at the contact's number"))}

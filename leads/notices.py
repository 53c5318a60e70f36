"""The sentences in which people are told of leads."""

from django.utils.translation import gettext_lazy as _

from salesops.notices.kinds import Kind, register

register(
    Kind("lead.assigned", title=_("New lead: %(company)s, grade %(grade)s"), action_label=_("Look and accept")),
    Kind("lead.copied", title=_("You are the presales consultant of %(company)s, grade %(grade)s")),
    Kind(
        "lead.taken_back",
        title=_("%(company)s was not accepted in time and was taken back"),
        action_label=_("Open"),
    ),
    Kind(
        "collaboration.asked",
        title=_("%(person)s asks to work along on %(company)s"),
        action_label=_("Decide"),
    ),
    Kind("collaboration.agreed", title=_("%(person)s agrees: you work along on %(company)s")),
    Kind("collaboration.refused", title=_("%(person)s does not want you to work along on %(company)s")),
    Kind("collaboration.added", title=_("%(person)s has added you to the team of %(company)s")),
    Kind("collaboration.ended", title=_("%(person)s has taken you off the team of %(company)s")),
    Kind("needs.confirmed", title=_("%(company)s has confirmed its needs"), action_label=_("File the needs request")),
    Kind("needs.refused", title=_("%(company)s says that the needs report is not right"), action_label=_("Read")),
    Kind("needs.requested", title=_("%(person)s has filed the needs request of %(company)s"), action_label=_("Read")),
    Kind("bulk.undone", title=_("%(person)s took a change back: it concerns %(count)s of your leads")),
    Kind("comment.mentioned", title=_("%(person)s mentions you on %(company)s"), action_label=_("Read")),
    Kind("comment.replied", title=_("%(person)s answers you on %(company)s"), action_label=_("Read")),
    Kind("lead.wrote_again", title=_("%(company)s wrote again through the form “%(form)s”"), action_label=_("Open")),
    Kind(
        "lead.unassignable",
        title=_("Nobody can take %(company)s, grade %(grade)s"),
        body=_("No account manager whose territory matches is on duty and below capacity. It is in the lead pool."),
        action_label=_("Assign it"),
    ),
)
register(
    Kind(
        "import.done",
        title=_(
            "Import finished: %(created)s created, %(updated)s updated, %(duplicate)s duplicate, %(rejected)s rejected"
        ),
        action_label=_("See each row"),
    ),
    Kind(
        "import.taken_over",
        title=_("%(count)s imported leads are yours now; their follow-ups are due"),
        action_label=_("Open"),
    ),
    Kind(
        "import.undone",
        title=_("Import undone: %(undone)s rows taken back, %(kept)s kept because they are being worked on"),
        action_label=_("See each row"),
    ),
    Kind(
        "import.checked",
        title=_("%(file)s is checked and waits for you: %(created)s new, %(rejected)s to put right"),
        action_label=_("Go on with the import"),
    ),
)
register(
    Kind(
        "export.ready",
        title=_("Your export %(number)s is ready: %(rows)s leads, kept until %(until)s"),
        action_label=_("Open"),
    ),
    Kind("reading.views", title=_("%(person)s has opened %(count)s leads and customers within an hour")),
    Kind("reading.reveals", title=_("%(person)s has been shown %(count)s numbers within a day")),
    Kind("export.stopped", title=_("Your export %(number)s was stopped"), action_label=_("Read why")),
    Kind("export.taken", title=_("%(person)s has downloaded export %(number)s: %(rows)s leads")),
)

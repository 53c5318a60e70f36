from .bulk import bulk, bulk_change, bulk_undo
from .cleaning import cleaning, closing, qualification, sizes
from .commenting import comment
from .customers import customer, customer_contact, key_contact, key_mark, parent, tags
from .dealing import deal, deal_withdrawal, payment_withdrawal
from .detail import contact, detail
from .editing import field, field_undo
from .entering import collaboration, collaborations, known, new
from .erasing import erasure
from .exporting import export, export_file, export_new, export_password, exports
from .figures import figure, figures
from .files import files
from .flow import dry_run, flow
from .following import appointment, cancellation, follow_up, later_date, minutes, move, undo
from .holding import acceptance, assignment, claim, grade, refusal, returning
from .import_checks import import_check, import_corrections
from .import_ends import import_rejected, import_review, import_template, import_undo
from .import_steps import import_columns, import_discard, import_file, import_start
from .imports import import_, import_detail
from .library import library, library_piece, library_retirement, offered
from .listing_customers import customers
from .lists import list
from .merging import merge, merge_undo
from .needs import needs, needs_answer, needs_list, needs_noted, needs_paper, needs_report, needs_request, needs_text
from .nurturing import consent, letter_answer, mailing, nurturing
from .pool import nurture, pool, pool_rules
from .promising import promise, promises, question, sent
from .protecting import protection
from .security import security, security_search
from .staging import loss, stage
from .surveying import survey
from .teams import team, team_removal
from .visiting import confirmation, invitation, preparation, visit, visit_record, visits
from .web_forms import web_form, web_form_edit, web_forms

__all__ = [
    "acceptance",
    "appointment",
    "assignment",
    "bulk",
    "bulk_change",
    "bulk_undo",
    "cancellation",
    "claim",
    "cleaning",
    "closing",
    "collaboration",
    "collaborations",
    "comment",
    "confirmation",
    "consent",
    "contact",
    "customer",
    "customer_contact",
    "customers",
    "deal",
    "deal_withdrawal",
    "detail",
    "dry_run",
    "erasure",
    "export",
    "export_file",
    "export_new",
    "export_password",
    "exports",
    "field",
    "field_undo",
    "figure",
    "figures",
    "files",
    "flow",
    "follow_up",
    "grade",
    "import_",
    "import_check",
    "import_columns",
    "import_corrections",
    "import_detail",
    "import_discard",
    "import_file",
    "import_rejected",
    "import_review",
    "import_start",
    "import_template",
    "import_undo",
    "invitation",
    "key_contact",
    "key_mark",
    "known",
    "later_date",
    "letter_answer",
    "library",
    "library_piece",
    "library_retirement",
    "list",
    "loss",
    "mailing",
    "merge",
    "merge_undo",
    "minutes",
    "move",
    "needs",
    "needs_answer",
    "needs_list",
    "needs_noted",
    "needs_paper",
    "needs_report",
    "needs_request",
    "needs_text",
    "new",
    "nurture",
    "nurturing",
    "offered",
    "parent",
    "payment_withdrawal",
    "pool",
    "pool_rules",
    "preparation",
    "promise",
    "promises",
    "protection",
    "qualification",
    "question",
    "refusal",
    "returning",
    "security",
    "security_search",
    "sent",
    "sizes",
    "stage",
    "survey",
    "tags",
    "team",
    "team_removal",
    "undo",
    "visit",
    "visit_record",
    "visits",
    "web_form",
    "web_form_edit",
    "web_forms",
]

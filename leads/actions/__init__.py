"""Every write to leads that a person or the clock can make."""

from .appointments import cancel_appointment, move_appointment, plan_appointment
from .arriving import NewLead, arrive
from .bulk import change_many, undo_many
from .cleaning import close, qualify, set_sizes
from .collaborating import add_to_team, ask_to_collaborate, decide_collaboration, leave_team
from .company_rules import change_rules
from .customers import log_key_contact, mark_key, set_parent, set_tags, unmark_key
from .dealing import receive_payment, win, withdraw_deal, withdraw_payment
from .editing import edit, undo_edit
from .entering import enter_by_hand
from .erasing import erase_contact
from .exporting import ask_export, show_password
from .exporting import take as take_export
from .following import attach_minutes, log_follow_up, undo_follow_up
from .grading import agree_later, regrade
from .holding import accept, assign, claim, return_to_pool
from .library import retire, save_piece, use_pieces
from .looking import look, reveal
from .merging import merge, undo_merge
from .needs import answer_report, report_needs, request_needs, write_needs
from .noting import comment, note_along
from .nurturing import end_consent, note_consent, note_interest, put_to_nurture, send_mailing
from .promising import ask, drop, end, make_promise, move_promise, send_item
from .refusing import Refused
from .routing import decline
from .staging import advance, lose
from .surveying import log_survey
from .visiting import confirm_visit, prepare_visit, record_visit
from .web_forms import receive, save_web_form

__all__ = [
    "NewLead",
    "Refused",
    "accept",
    "add_to_team",
    "advance",
    "agree_later",
    "answer_report",
    "arrive",
    "ask",
    "ask_export",
    "ask_to_collaborate",
    "assign",
    "attach_minutes",
    "cancel_appointment",
    "change_many",
    "change_rules",
    "claim",
    "close",
    "comment",
    "confirm_visit",
    "decide_collaboration",
    "decline",
    "drop",
    "edit",
    "end",
    "end_consent",
    "enter_by_hand",
    "erase_contact",
    "leave_team",
    "log_follow_up",
    "log_key_contact",
    "log_survey",
    "look",
    "lose",
    "make_promise",
    "mark_key",
    "merge",
    "move_appointment",
    "move_promise",
    "note_along",
    "note_consent",
    "note_interest",
    "plan_appointment",
    "prepare_visit",
    "put_to_nurture",
    "qualify",
    "receive",
    "receive_payment",
    "record_visit",
    "regrade",
    "report_needs",
    "request_needs",
    "retire",
    "return_to_pool",
    "reveal",
    "save_piece",
    "save_web_form",
    "send_item",
    "send_mailing",
    "set_parent",
    "set_sizes",
    "set_tags",
    "show_password",
    "take_export",
    "undo_edit",
    "undo_follow_up",
    "undo_many",
    "undo_merge",
    "unmark_key",
    "use_pieces",
    "win",
    "withdraw_deal",
    "withdraw_payment",
    "write_needs",
]

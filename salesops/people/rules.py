"""What happens to people. The team is the home team at that time."""

from django.utils.translation import gettext_lazy as _

from salesops.events.registry import Event, declare, describe, describe_data

from .models import Role, Scope

declare(
    Event("person.joined", refs=("person", "team")),
    Event("person.left", refs=("person", "team", "successor")),
    Event("person.moved", refs=("person", "team", "from_team")),
    Event("person.changed", refs=("person",), data=("fields",)),
    Event("person.password_reset", refs=("person",)),
    # `person` where the name that was typed is somebody's; the name itself is not kept.
    Event("signin.failed", refs=("person",), data=("address",)),
    Event("team.added", refs=("team", "parent")),
    Event("team.changed", refs=("team", "parent", "from_parent"), data=("renamed",)),
    Event("person.second_factor_removed", refs=("person",)),
    Event("post.given", refs=("person", "team", "department"), data=("role",)),
    Event("post.ended", refs=("person", "team", "department"), data=("role",)),
    Event("leave.asked", refs=("person", "team", "leave", "stand_in"), data=("since", "until")),
    Event("leave.approved", refs=("person", "team", "leave", "stand_in"), data=("since", "until")),
    Event("leave.refused", refs=("person", "team", "leave", "stand_in"), data=("since", "until")),
    # Before it began, and cut short. Leave that simply runs out records nothing: leave.approved says until when.
    Event("leave.cancelled", refs=("person", "team", "leave", "stand_in"), data=("since", "until")),
    Event("leave.ended", refs=("person", "team", "leave", "stand_in"), data=("since", "until")),
    Event("api_key.made", refs=("api_key", "person"), data=("scopes", "expires_at")),
    Event("api_key.revoked", refs=("api_key", "person")),
)

describe(
    {
        "person.joined": _("Took a person in"),
        "person.left": _("Ended a person's access"),
        "person.moved": _("Moved a person to another team"),
        "person.changed": _("Changed a person's details"),
        "person.password_reset": _("Gave a first password anew"),
        "signin.failed": _("A sign-in failed"),
        "team.added": _("Added a team"),
        "team.changed": _("Changed a team"),
        "person.second_factor_removed": _("Removed a second factor"),
        "post.given": _("Gave a role"),
        "post.ended": _("Ended a role"),
        "leave.asked": _("Asked for leave"),
        "leave.approved": _("Approved leave"),
        "leave.refused": _("Refused leave"),
        "leave.cancelled": _("Cancelled leave"),
        "leave.ended": _("Ended leave early"),
        "api_key.made": _("Made an API key"),
        "api_key.revoked": _("Revoked an API key"),
    }
)
describe_data(
    {
        "address": _("IP address"),
        "fields": _("fields"),
        "renamed": _("renamed"),
        "role": _("role"),
        "since": _("begins"),
        "until": _("ends"),
        "scopes": _("scopes"),
        "expires_at": _("valid until"),
    },
    {"role": Role.choices, "scopes": Scope.choices},
)

"""What a person may do with a lead that they see. Seeing is LeadQuerySet.visible_to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from leads.models import Collaboration, Customer, Lead, Status
from salesops.people import scope
from salesops.people.models import Role, User

# Who may bring leads in, and may ask whose a customer is (sop.md section 3).
ENTERERS = (Role.AM, Role.LEADER, Role.MANAGER, Role.SO, Role.ADMIN)
# Who sees leads and figures as their own work.
SALES = (Role.AM, Role.SE, Role.LEADER, Role.MANAGER, Role.SO, Role.ADMIN)
# Who reads the library of talk templates and cases, and who writes and retires them.
READERS = (*ENTERERS, Role.SE)
WRITERS = (Role.SO, Role.MANAGER, Role.ADMIN)
# Who claims from the lead pool.
CLAIMERS = (Role.AM, *scope.HEADS)
# Who may ask to take leads out as a file (sop.md section 7): whoever owns leads cannot take them along.
EXPORTERS = (Role.MANAGER, Role.SO, Role.ADMIN)


@dataclass(frozen=True)
class May:
    """The acts that are open to a person on a lead now."""

    read: bool  # what was said and done: of a lead in the pool only once it is claimed
    work: bool  # accept, follow up, plan, grade: its owner, or who stands in
    join: bool  # log talks, of which no duty is met: who works along on it
    head: bool  # assign, return, agree to later dates: a head of the owner, sales operations
    edit: bool  # the fields of the lead and its customer
    clean: bool
    claim: bool
    reveal: bool


NOTHING = May(read=True, work=False, join=False, head=False, edit=False, clean=False, claim=False, reveal=False)


def may(user: User, lead: Lead) -> May:
    """What the user may do with a lead read `with_holder(user)`. Claiming hides contact data until it is done."""
    operations = user.has_role(Role.SO, Role.ADMIN)
    work = lead.owner_id is not None and lead.held
    heads = user.has_role(*scope.HEADS) and lead.owner_id not in (None, user.pk)
    open_lead = lead.status != Status.CLOSED
    return May(
        read=operations or lead.status != Status.POOL,
        work=work and open_lead,
        join=open_lead and lead.owner_id is not None and lead.joined and not work,
        head=open_lead and (operations or heads),
        edit=open_lead and (work or operations or heads),
        clean=operations and open_lead and lead.qualified_at is None,
        claim=lead.status == Status.POOL and user.has_role(*CLAIMERS),
        reveal=work or operations or heads,
    )


@dataclass(frozen=True)
class MayCustomer:
    """The acts that are open to a person on a customer now."""

    work: bool  # log what its owner owes: the owner, or who stands in
    edit: bool  # tags, group of companies
    mark: bool  # as a key customer: a manager or above (sop.md section 9)
    merge: bool
    reveal: bool


def hides_contact(user: User, lead: Lead) -> bool:
    """Whether a list says nothing of a lead's contact: what lies in the pool is for all to claim (market practice)."""
    return lead.status == Status.POOL and not user.has_role(Role.SO, Role.ADMIN)


def may_customer(user: User, customer: Customer, leads: Iterable[Lead]) -> MayCustomer:
    """What the user may do with a customer; it and those of its leads that they see are read `with_holder(user)`."""
    acts = [may(user, lead) for lead in leads]
    operations = user.has_role(Role.SO, Role.ADMIN)
    manager, admin = user.has_role(Role.MANAGER), user.has_role(Role.ADMIN)
    owns = customer.held or (customer.below and user.has_role(*scope.HEADS))
    return MayCustomer(
        work=customer.held,
        edit=operations or owns or any(act.edit for act in acts),
        mark=admin or (manager and (owns or (customer.owner_id is None and any(act.head for act in acts)))),
        merge=operations or (manager and (owns or customer.owner_id is None)),
        reveal=operations or owns or any(act.reveal for act in acts),
    )


def teammates(lead: Lead):
    """Whom the owner of a lead may name to work along on it: account managers, consultants, service, and the cell."""
    posts = Q(posts__role__in=(Role.AM, Role.SE, Role.CS), posts__until=None)
    team = Q(team=lead.owner.team_id) if lead.owner.team_id else Q()
    people = User.objects.filter(posts | team, is_active=True).exclude(pk__in=[lead.owner_id, lead.presales_id or 0])
    joined = Collaboration.objects.joined().filter(lead=lead)
    return people.exclude(pk__in=joined.values("person")).distinct().order_by("pinyin")


def assignable(user: User):
    """The account managers to whom the user may assign."""
    holders = User.objects.filter(is_active=True, posts__role=Role.AM, posts__until=None)
    return holders.filter(pk__in=scope.people(user)).distinct().order_by("pinyin")

"""The teams as a tree, with who heads each and how many people are at home in it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from salesops.people.models import HEADS, Post, Team, User


@dataclass
class Node:
    team: Team
    heads: list[Post] = field(default_factory=list)
    own: int = 0
    total: int = 0
    children: list["Node"] = field(default_factory=list)


def tree(at: datetime) -> list[Node]:
    """The teams without one above, each with those below it, in three queries."""
    teams = list(Team.objects.order_by("path"))
    active = User.objects.filter(is_active=True, team__isnull=False).order_by()
    people = Counter(dict(active.values_list("team").annotate(Count("pk"))))
    heads = defaultdict(list)
    current = Post.objects.current(at).filter(role__in=HEADS, user__is_active=True)
    for post in current.select_related("user").order_by("role", "since", "id"):
        heads[post.team_id].append(post)
    nodes = {team.pk: Node(team, heads[team.pk], people[team.pk], people[team.pk]) for team in teams}
    for node in sorted(nodes.values(), key=lambda node: -len(node.team.ancestor_ids())):
        if node.team.parent_id:
            nodes[node.team.parent_id].total += node.total
    for team in teams:
        if team.parent_id:
            nodes[team.parent_id].children.append(nodes[team.pk])
    return [nodes[team.pk] for team in teams if not team.parent_id]

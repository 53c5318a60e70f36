from functools import cached_property

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

from salesops import clock
from salesops.encryption import EncryptedTextField

from .org import Department, Team


class Role(models.TextChoices):
    """The roles of sop.md section 3 (handbook H3)."""

    AM = "am", _("Account manager")
    SE = "se", _("Presales consultant")
    SO = "so", _("Sales operations")
    CS = "cs", _("After-sales engineer")
    ASSISTANT = "assistant", _("Sales assistant")
    LEADER = "leader", _("Team leader")
    MANAGER = "manager", _("Sales manager")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    DEPARTMENT_MEMBER = "department_member", _("Department member")
    ADMIN = "admin", _("Administrator")


HEADS = (Role.LEADER, Role.MANAGER)


class User(AbstractUser):
    """A person. Never deleted: a leaver is deactivated and their work goes to others."""

    first_name = last_name = None
    name = models.CharField(_("name"), max_length=100)
    # Sorting and search: ICU collations are not on every server, so pinyin and initials are stored.
    pinyin = models.CharField(max_length=200, editable=False, default="", db_index=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("home team")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    mobile = EncryptedTextField(_("mobile number"), blank=True, default="")
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    toured_at = models.DateTimeField(_("shown around at"), null=True, blank=True, editable=False)
    temporary_password = models.BooleanField(
        _("temporary password"), default=False, help_text=_("Known to an administrator: to be changed at once.")
    )
    left_at = models.DateTimeField(_("left at"), null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("successor"),
        help_text=_("Who answers to a leaver's customers; without one, the head of the team."),
    )

    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["pinyin", "id"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name or self.username

    def save(self, *args, **kwargs):
        self.pinyin = pinyin_key(self.name)
        super().save(*args, **kwargs)

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def current_posts(self) -> list["Post"]:
        """The posts held now, with team and department; read once per object, and so once per request for its user."""
        return list(self.posts.current(clock.now()).select_related("team", "department"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now. A superuser is an administrator also before anybody has given them the post."""
        held = {post.role for post in self.current_posts}
        return frozenset(held | {Role.ADMIN} if self.is_superuser else held)

    def has_role(self, *roles: str) -> bool:
        """Whether the person is active and holds one of the roles now."""
        return self.is_active and not self.roles.isdisjoint(roles)


class PostQuerySet(models.QuerySet):
    def current(self, at):
        """Posts held at the instant `at`."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)


class Post(models.Model):
    """A role that a person holds in a team or a department over a span of time, from `since` to before `until`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("team"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("department")
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["user", "role"]), models.Index(fields=["team", "role"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")),
                name="post_ends_after_it_begins",
                violation_error_message=_("A post ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=HEADS) | Q(team__isnull=False),
                name="head_has_a_team",
                violation_error_message=_("A leader or manager leads a team: choose it."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DEPARTMENT_HEAD) | Q(department__isnull=False),
                name="department_head_has_a_department",
                violation_error_message=_("A department head heads a department: choose it."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "team", "department"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="one_open_post_of_a_kind",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"


def pinyin_key(text: str) -> str:
    """Full pinyin and initials of `text`, lower case, for sorting and search: "zhangwei zw"."""
    full = "".join(lazy_pinyin(text)).lower()
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"[:200]

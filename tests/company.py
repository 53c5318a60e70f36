"""One small company for all tests: `company()` makes it, and tests speak of its people by name.

                    张建国 boss (manager of 销售部)
                    └── 赵强 zhao (manager of 华东区), 徐涛 xu (SE)
                        ├── 华东一组: 李娜 li (leader), 王伟 wang, 张敏 min, 陈静 jing (AM), 孙悦 sun (assistant)
                        └── 华南组:   黄磊 huang (leader), 林芳 lin (AM), 周杰 jie (AM)

and the desks: 周洋 zhou (SO), 吴磊 wu (CS), 钱律 legal with 沈洁 lawyer, and so on; 何平 he is the administrator.
"""

import datetime
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from salesops.people.models import Department, Post, Role, Team, User
from salesops.people.models.user import pinyin_key

# The password of everybody for whom a test asks for one.
PASSWORD = "correct horse 马"
SINCE = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)

DEPARTMENTS = {
    "so": "销售运营部",
    "cs": "售后服务部",
    "legal": "法务部",
    "finance": "财务部",
    "delivery": "交付部",
    "it": "信息技术部",
    "marketing": "市场部",
    "product": "产品部",
    "technology": "技术部",
    "admin": "行政部",
}
# attribute: name, home team, department, roles
PEOPLE = {
    "boss": ("张建国", "sales", None, [Role.MANAGER]),
    "zhao": ("赵强", "east", None, [Role.MANAGER]),
    "li": ("李娜", "cell", None, [Role.LEADER]),
    "wang": ("王伟", "cell", None, [Role.AM]),
    "min": ("张敏", "cell", None, [Role.AM]),
    "jing": ("陈静", "cell", None, [Role.AM]),
    "sun": ("孙悦", "cell", None, [Role.ASSISTANT]),
    "huang": ("黄磊", "south", None, [Role.LEADER]),
    "lin": ("林芳", "south", None, [Role.AM]),
    "jie": ("周杰", "south", None, [Role.AM]),
    "xu": ("徐涛", "east", None, [Role.SE]),
    "zhou": ("周洋", None, "so", [Role.SO]),
    "so_head": ("郑慧", None, "so", [Role.SO, Role.DEPARTMENT_HEAD]),
    "wu": ("吴磊", None, "cs", [Role.CS]),
    "cs_head": ("冯刚", None, "cs", [Role.CS, Role.DEPARTMENT_HEAD]),
    "legal": ("钱律", None, "legal", [Role.DEPARTMENT_HEAD]),
    "lawyer": ("沈洁", None, "legal", [Role.DEPARTMENT_MEMBER]),
    "finance": ("蒋丽", None, "finance", [Role.DEPARTMENT_HEAD]),
    "delivery": ("韩冰", None, "delivery", [Role.DEPARTMENT_HEAD]),
    "engineer": ("杨帆", None, "delivery", [Role.DEPARTMENT_MEMBER]),
    "it": ("朱军", None, "it", [Role.DEPARTMENT_HEAD]),
    "marketing": ("秦雪", None, "marketing", [Role.DEPARTMENT_HEAD]),
    "product": ("尤佳", None, "product", [Role.DEPARTMENT_HEAD]),
    "technology": ("许文", None, "technology", [Role.DEPARTMENT_HEAD]),
    "office": ("何芳", None, "admin", [Role.DEPARTMENT_HEAD]),
    "he": ("何平", None, None, [Role.ADMIN]),
}


def company(*, password: str | None = None) -> SimpleNamespace:
    """Makes the company in a handful of queries; people by the attributes of PEOPLE, teams and departments as dicts.

    Without `password` nobody can sign in through the form (use client.force_login); that is faster.
    """
    teams = {"sales": Team.objects.create(name="销售部", kind=Team.Kind.LINE)}
    teams["east"] = Team.objects.create(name="华东区", kind=Team.Kind.LINE, parent=teams["sales"])
    teams["cell"] = Team.objects.create(name="华东一组", parent=teams["east"])
    teams["south"] = Team.objects.create(name="华南组", parent=teams["east"])
    departments = {
        made.slug: made
        for made in Department.objects.bulk_create(
            Department(slug=slug, name=name) for slug, name in DEPARTMENTS.items()
        )
    }
    secret = make_password(password)
    people = dict(
        zip(
            PEOPLE,
            User.objects.bulk_create(
                User(
                    username=key,
                    name=name,
                    pinyin=pinyin_key(name),
                    password=secret,
                    team=teams.get(team),
                    department=departments.get(department),
                    is_staff=Role.ADMIN in roles,
                    is_superuser=Role.ADMIN in roles,
                    date_joined=SINCE,
                    toured_at=SINCE,
                )
                for key, (name, team, department, roles) in PEOPLE.items()
            ),
            strict=True,
        )
    )
    Post.objects.bulk_create(
        Post(
            user=people[key],
            role=role,
            team=teams.get(team),
            department=departments.get(department),
            since=SINCE,
        )
        for key, (_name, team, department, roles) in PEOPLE.items()
        for role in roles
    )
    return SimpleNamespace(**people, people=people, teams=teams, departments=departments)


def outsider(co: SimpleNamespace) -> User:
    """白雪, an AM of 华北组: somebody whom 赵强 must not see either."""
    team = Team.objects.create(name="华北组", parent=co.teams["sales"])
    person = User.objects.create(
        username="bai", name="白雪", password="!", team=team, date_joined=SINCE, toured_at=SINCE
    )
    Post.objects.create(user=person, role=Role.AM, team=team, since=SINCE)
    return person

"""The people of the demo company: fourteen in two cells and seven departments, with territories for routing."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from demo import PASSWORD
from leads.models import Territory, TerritoryMember
from salesops.people.models import Department, Post, Role, Team, User
from salesops.sop.models import CalendarAssignment, WorkCalendar
from salesops.sop.models.calendar import WEEK

DEPARTMENTS = {
    "so": "销售运营部",
    "cs": "售后服务部",
    "legal": "法务部",
    "finance": "财务部",
    "delivery": "交付部",
    "marketing": "市场部",
    "technology": "技术部",
}
# username, name, team, department, role, what they try
PEOPLE = [
    ("zhaoqiang", "赵强", "sales", None, Role.MANAGER, "销售经理：看到谁逾期，改派线索"),
    ("lina", "李娜", "east", None, Role.LEADER, "组长：带华东组"),
    ("wangwei", "王伟", "east", None, Role.AM, "客户经理：接单、跟进"),
    ("zhangmin", "张敏", "east", None, Role.AM, "客户经理"),
    ("chenjing", "陈静", "east", None, Role.AM, "客户经理"),
    ("huanglei", "黄磊", "south", None, Role.LEADER, "组长：带华南组"),
    ("linfang", "林芳", "south", None, Role.AM, "客户经理：华南组，全天有班"),
    ("zhoujie", "周杰", "south", None, Role.AM, "客户经理"),
    ("sunyue", "孙悦", "east", None, Role.ASSISTANT, "销售助理"),
    ("xutao", "徐涛", "sales", "technology", Role.SE, "售前顾问"),
    ("zhouyang", "周洋", None, "so", Role.SO, "销售运营：导入、清洗、分级"),
    ("wulei", "吴磊", None, "cs", Role.CS, "售后工程师"),
    ("qianlv", "钱律", None, "legal", Role.DEPARTMENT_HEAD, "法务负责人"),
    ("heping", "何平", None, None, Role.ADMIN, "管理员：后台设置"),
]
LOGINS = [
    (username, name, what)
    for username, name, *_rest, what in PEOPLE
    if username in ("zhouyang", "wangwei", "linfang", "lina", "zhaoqiang", "heping")
]
EAST = ["上海", "江苏", "浙江", "安徽", "山东", "北京", "天津", "河北"]
SOUTH = ["深圳", "广东", "福建", "湖南", "湖北", "江西", "四川", "重庆"]


def load(*, at: datetime) -> dict[str, User]:
    """Makes the company in the caller's transaction; everybody has held their post for a year. By username."""
    sales = Team.objects.create(name="销售部", kind=Team.Kind.LINE)
    teams = {
        "sales": sales,
        "east": Team.objects.create(name="华东组", parent=sales),
        "south": Team.objects.create(name="华南组", parent=sales),
    }
    departments = {slug: Department.objects.create(slug=slug, name=name) for slug, name in DEPARTMENTS.items()}
    secret, people = make_password(PASSWORD), {}
    for username, name, team, department, role, _what in PEOPLE:
        admin = role == Role.ADMIN
        person = User.objects.create(
            username=username,
            name=name,
            password=secret,
            team=teams.get(team),
            department=departments.get(department),
            is_staff=admin,
            is_superuser=admin,
        )
        Post.objects.create(
            user=person,
            role=role,
            team=teams.get(team),
            department=departments.get(department),
            since=at - timedelta(days=365),
        )
        people[username] = person
    _territory("华东大区", EAST, [people[name] for name in ("wangwei", "zhangmin", "chenjing")], people["xutao"])
    _territory("华南大区", SOUTH, [people[name] for name in ("linfang", "zhoujie")], people["xutao"])

    return people


def work_shifts(team: Team) -> None:
    """From now on the team works round the clock, weekends and holidays included: something is due at any hour."""
    hours = dict.fromkeys(WEEK, "00:00-24:00")
    calendar = WorkCalendar.objects.create(name="华南班次（全天）", observes_holidays=False, **hours)
    CalendarAssignment.objects.create(calendar=calendar, team=team)


def _territory(name: str, regions: list[str], members: list[User], presales: User) -> None:
    territory = Territory.objects.create(name=name, regions=regions, presales=presales)
    TerritoryMember.objects.bulk_create(TerritoryMember(territory=territory, person=person) for person in members)

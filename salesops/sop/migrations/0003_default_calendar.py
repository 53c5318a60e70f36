"""The calendar that everybody follows at first, and the public days from 2024 to 2027."""

from django.db import migrations
from django.utils import timezone

from salesops.sop.statutory import source_of, statutory_days

YEARS = range(2024, 2028)


def seed(apps, schema_editor):
    apps.get_model("sop", "WorkCalendar").objects.create(name="标准工作时间", zone="Asia/Shanghai", is_default=True)
    year_model, day_model = (apps.get_model("sop", name) for name in ("StatutoryYear", "CalendarDay"))
    for year in YEARS:
        source = source_of(year)
        year_model.objects.create(year=year, source=source, loaded_at=timezone.now())
        day_model.objects.bulk_create(
            day_model(date=day, kind=said.kind, name=said.name, source=source)
            for day, said in statutory_days(year).items()
        )


class Migration(migrations.Migration):
    dependencies = [("sop", "0002_calendars")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

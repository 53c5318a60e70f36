from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    # The table of the cache is no model: sign-in limits and pages need it as much as any table.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

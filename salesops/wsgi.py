import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")

application = get_wsgi_application()
# Refuses to serve from a database that cannot read Chinese (salesops/web/checks.py).
call_command("check", tags=["database"], databases=["default"])

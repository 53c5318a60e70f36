"""The addresses of the API: what the rooms have added, the description of all of it, and nothing else."""

from django.urls import path, re_path
from django.utils.module_loading import autodiscover_modules

from .describing import openapi
from .problems import Problem
from .site import api, guarded

autodiscover_modules("api")


def nothing(request):
    raise Problem("not_found")


app_name = "api"
urlpatterns = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
for pattern in urlpatterns:
    pattern.callback = guarded(pattern.callback)
urlpatterns += [path("openapi.json", guarded(openapi), name="openapi"), re_path("", guarded(nothing), name="nothing")]

from django.urls import path

from . import administering, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.profile, name="profile"),
    path("me/shortcuts/", views.shortcuts, name="shortcuts"),
    path("language/", views.language, name="language"),
    path("tour/", views.tour, name="tour"),
    path("components/", views.components, name="components"),
    path("search/", views.search, name="search"),
    path("draft/", views.draft, name="draft"),
    path("draft/removal/", views.draft_removal, name="draft_removal"),
    path("refused/", views.refused, name="refused"),
    path("settings/", administering.settings, name="settings"),
    path("settings/health/", administering.system_health, name="system_health"),
    path("healthz", views.healthz, name="healthz"),
]

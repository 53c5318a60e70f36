from django.urls import path

from . import administering, api_keys, saving, views
from .api.describing import developers

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
    path("views/of/<slug:of>/", saving.new_saved_view, name="new_saved_view"),
    path("views/<int:pk>/", saving.saved_view, name="saved_view"),
    path("views/<int:pk>/removal/", saving.saved_view_removal, name="saved_view_removal"),
    path("refused/", views.refused, name="refused"),
    path("settings/", administering.settings, name="settings"),
    path("settings/health/", administering.system_health, name="system_health"),
    path("settings/api-keys/", api_keys.api_keys, name="api_keys"),
    path("settings/api-keys/new/", api_keys.new_api_key, name="new_api_key"),
    path("settings/api-keys/<int:pk>/ending/", api_keys.api_key_ending, name="api_key_ending"),
    path("developers/", developers, name="developers"),
    path("healthz", views.healthz, name="healthz"),
]

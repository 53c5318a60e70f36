from django.urls import path

from . import views

app_name = "leads"
urlpatterns = [
    path("leads/imports/", views.import_, name="import"),
    path("leads/imports/<int:pk>/", views.import_detail, name="import_detail"),
]

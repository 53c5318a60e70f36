from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("reading/", views.reading, name="reading"),
    path("channels/", views.channels, name="channels"),
    path("company/", views.company_channels, name="company_channels"),
    path("channels/<int:pk>/", views.channel, name="channel"),
]

from django.urls import path

from . import views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/decision/", views.decision, name="decision"),
    path("<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
]

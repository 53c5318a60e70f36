from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("people/", views.list, name="list"),
    path("people/new/", views.invitation, name="invitation"),
    path("people/teams/", views.teams, name="teams"),
    path("people/teams/new/", views.new_team, name="new_team"),
    path("people/teams/<int:pk>/", views.team, name="team"),
    path("people/<int:pk>/", views.detail, name="detail"),
    path("people/<int:pk>/details/", views.details, name="details"),
    path("people/<int:pk>/roles/", views.roles, name="roles"),
    path("people/<int:pk>/roles/<int:post>/ending/", views.role_ending, name="role_ending"),
    path("people/<int:pk>/access/", views.access, name="access"),
    path("people/<int:pk>/leaving/", views.leaving, name="leaving"),
    path("leave/", views.leave, name="leave"),
    path("leave/<int:pk>/decision/", views.leave_decision, name="leave_decision"),
    path("leave/<int:pk>/ending/", views.leave_ending, name="leave_ending"),
]

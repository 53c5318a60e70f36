from django.urls import path

from . import views

app_name = "meetings"
urlpatterns = [
    path("plan/", views.my_plan, name="my_plan"),
    path("plan/<int:pk>/", views.plan, name="plan"),
    path("plans/", views.team_plans, name="team_plans"),
    path("plans/<int:pk>/", views.plans, name="plans"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/new/", views.task_new, name="task_new"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/proof/", views.proof, name="proof"),
    path("tasks/<int:pk>/<slug:act>/", views.task, name="task"),
    path("targets/", views.targets, name="targets"),
    path("targets/<int:pk>/", views.team_targets, name="team_targets"),
    path("help/new/", views.help_new, name="help_new"),
    path("help/<int:pk>/", views.help, name="help"),
    path("help/<int:pk>/<slug:act>/", views.help, name="help"),
]

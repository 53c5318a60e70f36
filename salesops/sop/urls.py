from django.urls import path

from . import views

app_name = "sop"
urlpatterns = [
    path("today/", views.my_day, name="my_day"),
    path("today/next/", views.next, name="next"),
    path("late/", views.late, name="late"),
    path("sop/", views.rules, name="rules"),
    path("sop/<str:key>/", views.rule, name="rule"),
    path("sop/<str:key>/change/", views.rule_change, name="rule_change"),
    path("deadlines/<int:pk>/", views.deadline, name="deadline"),
    path("deadlines/<int:pk>/reason/", views.reason, name="reason"),
    path("deadlines/<int:pk>/waiver/", views.waiver, name="waiver"),
    path("deadlines/<int:pk>/taking/", views.taking, name="taking"),
    path("deadlines/<int:pk>/nudge/", views.nudge, name="nudge"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<str:day>/", views.calendar_day, name="calendar_day"),
    path("audit/", views.audit, name="audit"),
    path("parked/", views.parked, name="parked"),
    path("recomputing/", views.recomputing, name="recomputing"),
    path("waivers/", views.waivers, name="waivers"),
    path("waivers/<int:pk>/", views.waiver_decision, name="waiver_decision"),
]

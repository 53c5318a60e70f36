from django.urls import path

from . import views

app_name = "leads"
urlpatterns = [
    path("", views.list, name="list"),
    path("new/", views.new, name="new"),
    path("known/", views.known, name="known"),
    path("collaborations/<int:pk>/", views.collaboration, name="collaboration"),
    path("assignments/", views.assignments, name="assignments"),
    path("cleaning/", views.cleaning, name="cleaning"),
    path("cleaning/sizes/", views.sizes, name="sizes"),
    path("pool/", views.pool, name="pool"),
    path("nurture/", views.nurture, name="nurture"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/files/", views.files, name="files"),
    path("<int:pk>/qualification/", views.qualification, name="qualification"),
    path("<int:pk>/acceptance/", views.acceptance, name="acceptance"),
    path("<int:pk>/refusal/", views.refusal, name="refusal"),
    path("<int:pk>/claim/", views.claim, name="claim"),
    path("<int:pk>/return/", views.returning, name="return"),
    path("<int:pk>/assignment/", views.assignment, name="assignment"),
    path("<int:pk>/grade/", views.grade, name="grade"),
    path("known/<str:found>/collaborations/", views.collaborations, name="collaborations"),
    path("<int:pk>/closing/", views.closing, name="closing"),
    path("<int:pk>/follow-up/", views.follow_up, name="follow_up"),
    path("<int:pk>/later-date/", views.later_date, name="later_date"),
    path("<int:pk>/appointment/", views.appointment, name="appointment"),
    path("<int:pk>/contact/", views.contact, name="contact"),
    path("<int:pk>/fields/<slug:name>/", views.field, name="field"),
    path("field-changes/<int:pk>/undo/", views.field_undo, name="field_undo"),
    path("follow-ups/<int:pk>/undo/", views.undo, name="undo"),
    path("follow-ups/<int:pk>/minutes/", views.minutes, name="minutes"),
    path("appointments/<int:pk>/move/", views.move, name="move"),
    path("appointments/<int:pk>/cancellation/", views.cancellation, name="cancellation"),
    path("imports/", views.import_, name="import"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
]

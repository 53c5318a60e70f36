from django.contrib import admin
from django.urls import include, path

handler500 = "salesops.web.views.server_error"

urlpatterns = [
    path("", include("salesops.web.urls")),
    path("", include("salesops.sop.urls")),
    path("", include("salesops.staff.urls")),
    path("files/", include("salesops.documents.urls")),
    path("leads/", include("leads.urls")),
    path("", include("meetings.urls")),
    path("account/", include("salesops.people.signin.urls")),
    path("api/v1/", include("salesops.web.api.urls")),
    path("notices/", include("salesops.notices.urls")),
    path("approvals/", include("salesops.approvals.urls")),
    path("admin/", admin.site.urls),
]

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("salesops.web.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "salesops.approvals"

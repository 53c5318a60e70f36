from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The pages about people. They stand above the clock, because leaving shows what somebody owes."""

    name = "salesops.staff"

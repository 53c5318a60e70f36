from .calendar import CalendarAssignment, CalendarDay, CalendarStamp, StatutoryYear, WorkCalendar

__all__ = ["CalendarAssignment", "CalendarDay", "CalendarStamp", "StatutoryYear", "WorkCalendar"]

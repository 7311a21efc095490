"""Reports (填报): a month's sheet of one person."""

from tracker.web.reports import confirming
from tracker.web.reports.views import bp

__all__ = ["bp", "confirming"]

"""搜索: tasks and indicators by their words."""

from tracker.web.search.views import bp

__all__ = ["bp"]

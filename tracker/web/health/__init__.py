"""Is the program well: for monitors, not for people."""

from tracker.web.health.views import bp

__all__ = ["bp"]

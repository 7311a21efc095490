"""管理: is everything running; the working calendar; the outbox."""

from tracker.web.settings.views import bp

__all__ = ["bp"]

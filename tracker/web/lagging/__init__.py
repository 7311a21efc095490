"""Lagging board (滞后预警): who is behind, since when, and what must happen."""

from tracker.web.lagging.views import bp

__all__ = ["bp"]

"""工作台: what one has to do, or what goes wrong in one's charge."""

from tracker.web.desk.views import bp

__all__ = ["bp"]

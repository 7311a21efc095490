"""调度: open a review, go through it on the wall screen, decide, close it, keep its minutes."""

from tracker.web.reviews import meeting, series
from tracker.web.reviews.series import bp

__all__ = ["bp", "meeting", "series"]

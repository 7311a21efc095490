"""指标库: definitions to search, correct and import."""

from tracker.web.library import editing, importing, waiting
from tracker.web.library.views import bp

__all__ = ["bp", "editing", "importing", "waiting"]

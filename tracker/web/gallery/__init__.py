"""界面样例: every component in every state, for whoever builds or judges a page."""

from tracker.web.gallery.views import bp

__all__ = ["bp"]

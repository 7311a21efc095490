"""登录: sign in, sign out, one's own password and theme."""

from tracker.web.auth.views import bp

__all__ = ["bp"]

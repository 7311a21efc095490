"""日历订阅: deadlines as calendar programs fetch them, without a sign-in, under a secret link."""

from tracker.web.feed.views import bp

__all__ = ["bp"]

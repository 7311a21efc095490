"""人员: units, posts and people; the administrators change them, each in their own part."""

from tracker.web.people import persons, posts, units
from tracker.web.people.views import bp

__all__ = ["bp", "persons", "posts", "units"]

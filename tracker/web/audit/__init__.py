"""审计: the record of what was done, for the auditor alone."""

from tracker.web.audit.views import bp

__all__ = ["bp"]

"""督办: the supervision orders, one of them, and issuing."""

from tracker.web.orders import issuing
from tracker.web.orders.views import bp

__all__ = ["bp", "issuing"]

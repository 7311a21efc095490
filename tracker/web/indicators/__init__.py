"""Indicators (指标): ledger, page of one, its target and phasing."""

from tracker.web.indicators import editing, proving  # noqa: F401  its routes belong to the blueprint
from tracker.web.indicators.views import bp

__all__ = ["bp"]

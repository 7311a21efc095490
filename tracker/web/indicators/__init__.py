"""Indicators (指标): ledger, page of one, its target and phasing."""

from tracker.web.indicators import (  # noqa: F401  their routes belong to the blueprint
    basis,
    editing,
    phasing,
    proving,
    rollup,
    targets,
)
from tracker.web.indicators.views import bp

__all__ = ["bp"]

"""计划: import a document, review what was read, issue it, and read what was issued."""

from tracker.web.plans import (
    approving,
    importing,
    issuing,
    naming,
    reviewing,
    revising,
    revision,
    rows,
    rules,
    shown,
    suggesting,
    waiting,
)
from tracker.web.plans.blueprint import bp

__all__ = [
    "approving",
    "bp",
    "importing",
    "issuing",
    "naming",
    "reviewing",
    "revising",
    "revision",
    "rows",
    "rules",
    "shown",
    "suggesting",
    "waiting",
]

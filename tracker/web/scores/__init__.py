"""考核: the rules of a year, the order of a quarter, each unit's sheet, and what is objected to."""

from tracker.web.scores import order, rules, sheet
from tracker.web.scores.order import bp

__all__ = ["bp", "order", "rules", "sheet"]

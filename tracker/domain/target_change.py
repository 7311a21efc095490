"""What a changed target makes of an indicator's year: which months keep the old one, and how its line follows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from tracker.domain.case import Case, Earlier
from tracker.domain.phasing import spread


class ChangeState(StrEnum):
    """目标调整的状态: asked for, approved, refused, or taken back by who asked."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """Return the Chinese word."""
        return {"asked": "待批", "approved": "已批准", "refused": "未批准", "withdrawn": "已撤回"}[
            self
        ]


def change_word(old: Decimal | None, new: Decimal | None) -> str:
    """Say what a change does: 确定、调高、调低、撤销目标, or 不变."""
    if old == new:
        return "不变"
    if old is None:
        return "确定"
    if new is None:
        return "撤销目标"
    return "调高" if new > old else "调低"


def earlier_after(case: Case, from_month: int) -> tuple[Earlier, ...]:
    """Return what months before `from_month` go by once the target changes from that month on.

    What they were judged by so far stays: their own target, or an even older one.
    """
    if from_month == 1:
        return ()
    through = from_month - 1
    old = case.in_force(through)
    kept = tuple(one for one in case.earlier if one.through < through)
    terms = Earlier(through, old.target, old.target_high, old.weights, old.quarters, old.plan)
    return (*kept, terms)


def quarters_after(quarters: Sequence[Decimal], total: Decimal, places: int) -> tuple[Decimal, ...]:
    """Spread a new year's total over the quarters in the shares of the old quarter targets, adding up exactly."""
    falls = sum(quarters) < 0
    return spread(total, [max(-one if falls else one, Decimal(0)) for one in quarters], places)


def levels_after(
    levels: Sequence[Decimal], target: Decimal, from_month: int
) -> tuple[Decimal, ...]:
    """Return a rate's levels by hand with the new target in every month from `from_month` on."""
    return (*levels[: from_month - 1], *(target for _ in levels[from_month - 1 :]))

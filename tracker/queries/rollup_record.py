"""What a parent's standing row keeps of its roll-up: the rule and the children as they were, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.domain.amounts import round_half_up
from tracker.domain.rollup import Rollup
from tracker.models.types import fits
from tracker.queries.rolled_figures import Child, ParentYear


@dataclass(frozen=True, slots=True)
class ChildThen:
    """A child as a parent's month has it; figures are rounded to the child's decimals, a completion to two."""

    id: int
    label: str
    name: str
    unit: str
    weight: Decimal
    reached: Decimal | None
    completion_pct: Decimal | None


@dataclass(frozen=True, slots=True)
class RollupThen:
    """A parent's month as it was worked out: `partial` is what the known children come to, None for a formula."""

    rollup: Rollup
    formula: str
    known: int
    partial: Decimal | None
    by_hand: bool
    children: tuple[ChildThen, ...]


def rollup_columns(parent: ParentYear | None, month: int) -> dict[str, Any]:
    """Return the columns of a standing row that say how a parent's month came about; None in each for any other."""
    if parent is None:
        return dict.fromkeys(("parts", "parts_known", "hand_gap", "rollup"))
    rolled, held = parent.months[month - 1], parent.held[month - 1]
    return {
        "parts": rolled.parts,
        "parts_known": rolled.known,
        "hand_gap": held.gap if fits(held.gap) else None,
        "rollup": {
            "kind": parent.rule.rollup.value,
            "formula": parent.formula,
            "known": rolled.known,
            "partial": _text(rolled.partial, parent.rule.places),
            "by_hand": held.by_hand,
            "children": [_child(child, month) for child in parent.children],
        },
    }


def _child(child: Child, month: int) -> dict[str, Any]:
    part = child.part
    return {
        "id": child.id,
        "label": child.label,
        "name": part.name,
        "unit": part.unit,
        "weight": format(part.weight, "f"),
        "reached": _text(part.reached(month), part.case.places),
        "completion": _text(part.completion(month), 2),
    }


def _text(exact: Fraction | None, places: int) -> str | None:
    return None if exact is None else format(round_half_up(exact, places), "f")


def rollup_from_json(data: Mapping[str, Any] | None) -> RollupThen | None:
    """Read what a standing row keeps."""
    if not data:
        return None
    return RollupThen(
        rollup=Rollup(data["kind"]),
        formula=data["formula"],
        known=data["known"],
        partial=_decimal(data["partial"]),
        by_hand=data["by_hand"],
        children=tuple(
            ChildThen(
                one["id"],
                one["label"],
                one["name"],
                one["unit"],
                Decimal(one["weight"]),
                _decimal(one["reached"]),
                _decimal(one["completion"]),
            )
            for one in data["children"]
        ),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

"""What the indicator library offers for a draft's indicators: the best match, and what it would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.case import Kind, Polarity
from tracker.domain.definition_fit import (
    Defined,
    Fitted,
    differences,
    fit,
    shape_words,
    takes_shape,
)
from tracker.domain.errors import FigureError
from tracker.domain.plan_text import Measure
from tracker.models import Indicator
from tracker.queries.library import DefinitionMatch, matches_for

#: What an indicator's row must hold for `offers_for`.
FITTING: tuple[InstrumentedAttribute[Any], ...] = (
    Indicator.measure,
    Indicator.kind,
    Indicator.polarity,
    Indicator.unit,
    Indicator.places,
    Indicator.target,
    Indicator.rate,
    Indicator.baseline,
    Indicator.quarters,
    Indicator.last_year,
)


@dataclass(frozen=True, slots=True)
class DefinitionOffer:
    """The definition that an indicator's name means, what it says, and why it is thought of.

    `now` says what the indicator is where the definition says otherwise, `fault` why it cannot be adopted.
    """

    match: DefinitionMatch
    says: str
    reason: str
    now: str = ""
    fault: str = ""

    @property
    def changes(self) -> bool:
        """Tell whether adopting it is possible and would change something."""
        return bool(self.now)


def offers_for(top_unit_id: int, indicators: Iterable[Any]) -> dict[int, DefinitionOffer]:
    """Return by id what the library offers for indicators: rows or objects with id, name and FITTING. Two queries."""
    rows = {row.id: row for row in indicators}
    found = matches_for(top_unit_id, [(id_, row.name) for id_, row in rows.items()])
    return {id_: _offer(rows[id_], match) for id_, match in found.items()}


def _offer(row: Any, match: DefinitionMatch) -> DefinitionOffer:
    by = Defined(match.name, match.kind, match.polarity, match.unit, match.places)
    before = Fitted(
        Measure(row.measure),
        Kind(row.kind),
        Polarity(row.polarity),
        *(getattr(row, column.key) for column in FITTING[3:]),
    )
    reason = match.reason
    if match.rivals:
        reason += f"；指标库里另有 {match.rivals} 个同样对得上"
    try:
        after = fit(before, by)
    except FigureError as error:
        return DefinitionOffer(match, _says(before, by, by), reason, fault=error.message)
    return DefinitionOffer(
        match, _says(before, by, after), reason, "、".join(differences(before, after))
    )


def _says(before: Fitted, by: Defined, after: Defined | Fitted) -> str:
    """Say what the indicator would be, with the decimals that its figures need."""
    if takes_shape(before, by):
        return "、".join(shape_words(after))
    return f"{by.polarity.word}（按增幅、降幅考核，只采用方向）"

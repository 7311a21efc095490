"""The demonstration's indicator library: a county's definitions for its finance bureau, and some of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.models import Unit
from tracker.services.edit_definition import add_definition
from tracker.services.import_library import import_library

_TABLE = Path(__file__).with_name("library.csv")
_LIMIT_BYTES = 100_000
#: name, aliases, unit, kind, category
_OWN = (
    ("培训财会人员", ("财会人员培训人次",), "人次", Kind.FLOW, "队伍建设"),
    ("基层报表精简率", ("报表精简率",), "%", Kind.RATE, "队伍建设"),
    ("财政业务讲堂", ("业务讲堂场次",), "场", Kind.FLOW, "队伍建设"),
)


def load_library(*, top: Unit, person_id: int | None, now: datetime) -> None:
    """Take over the county's table, and add the bureau's own definitions."""
    import_library(
        top_unit_id=top.id,
        name="县财政指标库.csv",
        data=_TABLE.read_bytes(),
        limit=_LIMIT_BYTES,
        person_id=person_id,
        now=now,
    )
    for name, aliases, unit, kind, category in _OWN:
        values = DefinitionValues(
            code="",
            name=name,
            aliases=aliases,
            unit=unit,
            kind=kind,
            polarity=Polarity.HIGHER,
            places=2 if kind == Kind.RATE else 0,
            category=category,
        )
        add_definition(unit=top, values=values, person_id=person_id, now=now)

"""Which bureaus this installation serves: the top units."""

from __future__ import annotations

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Unit


def top_units() -> list[int]:
    """Return the ids of the active top units, in the order in which they came."""
    return list(
        db.session.scalars(
            select(Unit.id).where(Unit.id == Unit.top_unit_id, Unit.active).order_by(Unit.id)
        )
    )

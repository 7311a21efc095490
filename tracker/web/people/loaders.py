"""Units, people and posts of one's own bureau, or 404."""

from __future__ import annotations

from typing import TypeVar

from flask import abort
from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Holding, Person, Post, Unit
from tracker.web.access import actor

T = TypeVar("T", Unit, Person, Post, Holding)


def load_unit(unit_id: int) -> Unit:
    """Return a unit of the bureau."""
    return _one(Unit, unit_id)


def load_person(person_id: int) -> Person:
    """Return somebody of the bureau."""
    return _one(Person, person_id)


def load_post(post_id: int) -> Post:
    """Return a post of the bureau."""
    return _one(Post, post_id)


def load_holding(holding_id: int) -> Holding:
    """Return a holding of the bureau."""
    return _one(Holding, holding_id)


def _one(table: type[T], key: int) -> T:
    row = db.session.scalar(
        select(table).where(table.id == key, table.top_unit_id == actor().top_unit_id)
    )
    if row is None:
        abort(404)
    return row

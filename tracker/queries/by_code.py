"""Units and people by the names that an operator types: a unit's code, a login."""

from __future__ import annotations

from sqlalchemy import select

from tracker.domain.errors import NotFoundError
from tracker.extensions import db
from tracker.models import Person, Unit


def unit_of(code: str) -> Unit:
    """Return the active unit of this code. Raises NotFoundError when there is none, or several."""
    units = db.session.scalars(select(Unit).where(Unit.code == code, Unit.active)).all()
    if not units:
        raise NotFoundError(f"没有代码为 {code} 的单位。")
    if len(units) > 1:
        raise NotFoundError(f"有 {len(units)} 个单位的代码是 {code}，请用不重复的代码。")
    return units[0]


def bureau_of(code: str) -> Unit:
    """Return the top unit of this code. Raises NotFoundError when there is none, or it stands below another."""
    unit = unit_of(code)
    if unit.id != unit.top_unit_id:
        raise NotFoundError(f"{code}（{unit.name}）不是顶层单位，请用它所在局的代码。")
    return unit


def person_of(login: str) -> Person:
    """Return who signs in so. Raises NotFoundError."""
    person = db.session.scalar(select(Person).where(Person.login == login))
    if person is None:
        raise NotFoundError(f"没有登录名为 {login} 的人。")
    return person

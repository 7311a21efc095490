"""Posts that nobody holds, and the duties that wait for whoever takes them next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from tracker.domain.roles import Role
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import Holding, Indicator, Person, Post, Task, Unit
from tracker.queries.actor import held_on


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post without a holder (空缺); how many open tasks it owns, and how many indicators."""

    post_id: int
    unit: str
    title: str
    role: Role
    tasks: int
    indicators: int

    @property
    def words(self) -> str:
        """Name the post and what waits there."""
        waiting = [f"{self.tasks} 项任务"] if self.tasks else []
        waiting += [f"{self.indicators} 项指标"] if self.indicators else []
        tail = f"，名下有 {'、'.join(waiting)}" if waiting else ""
        return f"{self.unit}「{self.title}」（{self.role.word}）空缺{tail}"


def vacant(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that no active person has a holding of the post that meets another condition."""
    held = (
        select(Holding.id)
        .join(Person, Person.id == Holding.person_id)
        .where(Holding.post_id == Post.id, Person.active, condition)
    )
    return ~held.exists()


def vacancies(top_unit_id: int, today: date) -> tuple[Vacancy, ...]:
    """Return the active posts of active units that nobody holds today. One query."""
    rows = db.session.execute(
        select(Post.id, Unit.name, Post.title, Post.role, _tasks(), _indicators())
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.top_unit_id == top_unit_id, Post.active, Unit.active, vacant(held_on(today)))
        .order_by(Unit.position, Unit.id, Post.id)
    )
    return tuple(
        Vacancy(post_id, unit, title, Role(role), tasks, indicators)
        for post_id, unit, title, role, tasks, indicators in rows
    )


def _tasks() -> ScalarSelect[int]:
    return (
        select(func.count(Task.id))
        .where(Task.owner_post_id == Post.id, Task.state.in_(sorted(OPEN_STATES)))
        .correlate(Post)
        .scalar_subquery()
    )


def _indicators() -> ScalarSelect[int]:
    named = or_(Indicator.owner_post_id == Post.id, Indicator.reporter_post_id == Post.id)
    return (
        select(func.count(Indicator.id))
        .where(named, Indicator.state == "issued")
        .correlate(Post)
        .scalar_subquery()
    )

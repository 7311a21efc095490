"""Rows of a draft as forms name them: `task-12`, `indicator-7`, each with the version that the form showed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import func, select, update

from tracker.domain.errors import NotFoundError, StaleError, TransitionError
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task

Row: TypeAlias = Task | Indicator

TASK, INDICATOR = "task", "indicator"
#: More rows than this are not asked for one by one: no statement names that many.
MANY = 5_000
TABLES: dict[str, type[Task] | type[Indicator]] = {TASK: Task, INDICATOR: Indicator}


class StaleRowsError(StaleError):
    """Somebody else changed these rows since the form was shown (内容已被他人修改)."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__("您打开之后，别人已改过其中的条目，没有保存。请对照后再提交。")
        self.keys = tuple(keys)


def key_of(row: Row) -> str:
    """Return the row's name in forms and addresses."""
    return f"{TASK if isinstance(row, Task) else INDICATOR}-{row.id}"


def require_draft(plan: Plan) -> None:
    """Refuse to change a plan that binds already."""
    if plan.state != "draft":
        raise TransitionError("计划已经下达，草稿不能再改。")


def draft_rows(plan: Plan, keys: Iterable[str]) -> list[Row]:
    """Return these rows of the plan, tasks before indicators, in the plan's order. Raises NotFoundError."""
    ids: dict[str, set[int]] = {TASK: set(), INDICATOR: set()}
    for key in keys:
        kind, _, number = key.partition("-")
        if kind not in ids or not number.isdecimal():
            raise NotFoundError("没有这个条目，请刷新页面后再试。")
        ids[kind].add(int(number))
    return [*_tasks(plan, ids[TASK]), *_indicators(plan, ids[INDICATOR])]


def seen_rows(plan: Plan, seen: Mapping[str, int], keys: Iterable[str]) -> list[Row]:
    """Return these rows, if all are still as the form showed them; `seen` gives the versions.

    Raises StaleRowsError naming those that are not, or are gone.
    """
    wanted = list(dict.fromkeys(keys))
    rows = draft_rows(plan, wanted)
    there = {key_of(row): row.version for row in rows}
    stale = [key for key in wanted if key not in there or there[key] != seen.get(key)]
    if stale:
        raise StaleRowsError(stale)
    return rows


def in_batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut ids into as many as one statement may name."""
    return (ids[at : at + MANY] for at in range(0, len(ids), MANY))


def make_room(row: Row, count: int) -> None:
    """Shift the rows after this one, so that `count` new ones can follow it. Their versions stay."""
    if isinstance(row, Task):
        db.session.execute(
            update(Task)
            .where(Task.plan_id == row.plan_id, Task.position > row.position)
            .values(position=Task.position + count)
        )
    else:
        db.session.execute(
            update(Indicator)
            .where(Indicator.plan_id == row.plan_id, Indicator.position > row.position)
            .values(position=Indicator.position + count)
        )


def last_position(plan: Plan, table: type[Task] | type[Indicator]) -> int:
    """Return the position of the plan's last row of a table, 0 when there is none."""
    return db.session.scalar(select(func.max(table.position)).where(table.plan_id == plan.id)) or 0


def _tasks(plan: Plan, ids: set[int]) -> list[Row]:
    if not ids:
        return []
    query = select(Task).where(Task.plan_id == plan.id).order_by(Task.position, Task.id)
    if len(ids) > MANY:
        return [row for row in db.session.scalars(query) if row.id in ids]
    return list(db.session.scalars(query.where(Task.id.in_(ids))))


def _indicators(plan: Plan, ids: set[int]) -> list[Row]:
    if not ids:
        return []
    query = select(Indicator).where(Indicator.plan_id == plan.id)
    query = query.order_by(Indicator.position, Indicator.id)
    if len(ids) > MANY:
        return [row for row in db.session.scalars(query) if row.id in ids]
    return list(db.session.scalars(query.where(Indicator.id.in_(ids))))

"""Use case: take over an organisation from a table: what is there is changed, what is new is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.documents.unit_table import UnitRow, read_units
from tracker.domain.errors import NotReadyError
from tracker.domain.roles import Level, Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.queries.actor import held_on
from tracker.services import audit
from tracker.services.manage_people import set_charges
from tracker.services.manage_units import UnitData, add_top_unit, add_unit, edit_unit
from tracker.services.seed_calendar import seed_calendar


@dataclass(frozen=True, slots=True)
class Imported:
    """The bureau (and whether it is new), and the codes of the units that came, changed, or are as they were."""

    bureau: Unit
    is_new: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def import_units(
    *, name: str, data: bytes, limit: int, person_id: int | None, now: datetime
) -> Imported:
    """Take over the table of one bureau; the same table again changes nothing.

    A row without a parent is the bureau itself, made when there is none of that code, with the
    calendar of the published years. Empty cells leave what is there. Raises DocumentError when it
    is no such table, NotReadyError with every fault and its row; then nothing is taken over.
    """
    rows = read_units(name, data, limit)
    with db.session.begin_nested():
        top, is_new = _bureau(rows, person_id, now)
        return _Takeover(top, is_new, person_id, now).run(rows)


class _Takeover:
    """Takes rows over into one bureau, and remembers what became of them and what was wrong."""

    def __init__(self, top: Unit, is_new: bool, person_id: int | None, now: datetime) -> None:
        self._top, self._is_new = top, is_new
        self._person_id, self._now = person_id, now
        self._problems: list[str] = []
        self._units = {
            unit.code: unit
            for unit in db.session.scalars(select(Unit).where(Unit.top_unit_id == top.id))
        }

    def run(self, rows: list[UnitRow]) -> Imported:
        added = {self._top.code} if self._is_new else set()
        changed: set[str] = set()
        for row in rows:
            if row.code not in self._units:
                if self._add(row):
                    added.add(row.code)
            elif self._change(row):
                changed.add(row.code)
        changed |= self._give_charges(rows)
        if self._problems:
            raise NotReadyError(tuple(self._problems))
        codes = [row.code for row in rows]
        touched = added | changed
        return Imported(
            bureau=self._top,
            is_new=self._is_new,
            added=tuple(code for code in codes if code in added),
            changed=tuple(code for code in codes if code in changed - added),
            unchanged=sum(code not in touched for code in codes),
        )

    def _add(self, row: UnitRow) -> bool:
        parent = self._units.get(row.parent)
        if parent is None:
            return self._wrong(row, f"没有代码为 {row.parent} 的上级单位")
        data = UnitData(
            code=row.code,
            name=row.name,
            level=row.level or Level.SECTION,
            parent_id=parent.id,
            duties=row.duties or "",
            position=row.number if row.position is None else row.position,
        )
        try:
            self._units[row.code] = add_unit(
                data=data, top_unit_id=self._top.id, person_id=self._person_id, now=self._now
            )
        except NotReadyError as error:
            return self._wrong(row, error.message.rstrip("。"))
        return True

    def _change(self, row: UnitRow) -> bool:
        """Change a unit where the row says something else; tell whether it did."""
        unit = self._units[row.code]
        parent = self._units.get(row.parent)
        if unit is self._top and row.parent:
            return self._wrong(row, f"{row.code} 是局本身，不能有上级")
        if unit is not self._top and parent is None:
            return self._wrong(row, f"没有代码为 {row.parent} 的上级单位")
        there = UnitData(
            code=unit.code,
            name=unit.name,
            level=Level(unit.level),
            parent_id=unit.parent_id,
            duties=unit.duties,
            position=unit.position,
            active=unit.active,
        )
        said = UnitData(
            code=unit.code,
            name=row.name,
            level=row.level or there.level,
            parent_id=parent.id if parent else None,
            duties=there.duties if row.duties is None else row.duties,
            position=there.position if row.position is None else row.position,
            active=unit.active,
        )
        if said == there:
            return False
        try:
            edit_unit(unit=unit, data=said, person_id=self._person_id, now=self._now)
        except NotReadyError as error:
            return self._wrong(row, error.message.rstrip("。"))
        return True

    def _give_charges(self, rows: list[UnitRow]) -> set[str]:
        """Put the units into the charge of the leaders that the table names; return whose changed."""
        leaders = _leader_posts(self._top.id, self._now.date())
        wanted: dict[int, set[int]] = {}
        for row in rows:
            strangers = [login for login in row.leaders if login not in leaders]
            if strangers:
                who = "、".join(strangers)
                self._wrong(row, f"没有登录名为 {who} 的分管领导，请先建账号和岗位，或先留空")
            elif row.leaders and row.code in self._units:
                posts = {post_id for login in row.leaders for post_id in leaders[login]}
                wanted[self._units[row.code].id] = posts
        return set() if self._problems else self._charge(wanted)

    def _charge(self, wanted: Mapping[int, set[int]]) -> set[str]:
        there: dict[int, set[int]] = {}
        for charge in db.session.scalars(
            select(Charge).where(Charge.top_unit_id == self._top.id)
        ).all():
            there.setdefault(charge.unit_id, set()).add(charge.post_id)
        changed = {unit_id for unit_id in wanted if there.get(unit_id, set()) != wanted[unit_id]}
        after = {**there, **{unit_id: wanted[unit_id] for unit_id in changed}}
        touched = {post for unit in changed for post in there.get(unit, set()) ^ wanted[unit]}
        for post in db.session.scalars(select(Post).where(Post.id.in_(touched)).order_by(Post.id)):
            units = frozenset(unit_id for unit_id, posts in after.items() if post.id in posts)
            set_charges(post=post, unit_ids=units, by=self._person_id, now=self._now)
        return {code for code, unit in self._units.items() if unit.id in changed}

    def _wrong(self, row: UnitRow, said: str) -> bool:
        self._problems.append(f"第 {row.number} 行：{said}。")
        return False


def _bureau(rows: list[UnitRow], person_id: int | None, now: datetime) -> tuple[Unit, bool]:
    """Find the bureau that the table is of, or make it."""
    first = next((row for row in rows if not row.parent), None)
    if first is None:
        return _bureau_of_parents(rows), False
    known = db.session.scalars(select(Unit).where(Unit.code == first.code)).all()
    tops = [unit for unit in known if unit.id == unit.top_unit_id]
    if len(tops) > 1:
        raise NotReadyError((f"第 {first.number} 行：有 {len(tops)} 个局的代码是 {first.code}。",))
    if tops:
        return tops[0], False
    if known:
        raise NotReadyError((f"第 {first.number} 行：{first.code} 已是下级单位，要写上级代码。",))
    return _new_bureau(first, person_id, now), True


def _new_bureau(row: UnitRow, person_id: int | None, now: datetime) -> Unit:
    top = add_top_unit(code=row.code, name=row.name, level=row.level or Level.BUREAU)
    top.duties, top.position = row.duties or "", row.position or 0
    seed_calendar(top_unit_id=top.id)
    audit.record(
        top.id,
        "unit",
        now=now,
        person_id=person_id,
        object_type="unit",
        object_id=top.id,
        detail={"how": "added", "code": row.code, "name": row.name, "parent": None},
    )
    return top


def _bureau_of_parents(rows: list[UnitRow]) -> Unit:
    """Find the one bureau in which the parents are that the table does not hold itself."""
    codes = {row.code for row in rows}
    outside = [row for row in rows if row.parent not in codes]
    homes = _homes({row.parent for row in outside})
    problems = [
        f"第 {row.number} 行：没有代码为 {row.parent} 的上级单位。"
        for row in outside
        if row.parent not in homes
    ]
    if problems:
        raise NotReadyError(tuple(problems))
    shared = set.intersection(*homes.values())
    if len(shared) != 1:
        why = "几个局都有这些上级代码" if shared else "这些上级单位不在同一个局"
        raise NotReadyError((f"{why}，请在表里加上局本身那一行（不写上级代码）。",))
    return db.session.get_one(Unit, shared.pop())


def _homes(codes: set[str]) -> dict[str, set[int]]:
    """Return in which bureaus there is a unit of each code."""
    found: dict[str, set[int]] = {}
    for code, top in db.session.execute(
        select(Unit.code, Unit.top_unit_id).where(Unit.code.in_(codes))
    ):
        if top is not None:
            found.setdefault(code, set()).add(top)
    return found


def _leader_posts(top_unit_id: int, today: date) -> dict[str, set[int]]:
    """Return the leaders' posts by the login of who holds them today; a chief's where one has no leader's."""
    rows = db.session.execute(
        select(Person.login, Post.role, Post.id)
        .join(Holding, Holding.person_id == Person.id)
        .join(Post, Post.id == Holding.post_id)
        .where(
            Post.top_unit_id == top_unit_id,
            Post.role.in_((Role.LEADER.value, Role.CHIEF.value)),
            Post.active,
            Person.active,
            Holding.proxy.is_(False),
            held_on(today),
        )
    )
    found: dict[str, dict[str, set[int]]] = {}
    for login, role, post_id in rows:
        found.setdefault(login, {}).setdefault(role, set()).add(post_id)
    return {
        login: by_role.get(Role.LEADER.value) or by_role[Role.CHIEF.value]
        for login, by_role in found.items()
    }

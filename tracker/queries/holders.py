"""Who holds which post on a day: to whom a duty falls, and who stands above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from sqlalchemy import select

from tracker.domain.escalation import Chain
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit

People = tuple[int, ...]
Key = TypeVar("Key")
NOBODY: People = ()


class Duty(Protocol):
    """What tells to whom a task or an indicator falls."""

    @property
    def lead_unit_id(self) -> int | None:
        """The unit that answers for it."""

    @property
    def owner_post_id(self) -> int | None:
        """The post of its head (责任人)."""

    @property
    def reporter_post_id(self) -> int | None:
        """The post of its clerk (联络员)."""

    @property
    def leader_post_id(self) -> int | None:
        """The post of the leader in charge (分管领导)."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Posts, units and people of a top unit on one day, as far as duties need them.

    While a proxy stands in for a post, the proxy has its duties and not who is on leave. The
    duties of a vacant post wait for whoever takes it next.
    """

    by_post: Mapping[int, People]
    by_unit: Mapping[tuple[int, Role], People]
    by_role: Mapping[Role, People]
    in_charge: Mapping[int, People]
    parents: Mapping[int, int | None]
    since: Mapping[int, date]

    def began(self, person_id: int) -> date:
        """Return the day from which somebody has had a post here; the first of all days where none is known."""
        return self.since.get(person_id, date.min)

    def of_post(self, post_id: int | None) -> People:
        """Return who holds a post."""
        return NOBODY if post_id is None else self.by_post.get(post_id, NOBODY)

    def reporters(self, duty: Duty) -> People:
        """Return who fills it in: the posts named for it, else the clerks or heads of its unit."""
        return (
            self.of_post(duty.reporter_post_id)
            or self.of_post(duty.owner_post_id)
            or self._at(duty.lead_unit_id, Role.REPORTER)
            or self._at(duty.lead_unit_id, Role.HEAD)
        )

    def owners(self, duty: Duty) -> People:
        """Return who answers for it and who works on it: its owner, and its clerk where named."""
        own = self.of_post(duty.owner_post_id) + self.of_post(duty.reporter_post_id)
        return tuple(dict.fromkeys(own)) or self.of_unit(duty.lead_unit_id)

    def of_unit(self, unit_id: int | None) -> People:
        """Return whom a unit's share of a task falls to: its clerks, else its heads."""
        return self._at(unit_id, Role.REPORTER) or self._at(unit_id, Role.HEAD)

    def chain(self, duty: Duty) -> Chain:
        """Return who hears of it when it is overdue: head, leader in charge, chief."""
        unit = duty.lead_unit_id
        heads = self._upwards(unit, self._heads) or self.of_post(duty.owner_post_id)
        leaders = self.of_post(duty.leader_post_id) or self._upwards(unit, self._in_charge)
        return Chain(heads, leaders, self.by_role.get(Role.CHIEF, NOBODY))

    def _at(self, unit_id: int | None, role: Role) -> People:
        return NOBODY if unit_id is None else self.by_unit.get((unit_id, role), NOBODY)

    def _heads(self, unit_id: int) -> People:
        return self._at(unit_id, Role.HEAD)

    def _in_charge(self, unit_id: int) -> People:
        return self.in_charge.get(unit_id, NOBODY)

    def _upwards(self, unit_id: int | None, ask: _Ask) -> People:
        """Ask a unit and then those above it, until one has an answer."""
        while unit_id is not None:
            if found := ask(unit_id):
                return found
            unit_id = self.parents.get(unit_id)
        return NOBODY


class _Ask(Protocol):
    def __call__(self, unit_id: int, /) -> People: ...


@dataclass(frozen=True, slots=True)
class _Held:
    post_id: int
    unit_id: int
    role: Role
    person_id: int
    proxy: bool
    from_on: date


def holders_on(top_unit_id: int, day: date) -> Holders:
    """Return who holds the posts of a top unit on a day. Three queries, whatever its size."""
    held = _without_those_on_leave(_in_office(_not_ended(top_unit_id, day), day))
    by_post = _grouped((one.post_id, one.person_id) for one in held)
    charges = db.session.execute(
        select(Charge.unit_id, Charge.post_id).where(Charge.top_unit_id == top_unit_id)
    )
    units = db.session.execute(
        select(Unit.id, Unit.parent_id).where(Unit.top_unit_id == top_unit_id)
    )
    return Holders(
        by_post=by_post,
        by_unit=_grouped(((one.unit_id, one.role), one.person_id) for one in held),
        by_role=_grouped((one.role, one.person_id) for one in held),
        in_charge=_grouped(
            (unit_id, person) for unit_id, post_id in charges for person in by_post.get(post_id, ())
        ),
        parents=dict(units.all()),
        since=_beginnings(held),
    )


def _beginnings(held: list[_Held]) -> dict[int, date]:
    begin: dict[int, date] = {}
    for one in held:
        begin[one.person_id] = min(begin.get(one.person_id, one.from_on), one.from_on)
    return begin


def _not_ended(top_unit_id: int, day: date) -> list[_Held]:
    rows = db.session.execute(
        select(Post.id, Post.unit_id, Post.role, Holding.person_id, Holding.proxy, Holding.from_on)
        .join(Holding, Holding.post_id == Post.id)
        .join(Person, Person.id == Holding.person_id)
        .where(
            Post.top_unit_id == top_unit_id,
            Post.active,
            Person.active,
            Holding.until_on.is_(None) | (Holding.until_on >= day),
        )
        .order_by(Holding.id)
    )
    return [
        _Held(post, unit, Role(role), person, proxy, from_on)
        for post, unit, role, person, proxy, from_on in rows
    ]


def _in_office(held: list[_Held], day: date) -> list[_Held]:
    """Keep who is in office on the day; of a vacant post, who comes first after it."""
    begin: dict[int, date] = {}
    for one in held:
        since = max(one.from_on, day)
        begin[one.post_id] = min(begin.get(one.post_id, since), since)
    return [one for one in held if max(one.from_on, day) == begin[one.post_id]]


def _without_those_on_leave(held: list[_Held]) -> list[_Held]:
    stood_in_for = {one.post_id for one in held if one.proxy}
    return [one for one in held if one.proxy or one.post_id not in stood_in_for]


def _grouped(pairs: Iterable[tuple[Key, int]]) -> dict[Key, People]:
    found: dict[Key, dict[int, None]] = defaultdict(dict)
    for key, person in pairs:
        found[key][person] = None
    return {key: tuple(people) for key, people in found.items()}

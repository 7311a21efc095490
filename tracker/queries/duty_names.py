"""The names of those on whom duties fall: owner, reporter and leader of a page's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.extensions import db
from tracker.models import Person
from tracker.queries.holders import Duty, Holders, People, holders_on


@dataclass(frozen=True, slots=True)
class DutyNames:
    """Who holds the posts of a bureau on a day, by name."""

    holders: Holders
    names: Mapping[int, str]

    def holder(self, post_id: int | None) -> str:
        """Return who has the duties of a post."""
        return self.said(self.holders.of_post(post_id))

    def owner(self, duty: Duty) -> str:
        """Return who answers for it (责任人)."""
        people = self.holders.of_post(duty.owner_post_id) or self._head(duty)
        return self.said(people)

    def reporter(self, duty: Duty) -> str:
        """Return who fills it in (联络员)."""
        return self.said(self.holders.reporters(duty))

    def leader(self, duty: Duty) -> str:
        """Return the leader in charge (分管领导)."""
        return self.said(self.holders.chain(duty).leaders)

    def said(self, people: Iterable[int]) -> str:
        """Return names in words."""
        return "、".join(self.names[person] for person in people if person in self.names)

    def _head(self, duty: Duty) -> People:
        return self.holders.chain(duty).heads or self.holders.owners(duty)


def duty_names(top_unit_ids: Iterable[int], day: date) -> dict[int, DutyNames]:
    """Return the names of each top unit's people on a day."""
    return {top: DutyNames(holders_on(top, day), _names(top)) for top in top_unit_ids}


def _names(top_unit_id: int) -> dict[int, str]:
    rows = db.session.execute(
        select(Person.id, Person.name).where(Person.top_unit_id == top_unit_id)
    )
    return dict(rows.all())

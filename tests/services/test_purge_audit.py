"""Entries past their days go, and the chain still holds; whoever removes more is found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Unit
from tracker.services.audit import broken_links, record
from tracker.services.purge_audit import purge_audit

START = datetime(2024, 4, 1, 12, tzinfo=UTC)
KEEP = timedelta(days=183)


@pytest.fixture
def top(make: Maker) -> Unit:
    """A bureau in which something was done on each of ten days."""
    top = make.top()
    for day in range(10):
        record(top.id, "sign_in", now=START + timedelta(days=day))
    db.session.commit()
    return top


def purge(top: Unit, day: int) -> int:
    """Purge so that the first `day` days are over."""
    removed = purge_audit(top_unit_id=top.id, now=START + KEEP + timedelta(days=day), keep=KEEP)
    db.session.commit()
    db.session.expire_all()
    return removed


def entries(top: Unit) -> list[AuditEntry]:
    own = select(AuditEntry).where(AuditEntry.top_unit_id == top.id).order_by(AuditEntry.id)
    return list(db.session.scalars(own))


def test_what_is_past_its_days_goes_and_the_chain_holds(top: Unit) -> None:
    assert purge(top, 4) == 4

    kept = entries(top)
    assert [entry.action for entry in kept] == ["sign_in"] * 6 + ["purge"]
    assert kept[-1].detail["removed"] == 4
    assert broken_links(top.id) == []


def test_again_on_the_same_day_changes_nothing(top: Unit) -> None:
    purge(top, 4)

    assert purge(top, 4) == 0
    assert len(entries(top)) == 7


def test_one_purge_after_another_holds_too(top: Unit) -> None:
    for day in (2, 5, 200, 400):
        purge(top, day)
        record(top.id, "sign_in", now=START + KEEP + timedelta(days=day))
        assert broken_links(top.id) == []

    assert {entry.action for entry in entries(top)} == {"purge", "sign_in"}
    assert entries(top)[0].at >= START + timedelta(days=199)


def test_the_newest_entry_stays_however_old(top: Unit) -> None:
    assert purge(top, 4000) == 9
    assert broken_links(top.id) == []


def test_what_somebody_else_removes_after_it_shows(top: Unit) -> None:
    purge(top, 4)
    first, second, *_ = (entry.id for entry in entries(top))

    db.session.execute(delete(AuditEntry).where(AuditEntry.id == first))
    db.session.expire_all()

    assert broken_links(top.id) == [second]


def test_a_removal_without_its_entry_shows(top: Unit) -> None:
    purge(top, 4)
    first, *_, last = (entry.id for entry in entries(top))

    db.session.execute(delete(AuditEntry).where(AuditEntry.id == last))
    db.session.expire_all()

    assert broken_links(top.id) == [first]


def test_a_purge_entry_that_was_made_up_covers_nothing(top: Unit) -> None:
    purge(top, 4)
    first, second, *_, last = entries(top)
    ids = (second.id, last.id)
    forged = {**last.detail, "mac": first.mac}

    db.session.execute(delete(AuditEntry).where(AuditEntry.id == first.id))
    db.session.execute(update(AuditEntry).where(AuditEntry.id == last.id).values(detail=forged))
    db.session.expire_all()

    assert broken_links(top.id) == list(ids)


def test_another_bureau_keeps_what_is_its_own(make: Maker, top: Unit) -> None:
    other = make.top("云泽县财政局")
    record(other.id, "sign_in", now=START)
    purge(top, 9)

    assert len(entries(other)) == 1
    assert broken_links(other.id) == []

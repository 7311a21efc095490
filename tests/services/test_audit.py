"""The audit's chain: a changed, dropped or inserted entry shows."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, update

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Unit
from tracker.services.audit import broken_links, record

NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)


def three_entries(top: Unit) -> list[int]:
    return [
        record(top.id, action, now=NOON, detail={"序": n}).id
        for n, action in enumerate(("登录", "导入", "下达"))
    ]


def test_an_untouched_chain_holds(make: Maker) -> None:
    top = make.top()
    three_entries(top)
    db.session.commit()
    db.session.expire_all()

    assert broken_links(top.id) == []


def test_a_changed_entry_shows(make: Maker) -> None:
    top = make.top()
    ids = three_entries(top)

    db.session.execute(
        update(AuditEntry).where(AuditEntry.id == ids[1]).values(action="什么也没做")
    )
    db.session.expire_all()

    assert broken_links(top.id) == [ids[1]]


def test_a_dropped_entry_shows_at_the_one_after_it(make: Maker) -> None:
    top = make.top()
    ids = three_entries(top)

    db.session.execute(delete(AuditEntry).where(AuditEntry.id == ids[0]))
    db.session.expire_all()

    assert broken_links(top.id) == [ids[1]]


def test_each_bureau_has_a_chain_of_its_own(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    three_entries(ours)
    three_entries(theirs)
    three_entries(ours)

    assert (broken_links(ours.id), broken_links(theirs.id)) == ([], [])

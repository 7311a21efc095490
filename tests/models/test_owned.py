"""The wall between bureaus stands below the queries: a session held to one top unit sees no other's rows."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import TOP_UNIT, Indicator, Plan, Task, Unit


def test_a_session_held_to_a_bureau_sees_only_its_rows(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    make.task(make.plan(ours), text="我们的任务")
    make.task(make.plan(theirs), text="他们的任务")
    db.session.commit()

    db.session.info[TOP_UNIT] = ours.id

    assert db.session.scalars(select(Task.text)).all() == ["我们的任务"]
    assert db.session.scalar(select(func.count()).select_from(Task)) == 1
    assert len(db.session.scalars(select(Plan)).all()) == 1


def test_joins_and_aliases_are_held_too(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    make.indicator(make.plan(ours), name="税收收入")
    make.indicator(make.plan(theirs), name="非税收入")
    db.session.commit()

    db.session.info[TOP_UNIT] = ours.id
    other = aliased(Indicator)

    assert db.session.scalars(select(other.name)).all() == ["税收收入"]
    assert db.session.scalars(
        select(Indicator.name).join(Plan, Plan.id == Indicator.plan_id)
    ).all() == ["税收收入"]


def test_each_session_is_held_to_its_own_bureau(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    make.plan(ours, title="我们的计划")
    make.plan(theirs, title="他们的计划")
    db.session.commit()

    seen = []
    for top in (ours.id, theirs.id, ours.id):
        db.session.info[TOP_UNIT] = top
        seen.append(db.session.scalars(select(Plan.title)).all())

    assert seen == [["我们的计划"], ["他们的计划"], ["我们的计划"]]


def test_units_are_held_too(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    section_id, our_id = make.unit(theirs).id, ours.id
    db.session.commit()
    db.session.info[TOP_UNIT] = our_id

    assert db.session.scalars(select(Unit.name)).all() == ["临溪县财政局"]
    assert db.session.scalar(select(Plan.id).join(Unit, Unit.id == Plan.unit_id)) is None
    db.session.expunge_all()
    assert db.session.get(Unit, section_id) is None


def test_changes_of_many_rows_stop_at_the_wall(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    make.task(make.plan(ours), text="我们的任务")
    make.task(make.plan(theirs), text="他们的任务")
    db.session.commit()
    db.session.info[TOP_UNIT] = ours.id

    db.session.execute(update(Task).values(text="改过"))
    db.session.execute(update(Unit).values(duties="改过"))
    db.session.execute(delete(Task))
    del db.session.info[TOP_UNIT]

    db.session.expire_all()
    assert db.session.scalars(select(Task.text)).all() == ["他们的任务"]
    assert db.session.scalars(select(Unit.duties).order_by(Unit.id)).all() == ["改过", ""]


def test_get_is_held_too(make: Maker) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    plan_id, our_id = make.plan(theirs).id, ours.id
    db.session.commit()
    db.session.expunge_all()

    db.session.info[TOP_UNIT] = our_id

    assert db.session.get(Plan, plan_id) is None

"""Units: made below another, changed, moved with all below, closed when nothing waits there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.makers import Maker
from tracker.domain.errors import NotFoundError, NotReadyError
from tracker.domain.roles import Level
from tracker.extensions import db
from tracker.models import Unit
from tracker.services.manage_units import UnitData, add_top_unit, add_unit, edit_unit

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)


@pytest.fixture
def top(make: Maker) -> Unit:
    return make.top()


def add(top: Unit, code: str, parent: Unit | None = None) -> Unit:
    return add_unit(data=data_of(top, code, parent), top_unit_id=top.id, person_id=None, now=NOW)


def data_of(top: Unit, code: str, parent: Unit | None = None) -> UnitData:
    return UnitData(code=code, name=code, level=Level.SECTION, parent_id=(parent or top).id)


def edit(unit: Unit, data: UnitData) -> None:
    edit_unit(unit=unit, data=data, person_id=None, now=NOW)


def test_a_unit_s_path_goes_from_the_root(top: Unit) -> None:
    section = add(top, "ys")
    group = add(top, "ys1", section)

    assert group.path == f"/{top.id}/{section.id}/{group.id}/"


@pytest.mark.usefixtures("app")
def test_a_top_unit_belongs_to_itself() -> None:
    unit = add_top_unit(code="new", name="新局", level=Level.BUREAU)

    assert (unit.top_unit_id, unit.path) == (unit.id, f"/{unit.id}/")


def test_moving_takes_along_all_below_and_nobody_else(top: Unit) -> None:
    one, two = add(top, "one"), add(top, "two")
    below = add(top, "below", one)
    deeper = add(top, "deeper", below)

    edit(below, data_of(top, "below", two))

    assert deeper.path == f"/{top.id}/{two.id}/{below.id}/{deeper.id}/"
    assert one.path == f"/{top.id}/{one.id}/"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "要有单位名称"),
        ({"code": " "}, "要有单位编码"),
        ({"code": "taken"}, "编码 taken 已有别的单位在用"),
    ],
)
def test_what_is_missing_or_taken_is_said(top: Unit, changes: dict[str, str], says: str) -> None:
    add(top, "taken")
    unit = add(top, "ys")

    with pytest.raises(NotReadyError, match=says):
        edit(unit, replace(data_of(top, "ys"), **changes))  # type: ignore[arg-type]


def test_the_same_code_in_another_bureau_is_no_clash(make: Maker, top: Unit) -> None:
    other = make.top("云泽县财政局")
    add(other, "ys")

    assert add(top, "ys").top_unit_id == top.id


def test_a_parent_of_another_bureau_is_no_parent(make: Maker, top: Unit) -> None:
    with pytest.raises(NotFoundError):
        add(top, "ys", make.top("云泽县财政局"))


def test_the_tree_has_an_end(top: Unit) -> None:
    deep = add(top, "deep")
    deep.path = f"/{'9' * 188}/"
    db.session.flush()

    with pytest.raises(NotReadyError, match="层级太深"):
        add(top, "deeper", deep)


def test_the_top_unit_stays_in_use_and_on_top(top: Unit) -> None:
    with pytest.raises(NotReadyError, match="顶层单位不能停用"):
        edit(top, replace(data_of(top, top.code), active=False))
    edit(top, UnitData(code=top.code, name="改名的局", level=Level.BUREAU, parent_id=None))

    assert (top.name, top.path, top.parent_id) == ("改名的局", f"/{top.id}/", None)


def test_a_unit_is_closed_once_nothing_waits_there(make: Maker, top: Unit) -> None:
    unit = add(top, "ys")
    indicator = make.indicator(make.plan(top), unit)
    closed = replace(data_of(top, "ys"), active=False)

    with pytest.raises(NotReadyError, match="1 项指标"):
        edit(unit, closed)
    indicator.state = "cancelled"
    db.session.flush()
    edit(unit, closed)

    assert not unit.active

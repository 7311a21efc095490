"""A table of holidays and make-up days: its years count as published, months that have not opened follow."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.bureau import at
from tests.makers import Maker
from tracker.domain.errors import DocumentError
from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear, Cycle, Unit
from tracker.services.import_calendar import import_calendar
from tracker.services.lay_cycles import lay_cycles

NOW = at("2024-03-10T10:00")
SPRING = """日期,是否上班(班/休),名称
2024-04-04,休,清明节
2024/4/5,休,清明节
2024年4月6日,休,清明节
2024-04-07,班,清明调休
"""


@pytest.fixture
def top(make: Maker) -> Unit:
    return make.top()


def take(top: Unit, table: str) -> tuple[int, list[int]]:
    return import_calendar(
        top_unit_id=top.id,
        name="days.csv",
        data=table.encode(),
        limit=1_000_000,
        person_id=None,
        now=NOW,
    )


def entered(top: Unit) -> dict[date, bool]:
    rows = db.session.execute(
        select(CalendarDay.day, CalendarDay.working).where(CalendarDay.top_unit_id == top.id)
    )
    return dict(rows.all())


def test_days_are_entered_and_the_year_is_published(top: Unit) -> None:
    assert take(top, SPRING) == (3, [2024])
    assert entered(top) == {
        date(2024, 4, 4): False,
        date(2024, 4, 5): False,
        date(2024, 4, 7): True,
    }
    assert db.session.scalars(select(CalendarYear.year)).all() == [2024]


def test_the_same_table_again_changes_nothing(top: Unit) -> None:
    take(top, SPRING)

    assert take(top, SPRING) == (0, [2024])


def test_months_that_have_not_opened_are_dated_anew(make: Maker, top: Unit) -> None:
    plan = make.plan(top)
    lay_cycles(plan=plan, today=date(2024, 1, 1))
    march = db.session.scalars(select(Cycle).where(Cycle.month == 3)).one()
    before = march.due_on

    take(top, "日期,是否上班\n2024-04-02,休\n2024-04-03,休\n" + SPRING.split("\n", 1)[1])

    assert (before, march.due_on) == (date(2024, 4, 3), date(2024, 4, 8))


def test_a_day_that_is_as_usual_after_all_is_taken_back(top: Unit) -> None:
    take(top, SPRING)

    assert take(top, "日期,是否上班\n2024-04-07,休\n") == (1, [2024])
    assert date(2024, 4, 7) not in entered(top)


def test_each_bureau_has_its_own_days(make: Maker, top: Unit) -> None:
    other = make.top("云泽县财政局")
    take(top, SPRING)

    assert entered(other) == {}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2024-02-30,休\n", "第 2 行：“2024-02-30”不是日期"),
        ("2024-02-101,休\n", "第 2 行：“2024-02-101”不是日期"),
        ("1024-02-10,休\n", "第 2 行：1024-02-10 的年份不对"),
        ("2024-04-04,也许\n", "第 2 行：“也许”应写班或休"),
        ("2024-04-06,休\n2024-04-06,班\n", "第 3 行：2024-04-06 前面已有一行，说法相反"),
        ("2024-04-04,休\n\n2024-04-31,休\n", "第 4 行：“2024-04-31”不是日期"),
        ("", "只有表头"),
    ],
)
def test_faults_are_named_with_their_rows(top: Unit, rows: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        take(top, f"日期,是否上班\n{rows}")
    assert words in caught.value.message
    assert entered(top) == {}

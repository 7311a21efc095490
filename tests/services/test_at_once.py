"""Two people at once, on PostgreSQL: the second sees what the first did, or is told that it came too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import POSTGRES
from tests.makers import Maker
from tests.overlap import overlap, tables_locked
from tests.services.test_report_figures import AFTER_DUE, MARCH, NOW, Bureau
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.errors import PeriodClosedError, StaleError, TransitionError
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, SheetDraft, Task, TaskReport
from tracker.permissions import Actor
from tracker.services.change_task import acknowledge_tasks
from tracker.services.close_period import close_period
from tracker.services.correct_figure import correct_figure
from tracker.services.issue_plan import issue_plan
from tracker.services.open_cycles import open_cycles
from tracker.services.report_figures import report_figures
from tracker.services.report_task import report_task
from tracker.services.save_sheet_draft import save_sheet_draft
from tracker.services.set_indicator import Settings, set_indicator

DATABASES = (POSTGRES,)
APRIL = datetime(2024, 4, 2, tzinfo=UTC)


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    bureau = Bureau(make)
    db.session.commit()
    return bureau


class Twice:
    """Deeds on one row by its number, so that each can be done on a connection of its own."""

    def __init__(self, bureau: Bureau, task: Task | None = None) -> None:
        self.reporter, self.office = bureau.actor(), bureau.office
        self.top_id, self.plan_id = bureau.top.id, bureau.plan.id
        self.indicator_id = bureau.indicator.id
        self.task_id = task.id if task else 0

    def send(self, amount: str = "11000") -> int:
        key = f"i{self.indicator_id}"
        return self._sheet({f"{key}-amount": amount, f"{key}-base": "0"})

    def send_task(self, progress: str = "50") -> int:
        key = f"t{self.task_id}"
        typed = {f"{key}-progress": progress, f"{key}-done": "已拟稿", f"{key}-base": "0"}
        return self._sheet(typed)

    def _sheet(self, typed: dict[str, str]) -> int:
        return report_figures(
            actor=self.reporter, month=MARCH, typed=typed, now=NOW, only_filled=True
        ).count

    def correct(self, amount: int = 8000, actor: Actor | None = None) -> None:
        correct_figure(
            actor=actor or self.office,
            indicator=db.session.get_one(Indicator, self.indicator_id),
            month=2,
            amount=Decimal(amount),
            why="多报",
            revision=1,
            now=NOW,
        )

    def close(self, month: int = 3) -> None:
        plan = db.session.get_one(Plan, self.plan_id)
        close_period(actor=self.office, plan=plan, month=month, now=AFTER_DUE)

    def close_until(self, month: int) -> None:
        for number in range(1, month + 1):
            self.close(number)
        db.session.commit()

    def open(self) -> None:
        open_cycles(top_unit_id=self.top_id, now=AFTER_DUE)

    def report(self) -> None:
        report_task(
            task=db.session.get_one(Task, self.task_id),
            actor=self.reporter,
            progress=Decimal(30),
            done="已拟稿",
            obstacle="",
            next_step="",
            version=1,
            now=NOW,
        )

    def acknowledge(self) -> int:
        tasks = db.session.scalars(select(Task).where(Task.id == self.task_id)).all()
        return acknowledge_tasks(tasks=tasks, actor=self.reporter, now=NOW)

    def set_target(self) -> None:
        wished = Settings(Decimal(90000), None, "", "even", None, None, None)
        set_indicator(
            actor=self.office,
            indicator=db.session.get_one(Indicator, self.indicator_id),
            year=2024,
            settings=wished,
            version=1,
            why="调整",
            calendar=WorkingCalendar(),
            now=NOW,
        )

    def issue(self) -> None:
        issue_plan(plan=db.session.get_one(Plan, self.plan_id), actor=self.office, now=NOW)

    def type_into(self, key: str) -> None:
        typed = {f"{key}-note": "等对账"}
        save_sheet_draft(actor=self.reporter, month=MARCH, typed=typed, now=NOW)


def test_a_correction_during_a_report_counts_both(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)

    overlap(app, deeds.send, deeds.correct)

    assert bureau.standing(3).actual == 9000 + 8000 + 11000


def test_the_rows_of_a_new_month_do_not_lose_a_report_of_this_moment(
    app: Flask, bureau: Bureau
) -> None:
    deeds = Twice(bureau)
    db.session.delete(bureau.standing(3))  # as on the last day of March
    db.session.commit()

    overlap(app, deeds.send, deeds.open)

    assert bureau.standing(3).actual == 29000
    assert bureau.standing(4).light == "grey"


def test_the_rows_of_a_new_month_have_the_target_of_this_moment(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)

    overlap(app, deeds.set_target, deeds.open)

    assert bureau.standing(4).target == 90000


def test_a_new_target_during_a_report_counts_with_the_figure(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)

    overlap(app, deeds.set_target, deeds.send)

    assert bureau.standing(3).target == 90000
    assert bureau.standing(3).actual == 29000


def test_closing_waits_for_who_is_reporting(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)
    deeds.close_until(2)

    overlap(app, deeds.send, deeds.close)

    assert bureau.standing(3).frozen
    assert bureau.standing(3).actual == 29000


def test_who_reports_while_it_is_closed_comes_too_late(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)
    deeds.close_until(2)

    with pytest.raises(PeriodClosedError):
        overlap(app, deeds.close, deeds.send)


def test_who_corrects_while_it_is_closed_comes_too_late(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)
    deeds.close_until(1)

    with pytest.raises(PeriodClosedError):
        overlap(app, lambda: deeds.close(2), lambda: deeds.correct(actor=deeds.reporter))


def with_task_alone(make: Maker, bureau: Bureau, **values: object) -> Twice:
    """A plan of one task: nothing but the cycle stands between closing and reporting."""
    bureau.indicator.state = "cancelled"
    task = make.task(bureau.plan, bureau.section, **values)
    db.session.commit()
    return Twice(bureau, task)


@pytest.mark.parametrize("report", [Twice.send_task, Twice.report])
def test_a_task_reported_while_the_month_is_closed_comes_too_late(
    app: Flask, make: Maker, bureau: Bureau, report: Callable[[Twice], object]
) -> None:
    deeds = with_task_alone(make, bureau)
    deeds.close_until(2)

    with pytest.raises(PeriodClosedError):
        overlap(app, deeds.close, lambda: report(deeds))


def test_of_two_who_close_a_month_the_second_is_told(
    app: Flask, make: Maker, bureau: Bureau
) -> None:
    deeds = with_task_alone(make, bureau)

    with pytest.raises(PeriodClosedError):
        overlap(app, lambda: deeds.close(1), lambda: deeds.close(1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Twice.send, lambda deeds: deeds.send("12000")),
        (Twice.correct, Twice.correct),
        (Twice.report, Twice.report),
        (Twice.set_target, Twice.set_target),
    ],
    ids=["sheet", "correction", "task", "target"],
)
def test_of_two_who_change_the_same_thing_the_second_is_told(
    app: Flask,
    make: Maker,
    bureau: Bureau,
    first: Callable[[Twice], object],
    second: Callable[[Twice], object],
) -> None:
    task = make.task(bureau.plan, bureau.section)
    db.session.commit()
    deeds = Twice(bureau, task)

    with pytest.raises(StaleError):
        overlap(app, lambda: first(deeds), lambda: second(deeds))


def test_of_two_who_say_how_far_a_task_is_the_second_is_told(
    app: Flask, make: Maker, bureau: Bureau
) -> None:
    deeds = with_task_alone(make, bureau)

    with pytest.raises(StaleError):
        overlap(app, deeds.send_task, lambda: deeds.send_task("60"))


def test_of_two_who_acknowledge_a_task_one_does(app: Flask, make: Maker, bureau: Bureau) -> None:
    deeds = with_task_alone(make, bureau)

    assert overlap(app, deeds.acknowledge, deeds.acknowledge) == 0


def test_of_two_who_issue_a_plan_the_second_is_told(
    app: Flask, make: Maker, bureau: Bureau
) -> None:
    plan = make.plan(bureau.top, state="draft", sha256="b" * 64)
    owner = make.post(bureau.section, "head", make.person(bureau.top))
    make.task(plan, bureau.section, state="draft", owner_post_id=owner.id, checked=True)
    db.session.commit()
    deeds = Twice(bureau)
    deeds.plan_id = plan.id

    with pytest.raises(TransitionError):
        overlap(app, deeds.issue, deeds.issue)


def test_two_tabs_that_save_at_once_keep_what_both_typed(app: Flask, bureau: Bureau) -> None:
    deeds = Twice(bureau)
    deeds.type_into("i1")
    db.session.commit()

    overlap(app, lambda: deeds.type_into("i2"), lambda: deeds.type_into("i3"))
    locked = tables_locked(lambda: deeds.type_into("i3"))

    draft = db.session.scalars(select(SheetDraft)).one()
    assert set(draft.fields) == {"i1-note", "i2-note", "i3-note"}
    assert locked == ["sheet_draft"]  # for a third


@pytest.mark.parametrize(
    "deed", [Twice.send, Twice.correct, Twice.close, Twice.report, Twice.send_task]
)
def test_rows_are_locked_in_one_order_and_the_cycle_last(
    app: Flask, make: Maker, bureau: Bureau, deed: Callable[[Twice], object]
) -> None:
    task = make.task(bureau.plan, bureau.section)
    db.session.commit()
    deeds = Twice(bureau, task)
    if deed is Twice.close:
        deeds.close_until(2)

    locked = tables_locked(lambda: deed(deeds))

    first = list(dict.fromkeys(locked))
    assert first == sorted(first, key=("plan", "task", "indicator", "cycle").index)
    assert len(first) > 1
    assert first[-1] == "cycle"


def test_nothing_is_left_of_a_report_that_came_too_late(
    app: Flask, make: Maker, bureau: Bureau
) -> None:
    deeds = with_task_alone(make, bureau)
    deeds.close_until(2)

    with pytest.raises(PeriodClosedError):
        overlap(app, deeds.close, deeds.send_task)

    assert db.session.scalars(select(TaskReport)).all() == []
    assert db.session.scalar(select(Cycle.closed_at).where(Cycle.month == 3)) == AFTER_DUE

"""Sending a sheet, on both databases: revisions, standing rows, drafts, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tracker.domain.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    PeriodClosedError,
    StaleError,
)
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import (
    Cycle,
    Indicator,
    Person,
    Plan,
    Report,
    SheetDraft,
    Standing,
    TaskReport,
    Unit,
)
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.queries.report_sheet import month_to_fill, opened_months, owed_count
from tracker.services.close_period import close_period, reopen_period
from tracker.services.correct_figure import correct_figure
from tracker.services.refresh_standings import refresh_standings
from tracker.services.report_figures import report_figures
from tracker.services.save_sheet_draft import save_sheet_draft

TODAY = date(2024, 4, 1)
NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)
AFTER_DUE = datetime(2024, 5, 6, tzinfo=UTC)
MARCH = Month(2024, 3)


class Bureau:
    """A section whose reporter owes March of one indicator."""

    def __init__(self, make: Maker) -> None:
        self.top: Unit = make.top()
        self.section = make.unit(self.top)
        self.reporter: Person = make.person(self.top)
        make.post(self.section, "reporter", self.reporter)
        self.officer = make.person(self.top)
        make.post(self.top, "office", self.officer)
        self.plan: Plan = make.plan(self.top)
        self.indicator: Indicator = make.indicator(self.plan, self.section)
        for month in (1, 2, 3):
            make.cycle(self.plan, month)
        for month in (1, 2):
            make.report(self.indicator, month, "9000")
        refresh_standings(indicators=[self.indicator], now=NOW)

    def actor(self, person: Person | None = None) -> Actor:
        found = actor_of((person or self.reporter).id, TODAY)
        assert found is not None
        return found

    @property
    def office(self) -> Actor:
        return self.actor(self.officer)

    def send(self, amount: str = "11000", **more: str) -> int:
        key = f"i{self.indicator.id}"
        typed = {f"{key}-amount": amount, f"{key}-base": "0"}
        typed |= {f"{key}-{name}": text for name, text in more.items()}
        return report_figures(
            actor=self.actor(), month=MARCH, typed=typed, now=NOW, only_filled=False
        ).count

    def amounts(self, month: int = 3) -> list[Decimal]:
        return list(
            db.session.scalars(
                select(Report.amount)
                .where(Report.indicator_id == self.indicator.id, Report.month == month)
                .order_by(Report.revision)
            )
        )

    def standing(self, month: int) -> Standing:
        return db.session.scalars(
            select(Standing).where(
                Standing.indicator_id == self.indicator.id, Standing.month == month
            )
        ).one()


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def test_a_figure_moves_the_standing_row_in_the_same_transaction(bureau: Bureau) -> None:
    assert bureau.send() == 1

    march = bureau.standing(3)
    assert (march.amount, march.actual, march.light) == (11000, 29000, "yellow")


def test_the_same_again_changes_nothing(bureau: Bureau) -> None:
    bureau.send()

    assert bureau.send() == 0
    assert bureau.amounts() == [11000]


def test_a_correction_needs_its_reason(bureau: Bureau) -> None:
    bureau.send()

    with pytest.raises(NotReadyError, match="更正要写明理由"):
        bureau.send("12000", base="1")
    bureau.send("12000", base="1", why="对账")
    assert bureau.amounts() == [11000, 12000]


def test_somebody_elses_newer_figure_stops_mine(bureau: Bureau) -> None:
    bureau.send("9500")

    with pytest.raises(StaleError, match="有人报过"):
        bureau.send("11000")
    assert bureau.amounts() == [9500]


def test_a_row_of_nobodys_is_not_found(bureau: Bureau) -> None:
    with pytest.raises(NotFoundError):
        report_figures(
            actor=bureau.actor(),
            month=MARCH,
            typed={"i999999-amount": "1"},
            now=NOW,
            only_filled=False,
        )


def test_an_indicator_whose_settings_do_not_fit_says_so(bureau: Bureau) -> None:
    bureau.indicator.phasing = "quarters"
    bureau.indicator.quarters = tuple(map(Decimal, (1, 2, 3, 4)))
    db.session.flush()

    with pytest.raises(NotReadyError, match=r"口径有误.*请联系督查办更正后再报"):
        bureau.send()


def test_a_draft_keeps_the_rows_that_were_not_posted(bureau: Bureau) -> None:
    for typed in ({"i1-amount": "1", "i1-note": "甲"}, {"i2-amount": " 2x"}, {"i1-amount": "3"}):
        save_sheet_draft(actor=bureau.actor(), month=MARCH, typed=typed, now=NOW)

    kept = db.session.scalars(select(SheetDraft)).one()
    assert kept.fields == {"i2-amount": " 2x", "i1-amount": "3"}


def test_what_is_owed_is_counted_until_it_is_sent(bureau: Bureau) -> None:
    assert owed_count(bureau.actor(), TODAY) == 1
    bureau.send()
    assert owed_count(bureau.actor(), TODAY) == 0
    newest = month_to_fill(opened_months(bureau.actor(), TODAY))
    assert newest is not None
    assert (newest.month, newest.missing) == (MARCH, 0)


def closed(bureau: Bureau) -> None:
    bureau.send()
    for month in (1, 2, 3):
        close_period(actor=bureau.office, plan=bureau.plan, month=month, now=AFTER_DUE)


def test_a_closed_month_is_the_same_after_any_later_change(bureau: Bureau) -> None:
    closed(bureau)
    before = dict(bureau.standing(3).figures)

    bureau.indicator.target = Decimal(60000)
    correct_figure(
        actor=bureau.office,
        indicator=bureau.indicator,
        month=1,
        amount=Decimal(1),
        why="审计",
        revision=1,
        now=AFTER_DUE,
    )

    db.session.expire_all()
    assert bureau.standing(3).figures == before
    assert bureau.amounts(1) == [9000, 1]
    assert bureau.standing(4).target == 60000


def test_a_closed_month_takes_no_report(bureau: Bureau) -> None:
    closed(bureau)

    with pytest.raises(PeriodClosedError, match="已封账"):
        bureau.send("12000", base="1", why="晚了")
    with pytest.raises(PeriodClosedError):
        correct_figure(
            actor=bureau.actor(),
            indicator=bureau.indicator,
            month=3,
            amount=Decimal(1),
            why="晚了",
            revision=1,
            now=AFTER_DUE,
        )


def test_a_month_opened_again_follows_the_reports(bureau: Bureau) -> None:
    closed(bureau)
    with pytest.raises(NotReadyError, match="3月也已封账"):
        reopen_period(actor=bureau.office, plan=bureau.plan, month=2, why="漏报", now=AFTER_DUE)

    reopen_period(actor=bureau.office, plan=bureau.plan, month=3, why="漏报", now=AFTER_DUE)
    bureau.send("12000", base="1", why="漏报")

    db.session.expire_all()
    assert bureau.standing(3).actual == 30000
    assert not bureau.standing(3).frozen


def test_who_may_not_close(bureau: Bureau) -> None:
    with pytest.raises(NotAllowedError):
        close_period(actor=bureau.actor(), plan=bureau.plan, month=1, now=AFTER_DUE)
    with pytest.raises(NotFoundError):
        close_period(actor=bureau.office, plan=bureau.plan, month=12, now=AFTER_DUE)
    assert db.session.scalar(select(Cycle.id).where(Cycle.closed_at.is_not(None))) is None


def test_a_correction_of_a_figure_that_was_never_reported(bureau: Bureau) -> None:
    with pytest.raises(NotFoundError, match="还没有填报"):
        correct_figure(
            actor=bureau.office,
            indicator=bureau.indicator,
            month=3,
            amount=Decimal(1),
            why="?",
            revision=1,
            now=NOW,
        )


def test_the_order_of_reports_does_not_matter(make: Maker, bureau: Bureau) -> None:
    other = make.indicator(bureau.plan, bureau.section, name="另一项")
    for month in (2, 1):
        make.report(other, month, "9000")
        refresh_standings(indicators=[other], now=NOW)

    rows = db.session.scalars(select(Standing).where(Standing.indicator_id == other.id)).all()
    by_month = {row.month: row.figures for row in rows}
    assert by_month[2] == bureau.standing(2).figures


def test_a_late_report_of_an_older_month_does_not_turn_a_task_back(
    make: Maker, bureau: Bureau
) -> None:
    task = make.task(bureau.plan, bureau.section)
    key = f"t{task.id}"

    def say(month: int, progress: str) -> None:
        texts = {"progress": progress, "done": "已拟稿", "obstacle": "人手", "next": "加人"}
        typed = {f"{key}-{name}": text for name, text in texts.items()} | {f"{key}-base": "0"}
        report_figures(
            actor=bureau.actor(),
            month=Month(2024, month),
            typed=typed,
            now=NOW,
            only_filled=True,
        )

    say(2, "20")
    say(3, "50")
    say(1, "10")

    assert task.progress == 50
    said = db.session.scalars(select(TaskReport.progress).order_by(TaskReport.month))
    assert list(said) == [10, 20, 50]

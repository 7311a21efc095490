"""Lives through the demonstration's year as people would: takes on, reports, corrects, checks, closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from tracker.domain.errors import NotFoundError
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import Cycle, Plan
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.change_task import change_task
from tracker.services.close_period import close_period
from tracker.services.correct_figure import correct_figure
from tracker.services.demo.indicator_year import CORRECTED, IndicatorYear
from tracker.services.demo.organisation import SECTIONS
from tracker.services.demo.staff import Staff
from tracker.services.demo.task_life import Move, TaskLife
from tracker.services.demo.words import CORRECTION_REASON
from tracker.services.refresh_standings import refresh_standings
from tracker.services.report_figures import report_figures
from tracker.services.save_sheet_draft import save_sheet_draft

_REPORT_DAY = 25  # the day on which a month's cycle opens
OFFICE = "zhaowenbo"


@dataclass(frozen=True, slots=True)
class _Happening:
    at: datetime
    act: Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class DemoYear:
    """The bureau, its issued plan, and what becomes of its rows until `now`."""

    staff: Staff
    plan: Plan
    shown: Month
    now: datetime
    indicators: Sequence[IndicatorYear]
    tasks: Sequence[TaskLife]
    actors: dict[str, Actor] = field(default_factory=dict)

    def live(self) -> None:
        """Do everything that happens until now, in the order in which it happens."""
        happenings = [
            *self._moves(),
            *self._reports(),
            *self._closings(),
            *self._correction(),
        ]
        for happening in sorted(happenings, key=lambda one: one.at):
            if happening.at <= self.now:
                happening.act(happening.at)
        self._leave_drafts()
        refresh_standings(indicators=[year.row for year in self.indicators], now=self.now)

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.now.tzinfo)

    def _moves(self) -> Iterator[_Happening]:
        for life in self.tasks:
            for step, move in enumerate(life.moves()):
                yield _Happening(self._at(move.day, 14 + step // 4), partial(self._move, move))

    def _move(self, move: Move, at: datetime) -> None:
        login = OFFICE if move.by_office else self._reporter_of(move.task.lead_unit_id)
        if move.task.state == move.target:  # a report has already brought it there
            return
        change_task(
            task=move.task,
            target=move.target,
            actor=self._actor(login, at),
            said=move.reason,
            version=move.task.version,
            now=at,
        )

    def _reports(self) -> Iterator[_Happening]:
        for month in range(1, self.shown.month + 1):
            for turn, login in enumerate(self._reporters()):
                day = date(self.plan.year, month, _REPORT_DAY + turn % 2)
                act = partial(self._report, login, month)
                yield _Happening(self._at(day, 9 + turn % 3, 5 * turn), act)

    def _reporters(self) -> list[str]:
        return list(dict.fromkeys(section.reporter for section in SECTIONS))

    def _report(self, login: str, month: int, at: datetime) -> None:
        typed = self._typed(login, month, at)
        if typed:
            report_figures(
                actor=self._actor(login, at),
                month=Month(self.plan.year, month),
                typed=typed,
                now=at,
                only_filled=True,
            )

    def _typed(self, login: str, month: int, at: datetime) -> dict[str, str]:
        typed: dict[str, str] = {}
        for year in self._typed_in:
            if self._reporter_of(year.row.lead_unit_id) == login and month <= year.sent_through:
                later = month == self._corrected_month
                typed |= year.fields(month, corrected_later=later)
        for life in self.tasks:
            begun = life.task.start_on is None or life.task.start_on <= at.date()
            if begun and self._reporter_of(life.task.lead_unit_id) == login:
                typed |= life.fields(at.date(), newest=month == self.shown.month)
        return typed

    @property
    def _typed_in(self) -> list[IndicatorYear]:
        """Return those that somebody fills in: what is worked out from others is not asked for."""
        return [year for year in self.indicators if not year.row.rollup]

    def _reporter_of(self, unit_id: int | None) -> str:
        names = {unit.id: name for name, unit in self.staff.units.items()}
        return _REPORTERS[names[unit_id]] if unit_id is not None else ""

    @property
    def _corrected_month(self) -> int:
        return self.shown.month - 1

    def _correction(self) -> Iterator[_Happening]:
        if self._corrected_month:
            due = self._cycles()[self._corrected_month].due_on
            yield _Happening(self._at(due, 10), self._correct)

    def _correct(self, at: datetime) -> None:
        year = next(year for year in self.indicators if year.row.name == CORRECTED)
        correct_figure(
            actor=self._actor(_REPORTERS["国库股"], at),
            indicator=year.row,
            month=self._corrected_month,
            amount=year.amounts[self._corrected_month - 1],
            why=CORRECTION_REASON,
            revision=1,
            now=at,
        )

    def _closings(self) -> Iterator[_Happening]:
        """Close every month but the newest on the day after it was due."""
        for month, cycle in self._cycles().items():
            if month < self.shown.month:
                day = cycle.due_on + timedelta(days=1)
                yield _Happening(self._at(day, 17), partial(self._close, month))

    def _close(self, month: int, at: datetime) -> None:
        close_period(actor=self._actor(OFFICE, at), plan=self.plan, month=month, now=at)

    def _cycles(self) -> Mapping[int, Cycle]:
        rows = db.session.scalars(select(Cycle).where(Cycle.plan_id == self.plan.id))
        return {cycle.month: cycle for cycle in rows}

    def _leave_drafts(self) -> None:
        """Leave what waits for the due day typed and not sent."""
        for login in self._reporters():
            typed: dict[str, str] = {}
            for year in self._typed_in:
                if year.waits and self._reporter_of(year.row.lead_unit_id) == login:
                    typed |= year.fields(self.shown.month, corrected_later=False)
            if typed:
                at = self.now - timedelta(hours=1)
                save_sheet_draft(
                    actor=self._actor(login, self.now), month=self.shown, typed=typed, now=at
                )

    def _actor(self, login: str, at: datetime) -> Actor:
        """Return somebody as an actor; nobody who acts here changes posts in the year."""
        actor = self.actors.get(login) or actor_of(self.staff.people[login].id, at.date())
        if actor is None:
            raise NotFoundError(f"没有演示人员 {login}。")
        self.actors[login] = actor
        return actor


_REPORTERS = {section.name: section.reporter for section in SECTIONS}

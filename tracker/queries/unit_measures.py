"""What scoring measures of each unit over a quarter: indicators, tasks, reports (考核的数据来源)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, select

from tracker.domain.amounts import round_half_up
from tracker.domain.case import Polarity
from tracker.domain.periods import Quarter
from tracker.domain.scoring import Source
from tracker.domain.tasks import DONE_STATES, OPEN_STATES
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Report, Standing, Task, TaskEvent, Unit
from tracker.queries.scope import is_asked, is_due_in_cycle

HUNDRED = Fraction(100)


@dataclass(slots=True)
class _Tally:
    paces: list[Fraction] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    due: int = 0
    on_time: int = 0
    overdue: int = 0
    late: int = 0
    extensions: int = 0


def unit_measures(
    top_unit_id: int, quarter: Quarter, now: datetime
) -> dict[int, dict[Source, Decimal | None]]:
    """Return the figures of every unit that leads something of the year's issued plans; None: nothing to measure.

    An indicator counts at most 100 %, so that one star hides no laggard; what nobody reported is unknown here and
    counts as a late report. Four queries.
    """
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    _add_standings(tallies, top_unit_id, quarter)
    _add_tasks(tallies, top_unit_id, quarter)
    _add_reports(tallies, top_unit_id, quarter, now)
    _add_extensions(tallies, top_unit_id, quarter, now)
    return {unit_id: _figures(tally) for unit_id, tally in tallies.items()}


def unit_names_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """Return units by name, in the order of the tree."""
    rows = db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.id.in_(list(unit_ids)))
        .order_by(Unit.position, Unit.id)
    )
    return {row.id: row.name for row in rows}


def _issued(top_unit_id: int, year: int) -> Any:
    return select(Plan.id).where(
        Plan.top_unit_id == top_unit_id, Plan.year == year, Plan.state == "issued"
    )


def _add_standings(tallies: Mapping[int, _Tally], top_unit_id: int, quarter: Quarter) -> None:
    rows = db.session.execute(
        select(
            Indicator.lead_unit_id,
            Indicator.polarity,
            Standing.actual,
            Standing.planned,
            Standing.ahead_points,
        )
        .outerjoin(
            Standing,
            and_(
                Standing.indicator_id == Indicator.id,
                Standing.year == quarter.year,
                Standing.month == quarter.months[-1].month,
            ),
        )
        .where(
            Indicator.plan_id.in_(_issued(top_unit_id, quarter.year)),
            Indicator.state == "issued",
            Indicator.lead_unit_id.is_not(None),
        )
    )
    for unit_id, polarity, actual, planned, ahead in rows:
        tally = tallies[unit_id or 0]
        pace = _pace(polarity, actual, planned, ahead)
        if pace is not None:
            tally.paces.append(pace)
        if ahead is not None:
            tally.held.append(ahead >= 0)


def _pace(
    polarity: str, actual: Decimal | None, planned: Decimal | None, ahead: Decimal | None
) -> Fraction | None:
    """Return how much of the plan is met, 0 to 100; of a cap, how much of what was spent was planned.

    A range is met within its bounds; outside it lacks the points to the nearer one.
    """
    if actual is None or planned is None:
        return None
    if polarity == Polarity.RANGE:
        return None if ahead is None else max(min(HUNDRED + Fraction(ahead), HUNDRED), Fraction(0))
    done, wanted = Fraction(actual), Fraction(planned)
    if polarity == Polarity.LOWER:
        done, wanted = wanted, done
    if wanted <= 0:
        return HUNDRED if done >= wanted else Fraction(0)
    return max(min(done / wanted * 100, HUNDRED), Fraction(0))


def _add_tasks(tallies: Mapping[int, _Tally], top_unit_id: int, quarter: Quarter) -> None:
    rows = db.session.execute(
        select(Task.lead_unit_id, Task.state, Task.due_on, Task.finished_on).where(
            Task.plan_id.in_(_issued(top_unit_id, quarter.year)),
            Task.lead_unit_id.is_not(None),
            Task.state.in_([*DONE_STATES, *OPEN_STATES]),
        )
    )
    for unit_id, state, due, finished in rows:
        tally = tallies[unit_id or 0]
        done_by = finished if state in DONE_STATES else None
        if due is not None and quarter.first_day <= due <= quarter.last_day:
            tally.due += 1
            tally.on_time += done_by is not None and done_by <= due
        if due is not None and due <= quarter.last_day:
            tally.overdue += done_by is None or done_by > quarter.last_day


def _add_reports(
    tallies: Mapping[int, _Tally], top_unit_id: int, quarter: Quarter, now: datetime
) -> None:
    """Count months of the quarter that were reported after their due day, or are due and not reported."""
    first = (
        select(Report.indicator_id, Report.month, func.min(Report.at).label("at"))
        .where(
            Report.year == quarter.year, Report.month.in_([month.month for month in quarter.months])
        )
        .group_by(Report.indicator_id, Report.month)
        .subquery()
    )
    rows = db.session.execute(
        select(Indicator.lead_unit_id, Cycle.due_on, first.c.at)
        .join(Cycle, Cycle.plan_id == Indicator.plan_id)
        .outerjoin(first, and_(first.c.indicator_id == Indicator.id, first.c.month == Cycle.month))
        .where(
            Indicator.plan_id.in_(_issued(top_unit_id, quarter.year)),
            Indicator.state == "issued",
            is_asked(),
            is_due_in_cycle(),
            Indicator.lead_unit_id.is_not(None),
            Cycle.year == quarter.year,
            Cycle.month.in_([month.month for month in quarter.months]),
            Cycle.due_on < now.date(),
        )
    )
    for unit_id, due, at in rows:
        tallies[unit_id or 0].late += at is None or at.astimezone(now.tzinfo).date() > due


def _add_extensions(
    tallies: Mapping[int, _Tally], top_unit_id: int, quarter: Quarter, now: datetime
) -> None:
    start = datetime.combine(quarter.first_day, time(), now.tzinfo)
    end = datetime.combine(quarter.next().first_day, time(), now.tzinfo)
    rows = db.session.execute(
        select(Task.lead_unit_id, func.count())
        .join(TaskEvent, TaskEvent.task_id == Task.id)
        .where(
            Task.plan_id.in_(_issued(top_unit_id, quarter.year)),
            Task.lead_unit_id.is_not(None),
            TaskEvent.what == "due",
            TaskEvent.before != "",
            TaskEvent.after > TaskEvent.before,
            TaskEvent.at >= start,
            TaskEvent.at < end,
        )
        .group_by(Task.lead_unit_id)
    )
    for unit_id, count in rows:
        tallies[unit_id or 0].extensions += count


def _figures(tally: _Tally) -> dict[Source, Decimal | None]:
    def mean(parts: list[Fraction]) -> Decimal | None:
        return round_half_up(sum(parts, Fraction(0)) / len(parts), 2) if parts else None

    on_time = [Fraction(100 * tally.on_time, tally.due)] if tally.due else []
    return {
        Source.PACE: mean(tally.paces),
        Source.HELD: mean([HUNDRED if held else Fraction(0) for held in tally.held]),
        Source.ON_TIME: mean(on_time),
        Source.OVERDUE: Decimal(tally.overdue),
        Source.LATE_REPORTS: Decimal(tally.late),
        Source.EXTENSIONS: Decimal(tally.extensions),
    }

"""Use case: fill in a bureau to look at. It goes the way that a real one goes: import, review, issue, report, close."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.domain.errors import TrackerError
from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import Indicator, Plan, Standing, Task, Unit
from tracker.queries.shown import shown_on
from tracker.services.demo.organisation import BUREAU_CODE, DEMO_LOGINS, DemoLogin
from tracker.services.demo.reference import load_reference
from tracker.services.demo.reference_bureau import REFERENCE_CODE
from tracker.services.demo.small import load_small

__all__ = ["DEMO_LOGINS", "DEMO_PASSWORD", "DemoLogin", "Loaded", "demo_is_loaded", "load_demo"]

#: Printed by `dev.py run`: of nobody real, and of use only with the demonstration's data.
DEMO_PASSWORD = "Linxi-Demo-8"  # noqa: S105
SIZES = {"small": BUREAU_CODE, "reference": REFERENCE_CODE}


class AlreadyThereError(TrackerError):
    """A bureau with the demonstration's code is there already (已有同代码的单位)."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was filled in: the plan, how many rows, and how many indicators show which light."""

    plan: Plan
    tasks: int
    indicators: int
    lights: dict[str, int]


def demo_is_loaded(size: str = "small") -> bool:
    """Tell whether a bureau with the demonstration's code is there."""
    return db.session.scalar(select(Unit.id).where(Unit.code == SIZES[size])) is not None


def load_demo(*, now: datetime, size: str = "small") -> Loaded:
    """Load the demonstration as of `now`: reports run to the month before. The caller commits.

    Raises AlreadyThereError and changes nothing when it is there.
    """
    if demo_is_loaded(size):
        raise AlreadyThereError(f"代码为 {SIZES[size]} 的单位已在库中，没有载入，也没有改动。")
    shown = month_before(now.date())
    load = load_reference if size == "reference" else load_small
    plan = load(password=DEMO_PASSWORD, now=now, shown=shown)
    db.session.flush()
    return Loaded(plan, _count(Task, plan), _count(Indicator, plan), _lights(plan, now.date()))


def month_before(today: date) -> Month:
    """Return the month before today's: the newest that can have been reported in full."""
    last_day = today.replace(day=1) - timedelta(days=1)
    return Month(last_day.year, last_day.month)


def _count(table: type[Task] | type[Indicator], plan: Plan) -> int:
    rows = db.session.scalars(
        select(table.id).where(table.plan_id == plan.id, table.state != "cancelled")
    )
    return len(rows.all())


def _lights(plan: Plan, today: date) -> dict[str, int]:
    shown = db.session.scalars(
        select(Standing.light)
        .join(Indicator, shown_on(today))
        .where(Indicator.plan_id == plan.id, Indicator.state == "issued")
    )
    return dict(sorted(Counter(shown.all()).items()))

"""The demonstration as it is looked at: found, import, review, issue, live through the year."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from tracker.domain.errors import NotFoundError
from tracker.domain.periods import Month
from tracker.domain.rollup import Rollup
from tracker.extensions import db
from tracker.models import Cycle, Indicator, Plan, Task
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.demo.indicator_year import indicator_years
from tracker.services.demo.indicators import SHARE_OF_TAXES
from tracker.services.demo.library import load_library
from tracker.services.demo.review import settle_draft
from tracker.services.demo.staff import Staff, found_bureau
from tracker.services.demo.task_life import lives_of
from tracker.services.demo.year import OFFICE, DemoYear
from tracker.services.import_plan import import_plan, read_upload
from tracker.services.issue_plan import issue_plan
from tracker.services.score_quarter import publish_scoring, score_quarter
from tracker.services.seed_calendar import seed_calendar
from tracker.services.set_rollup import RollupWish, WishedChild, set_rollup

_DOCUMENT = Path(__file__).with_name("document.txt")
_LIMIT_BYTES = 1_000_000
_IMPORTED, _ISSUED = (1, 9), (1, 13)  # month and day


def load_small(*, password: str, now: datetime, shown: Month) -> Plan:
    """Load it with reports through `shown`, as of `now`; return the plan."""
    staff = found_bureau(password=password, now=now)
    seed_calendar(top_unit_id=staff.top.id)
    load_library(
        top=staff.top,
        person_id=staff.people[OFFICE].id,
        now=_on(shown.year, _IMPORTED, now),
    )
    plan = _imported(staff, shown.year, _on(shown.year, _IMPORTED, now))
    settle_draft(plan=plan, person_id=staff.people[OFFICE].id, now=_on(shown.year, _IMPORTED, now))
    issued_at = _on(shown.year, _ISSUED, now)
    office = actor_of(staff.people[OFFICE].id, issued_at.date())
    issue_plan(plan=plan, actor=office, now=issued_at, version=plan.version)
    _work_out_share_of_taxes(plan, office, issued_at)
    _year(staff, plan, shown, now).live()
    _score_quarters(staff, shown, now)
    _note_sign_ins(staff, now)
    return plan


def _work_out_share_of_taxes(plan: Plan, office: Actor | None, at: datetime) -> None:
    """Have 税收占比 follow from its two parts, so that nobody types it."""
    rows = db.session.scalars(select(Indicator).where(Indicator.plan_id == plan.id))
    found = {row.name: row for row in rows if row.state == "issued"}
    share, *parts = SHARE_OF_TAXES
    if office is None or not {share, *parts} <= found.keys():
        raise NotFoundError("演示计划没有税收占比和它的两项。")
    set_rollup(
        actor=office,
        indicator=found[share],
        wish=RollupWish(
            Rollup.FORMULA.value,
            tuple(WishedChild(found[part].id) for part in parts),
            " ÷ ".join(parts),
        ),
        version=found[share].version,
        now=at,
    )


def _score_quarters(staff: Staff, shown: Month, now: datetime) -> None:
    """Score and publish the year's quarters that are over and reported, so that the order has a past."""
    quarter = Month(shown.year, 1).quarter
    while quarter.months[-1] <= shown:
        scoring = score_quarter(top_unit_id=staff.top.id, quarter=quarter, now=now)
        publish_scoring(
            scoring=scoring,
            version=scoring.version,
            person_id=staff.people[OFFICE].id,
            now=now,
        )
        quarter = quarter.next()


def document_text(year: int) -> str:
    """Return the plan's text for a year, with the results of the year before."""
    return _DOCUMENT.read_text(encoding="utf-8").format(year=year, last=year - 1)


def _on(year: int, day: tuple[int, int], now: datetime) -> datetime:
    return datetime.combine(date(year, *day), time(9, 40), tzinfo=now.tzinfo)


def _note_sign_ins(staff: Staff, now: datetime) -> None:
    """Note that most people have signed in in the last days; one in eight never has."""
    for number, person in enumerate(staff.people.values()):
        if number % 8 != 7:
            person.last_login_at = now - timedelta(days=1 + number % 6, hours=number % 5)


def _imported(staff: Staff, year: int, at: datetime) -> Plan:
    text = document_text(year)
    name = f"{text.splitlines()[0]}.txt"
    upload = read_upload(name=name, content=text.encode(), limit_bytes=_LIMIT_BYTES)
    office = staff.people[OFFICE]
    return import_plan(unit=staff.top, upload=upload, year=year, person_id=office.id, now=at).plan


def _year(staff: Staff, plan: Plan, shown: Month, now: datetime) -> DemoYear:
    rows = db.session.scalars(
        select(Indicator).where(Indicator.plan_id == plan.id, Indicator.state == "issued")
    )
    tasks = db.session.scalars(
        select(Task).where(Task.plan_id == plan.id, Task.state == "issued").order_by(Task.position)
    )
    due_on = db.session.scalar(
        select(Cycle.due_on).where(Cycle.plan_id == plan.id, Cycle.month == shown.month)
    )
    if due_on is None or plan.issued_at is None:
        raise NotFoundError("演示计划没有填报期。")
    return DemoYear(
        staff=staff,
        plan=plan,
        shown=shown,
        now=now,
        indicators=indicator_years(
            {row.name: row for row in rows},
            plan.yellow_points,
            shown.month,
            due_is_over=due_on < now.date(),
        ),
        tasks=lives_of(tasks, _on(plan.year, _ISSUED, now).date(), now.date()),
    )

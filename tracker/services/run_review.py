"""Use case: go through a dispatch review: decisions become tasks on the spot, items are ticked off, it closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.domain.agenda import moved
from tracker.domain.errors import (
    NotFoundError,
    NotReadyError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.extensions import db
from tracker.models import AgendaItem, Decision, Plan, Review, Task, TaskEvent
from tracker.queries.board import plans_on
from tracker.queries.units_and_posts import Staff
from tracker.services.audit import record
from tracker.services.open_review import CLOSED, OPEN

LONGEST, LONGEST_NOTE = 500, 2_000


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: the words, the unit that answers for it, its owner's post, the day."""

    text: str
    lead_unit_id: int | None
    owner_post_id: int | None
    due_on: date | None


def decide(
    *,
    review: Review,
    item: AgendaItem | None,
    decided: Decided,
    staff: Staff,
    person_id: int | None,
    now: datetime,
) -> Decision:
    """Write a decision down and make it a task that binds at once, in the year's plan.

    Raises NotReadyError with all that is missing, NotFoundError, TrackerError with one sentence.
    """
    require_open(review)
    _check(decided, staff, now.date())
    twice = _same_decision(review, item, decided)
    if twice is not None:  # the same form sent again: it is written down already
        return twice
    unit_id, due_on = decided.lead_unit_id, decided.due_on
    assert unit_id is not None  # noqa: S101  checked above
    assert due_on is not None  # noqa: S101  checked above
    task = _task(review, decided, staff, due_on, unit_id, now)
    db.session.add(task)
    db.session.flush()
    db.session.add(
        TaskEvent(
            top_unit_id=review.top_unit_id,
            task_id=task.id,
            at=now,
            person_id=person_id,
            what="state",
            before="draft",
            after="issued",
            why="调度会议定",
        )
    )
    decision = Decision(
        top_unit_id=review.top_unit_id,
        review_id=review.id,
        item_id=item.id if item is not None else None,
        task_id=task.id,
        text=task.text,
        due_on=due_on,
        person_id=person_id,
        at=now,
    )
    db.session.add(decision)
    if item is not None:
        item.talked = True
    db.session.flush()
    return decision


def tick(*, review: Review, item: AgendaItem, note: str, seen: str | None = None) -> None:
    """Note that an item was gone through, and what was said of it; `seen` is the note that the form showed.

    Raises StaleError when somebody has written another one since, TrackerError when it is too long.
    """
    require_open(review)
    if len(note) > LONGEST_NOTE:
        raise TrackerError(f"会上记录最多 {LONGEST_NOTE} 个字，现在有 {len(note)} 个。")
    if seen is not None and seen.strip() != item.note and note.strip() != item.note:
        raise StaleError(f"别人已写了会上记录“{item.note}”，请合在一起再记。")
    item.talked, item.note = True, note.strip()
    db.session.flush()


def move_item(*, review: Review, item: AgendaItem, step: int) -> None:
    """Move an item of the agenda up (−1) or down (+1)."""
    require_open(review)
    items = {
        row.id: row
        for row in db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.review_id == review.id)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    }
    for position, item_id in enumerate(moved(list(items), item.id, step), start=1):
        items[item_id].position = position
    db.session.flush()


def close_review(
    *,
    review: Review,
    chair: str,
    attendance: str,
    minutes: str,
    person_id: int | None,
    now: datetime,
    version: int | None = None,
) -> None:
    """End the meeting (散会): what was looked at and decided stays as it is; the minutes are kept with it."""
    require_open(review)
    if version is not None and version != review.version:
        raise StaleError("您打开之后，别人已改过这次调度，请刷新后再散会。")
    review.state, review.closed_at, review.closed_by_id = CLOSED, now, person_id
    review.chair = chair.strip()[:60]
    review.attendance, review.minutes = attendance.strip(), minutes.strip()
    decisions = db.session.scalar(
        select(func.count()).select_from(Decision).where(Decision.review_id == review.id)
    )
    db.session.flush()
    record(
        review.top_unit_id,
        "review_closed",
        now=now,
        person_id=person_id,
        object_type="review",
        object_id=review.id,
        detail={"decisions": decisions or 0},
    )


def require_open(review: Review) -> None:
    """Refuse to change a review that is over."""
    if review.state != OPEN:
        raise TransitionError("这次调度已经散会，不能再改。")


def _check(decided: Decided, staff: Staff, today: date) -> None:
    wanted = (
        (decided.text.strip(), "议定事项没有写"),
        (decided.lead_unit_id, "责任单位没有选"),
        (decided.due_on, "时限没有填"),
    )
    missing = tuple(words for value, words in wanted if not value)
    if missing:
        raise NotReadyError(missing)
    if len(decided.text) > LONGEST:
        raise TrackerError(f"议定事项最多 {LONGEST} 个字，请分成几项。")
    if decided.lead_unit_id not in staff.units:
        raise NotFoundError("没有这个单位，请重新选。")
    if decided.owner_post_id not in {None, *staff.posts}:
        raise NotFoundError("没有这个岗位，请重新选。")
    if decided.due_on is not None and decided.due_on < today:
        raise TrackerError(f"时限 {decided.due_on.isoformat()} 已经过了，请改。")
    if decided.due_on is not None and decided.due_on.year > today.year + 1:
        raise TrackerError(f"时限 {decided.due_on.isoformat()} 太远，请填今年或明年的日期。")


def _same_decision(review: Review, item: AgendaItem | None, decided: Decided) -> Decision | None:
    """Return the decision of this item that says the same."""
    return db.session.scalar(
        select(Decision)
        .join(Task, Task.id == Decision.task_id)
        .where(
            Decision.review_id == review.id,
            Decision.item_id == (item.id if item is not None else None),
            Decision.text == " ".join(decided.text.split()),
            Decision.due_on == decided.due_on,
            Task.lead_unit_id == decided.lead_unit_id,
        )
        .limit(1)
    )


def _task(
    review: Review, decided: Decided, staff: Staff, due_on: date, unit_id: int, now: datetime
) -> Task:
    plan = db.session.scalar(
        select(Plan)
        .where(Plan.top_unit_id == review.top_unit_id, plans_on(now.date()))
        .order_by(Plan.year.desc(), Plan.id)
        .limit(1)
    )
    if plan is None:
        raise TransitionError("还没有下达的计划，议定事项无处登记；请先下达年度计划。")
    last = db.session.scalar(select(func.max(Task.position)).where(Task.plan_id == plan.id))
    duties = staff.duties_of(unit_id)
    return Task(
        top_unit_id=review.top_unit_id,
        plan_id=plan.id,
        position=(last or 0) + 1,
        text=" ".join(decided.text.split()),
        state="issued",
        lead_unit_id=unit_id,
        owner_post_id=decided.owner_post_id or duties.owner,
        reporter_post_id=duties.reporter,
        leader_post_id=duties.leader,
        start_on=now.date(),
        due_on=due_on,
        first_due_on=due_on,
        checked=True,
    )

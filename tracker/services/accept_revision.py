"""Use case: apply a revision (应用修订稿): what was accepted of it becomes the plan, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.domain.errors import NotAllowedError, NotReadyError, StaleError
from tracker.domain.plan_diff import ChangeKind
from tracker.domain.plan_lines import Line, Sort
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem, PlanRevision, PlanRevisionChange, Task
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_manage_plan
from tracker.queries.calendar import working_calendar
from tracker.queries.holders import holders_on
from tracker.queries.locks import lock
from tracker.queries.revision_page import FIELD_WORDS
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.announce_revision import Touched, announce_revision
from tracker.services.audit import record
from tracker.services.plan_so_far import rows_now
from tracker.services.revise_headings import Headings, lay_out
from tracker.services.revise_indicator import add_indicator, cancel_indicator, revise_indicator
from tracker.services.revise_task import add_task, cancel_task, revise_task
from tracker.services.revision_data import Mandate
from tracker.services.revision_gaps import MARK, revision_gaps
from tracker.services.settle_revision import must_wait


@dataclass(frozen=True, slots=True)
class Applied:
    """How many rows were changed, moved, added and dropped, and how many people are told."""

    counts: Mapping[ChangeKind, int]
    told: int


def accept_revision(
    *,
    plan: Plan,
    revision: PlanRevision,
    actor: Actor,
    version: int,
    now: datetime,
    settings: MailSettings | None = None,
) -> Applied:
    """Apply what was accepted; what was declined stays as it is. Without `settings` nobody gets a mail.

    Raises NotAllowedError, TransitionError where it is settled, StaleError where somebody decided or changed a row
    since, NotReadyError with all that is undecided or missing.
    """
    if not may_manage_plan(actor, plan):
        raise NotAllowedError("修订计划由督查办办理。")
    must_wait(revision)
    lock(Plan, Plan.id == plan.id)
    if revision.version != version:
        raise StaleError("您打开之后，别人已改过这份修订稿，请核对后再应用。")
    changes = changes_of(revision)
    _refuse_undecided(changes)
    accepted = [change for change in changes if _counts(change)]
    _lock_rows(accepted)
    staff = staff_of(plan.top_unit_id, now.date())
    _refuse_overtaken(accepted, rows_now(plan, staff))
    gaps = revision_gaps(plan, accepted)
    if gaps:
        raise NotReadyError(tuple(gap.sentence for gap in gaps))
    work = _Work(plan, revision, actor, staff, now)
    work.apply(changes, accepted)
    revision.state, revision.settled_at = "accepted", now
    revision.settled_by_id = actor.person_id
    db.session.flush()
    counts = Counter(ChangeKind(change.kind) for change in accepted)
    _record(plan, revision, counts, actor, now)
    told = 0
    if settings is not None:
        told = announce_revision(
            plan=plan, revision=revision, touched=work.touched, settings=settings, now=now
        )
    return Applied(counts, told)


def changes_of(revision: PlanRevision) -> list[PlanRevisionChange]:
    """Return all changes of a revision, in the order of its document."""
    return list(
        db.session.scalars(
            select(PlanRevisionChange)
            .where(PlanRevisionChange.revision_id == revision.id)
            .order_by(PlanRevisionChange.position)
            .execution_options(populate_existing=True)
        )
    )


def _counts(change: PlanRevisionChange) -> bool:
    return change.decision == "accepted" and change.kind != ChangeKind.UNCHANGED


def _refuse_undecided(changes: Sequence[PlanRevisionChange]) -> None:
    waiting = sum(change.decision == "open" for change in changes)
    if waiting:
        raise NotReadyError((f"还有 {waiting} 处没有定，先选采用或不采用",))


def _lock_rows(changes: Sequence[PlanRevisionChange]) -> None:
    """Lock every row that will change, in the order in which everybody does."""
    lock(Task, Task.id.in_({change.task_id for change in changes} - {None}))
    lock(Indicator, Indicator.id.in_({change.indicator_id for change in changes} - {None}))


def _refuse_overtaken(
    changes: Sequence[PlanRevisionChange], now: Mapping[tuple[Sort, int], Line]
) -> None:
    """Refuse where a row no longer says what it said when the revision was held against it."""
    marks = [MARK.format(change.position) for change in changes if _is_overtaken(change, now)]
    if marks:
        raise StaleError(
            f"导入修订稿以后，计划又有改动（{'、'.join(marks)}），请重新比对后再应用。"
        )


def _is_overtaken(change: PlanRevisionChange, now: Mapping[tuple[Sort, int], Line]) -> bool:
    id_ = change.item_id or change.task_id or change.indicator_id
    if id_ is None:
        return False
    line = now.get((Sort(change.sort), id_))
    if line is None:
        return True
    said = {"text": line.text, "item": "／".join(line.path)}
    return any(
        said.get(field["name"], line.field(field["name"])) != field["old"]
        for field in change.fields
        if field["name"] != "bound"
    )


class _Work:
    """One application of a revision: headings first, then tasks, then indicators."""

    def __init__(
        self, plan: Plan, revision: PlanRevision, actor: Actor, staff: Staff, now: datetime
    ) -> None:
        self._plan, self._revision, self._staff = plan, revision, staff
        self._headings = Headings(plan)
        self._actor, self._now = actor, now
        self._calendar = working_calendar(plan.top_unit_id)
        self._holders = holders_on(plan.top_unit_id, now.date())
        self.touched: list[Touched] = []

    def apply(
        self, changes: Sequence[PlanRevisionChange], accepted: Sequence[PlanRevisionChange]
    ) -> None:
        """Do all that was accepted, then lay the rows out as the revised document has them."""
        for change in _of(accepted, Sort.ITEM):
            self._headings.revise(change)
        for change in _of(accepted, Sort.TASK):
            self._task(change)
        homes = {change.data["at"]: change.task_id for change in _read(changes, Sort.TASK)}
        for change in _of(accepted, Sort.INDICATOR):
            self._indicator(change, homes)
        db.session.flush()
        lay_out(self._plan, PlanItem, self._headings.places(_read(changes, Sort.ITEM)))
        lay_out(self._plan, Task, _ids(change.task_id for change in _read(changes, Sort.TASK)))
        indicators = _read(changes, Sort.INDICATOR)
        lay_out(self._plan, Indicator, _ids(change.indicator_id for change in indicators))

    def _task(self, change: PlanRevisionChange) -> None:
        task = db.session.get(Task, change.task_id) if change.task_id else None
        by, before = self._mandate(change), self._people(task)
        if task is None:
            item_id = self._headings.under(change.data["headings"])
            task = add_task(
                plan=self._plan,
                change=change,
                item_id=item_id,
                staff=self._staff,
                by=by,
            )
            change.task_id = task.id
        elif change.kind == ChangeKind.DROPPED:
            cancel_task(task=task, by=by)
        else:
            revise_task(
                task=task,
                change=change,
                item_id=self._item(change),
                staff=self._staff,
                by=by,
            )
        self._touch(change, task.text, before | self._people(task))

    def _indicator(self, change: PlanRevisionChange, homes: Mapping[int, int | None]) -> None:
        indicator = db.session.get(Indicator, change.indicator_id) if change.indicator_id else None
        by, before = self._mandate(change), self._people(indicator)
        if indicator is None:
            indicator = add_indicator(
                plan=self._plan,
                change=change,
                item_id=self._headings.under(change.data["headings"]),
                task_id=homes.get(change.data["target"]["task"]),
                by=by,
            )
            change.indicator_id = indicator.id
        elif change.kind == ChangeKind.DROPPED:
            cancel_indicator(indicator=indicator, by=by)
        else:
            revise_indicator(
                plan=self._plan,
                indicator=indicator,
                change=change,
                item_id=self._item(change),
                calendar=self._calendar,
                by=by,
            )
        self._touch(change, indicator.name, before | self._people(indicator))

    def _people(self, row: Task | Indicator | None) -> frozenset[int]:
        return frozenset(self._holders.owners(row)) if row is not None else frozenset()

    def _touch(self, change: PlanRevisionChange, name: str, people: frozenset[int]) -> None:
        names = [FIELD_WORDS[field["name"]] for field in change.fields]
        note = "、".join(names) if change.kind == ChangeKind.CHANGED else change.reason
        self.touched.append(Touched(ChangeKind(change.kind), name, note, people))

    def _item(self, change: PlanRevisionChange) -> int | None:
        """Return the heading that a row moves to; only one that moves may need a new one."""
        moves = any(field["name"] == "item" for field in change.fields)
        return self._headings.under(change.data["headings"]) if moves else None

    def _mandate(self, change: PlanRevisionChange) -> Mandate:
        said = f"修订稿《{self._revision.name}》"
        why = f"{said}：{change.reason}" if change.reason else said
        return Mandate(self._actor, self._now, why)


def _of(changes: Sequence[PlanRevisionChange], sort: Sort) -> list[PlanRevisionChange]:
    return [change for change in changes if change.sort == sort]


def _read(changes: Sequence[PlanRevisionChange], sort: Sort) -> list[PlanRevisionChange]:
    """Return what the revised document holds of a sort."""
    return [change for change in changes if change.sort == sort and "at" in change.data]


def _ids(found: Any) -> list[int]:
    return list(dict.fromkeys(id_ for id_ in found if id_ is not None))


def _record(
    plan: Plan,
    revision: PlanRevision,
    counts: Mapping[ChangeKind, int],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        plan.top_unit_id,
        "revise",
        now=now,
        person_id=actor.person_id,
        object_type="plan",
        object_id=plan.id,
        detail={"name": revision.name, "revised": revision.id}
        | {kind.value: count for kind, count in counts.items()},
    )

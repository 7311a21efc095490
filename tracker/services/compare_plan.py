"""What a reading changes of an issued plan: worked out, and stored row by row for the office to decide (修订对照)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import insert, select

from tracker.domain.plan_diff import ChangeKind, Difference, Old, OldRows, PlanDiff, diff_plan
from tracker.domain.plan_lines import Line, Lines, Sort
from tracker.domain.plan_text import PlanReading
from tracker.domain.tasks import DONE_STATES
from tracker.domain.unit_names import match_unit
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange, Task
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.plan_so_far import NOTHING_READ, Readings, named_lines, plan_so_far
from tracker.services.revision_data import data_of

OVER = "任务已办结，留在计划里。"
_COLUMNS = {Sort.ITEM: "item_id", Sort.TASK: "task_id", Sort.INDICATOR: "indicator_id"}
#: Kinds of a heading that are stored: new ones come with their rows, old ones stay for theirs.
_STORED_HEADINGS = frozenset({ChangeKind.CHANGED, ChangeKind.MOVED, ChangeKind.UNCHANGED})
DUTY_NAMES = ("lead_unit_id", "owner_post_id", "reporter_post_id", "leader_post_id")


def diff_of(
    plan: Plan, reading: PlanReading, today: date, known: Readings = NOTHING_READ
) -> tuple[PlanDiff, OldRows, Lines]:
    """Return what a reading changes of the plan, and both sides of the comparison. Nothing is stored."""
    staff = staff_of(plan.top_unit_id, today)
    old = plan_so_far(plan, staff, known)
    new = named_lines(reading, plan.year, staff)
    return diff_plan(old, new), old, new


def compare(
    plan: Plan,
    revision: PlanRevision,
    reading: PlanReading,
    today: date,
    known: Readings = NOTHING_READ,
) -> list[PlanRevisionChange]:
    """Return what the reading changes of the plan, row by row, not stored yet."""
    diff, old, new = diff_of(plan, reading, today, known)
    maker = _Maker(plan, revision, reading, diff, new, staff_of(plan.top_unit_id, today))
    said = {
        (sort, id_): (row, now) for sort in Sort for row in old.of(sort) for id_, now in row.rows
    }
    return [
        maker.change(position, row, said.get((row.sort, row.id)) if row.id else None)
        for position, row in enumerate(_decidable(diff.rows), start=1)
    ]


def store(changes: Iterable[PlanRevisionChange]) -> None:
    """Add what was compared, in a few statements: one for each row would hold SQLite's writer for long."""
    filled = [
        {name: value for name, value in vars(change).items() if not name.startswith("_")}
        for change in changes
    ]
    filled.sort(key=lambda row: sorted(name for name in row if row[name] is not None))
    if filled:
        db.session.execute(insert(PlanRevisionChange), filled)


def counts_of(diff: PlanDiff) -> dict[ChangeKind, int]:
    """Return how many rows of each kind there are, of those that the office decides on or that stay."""
    found = Counter(row.kind for row in _decidable(diff.rows))
    return {kind: found[kind] for kind in ChangeKind}


def _decidable(rows: Iterable[Difference]) -> list[Difference]:
    return [row for row in rows if row.sort is not Sort.ITEM or row.kind in _STORED_HEADINGS]


class _Maker:
    """Makes the stored changes of one revision."""

    def __init__(
        self,
        plan: Plan,
        revision: PlanRevision,
        reading: PlanReading,
        diff: PlanDiff,
        new: Lines,
        staff: Staff,
    ) -> None:
        self._plan, self._revision, self._reading = plan, revision, reading
        self._diff, self._new, self._staff = diff, new, staff
        self._names = {unit.id: unit.name for unit in staff.units.values()}
        self._done = set(
            db.session.scalars(
                select(Task.id).where(Task.plan_id == plan.id, Task.state.in_(DONE_STATES))
            )
        )
        self._homes = self._duties_by_task()

    def change(
        self, position: int, row: Difference, old: tuple[Old, Line] | None
    ) -> PlanRevisionChange:
        """Return one difference as it is stored."""
        line = self._new.of(row.sort)[row.at] if row.at is not None else None
        change = PlanRevisionChange(
            top_unit_id=self._plan.top_unit_id,
            revision_id=self._revision.id,
            position=position,
            sort=row.sort.value,
            kind=row.kind.value,
            heading="／".join(_path(row, line, old)),
            words=_words(row.sort, old),
            fields=[{"name": one.name, "old": one.old, "new": one.new} for one in row.fields],
            decision="accepted" if row.kind is ChangeKind.UNCHANGED else "open",
        )
        setattr(change, _COLUMNS[row.sort], row.id)
        if row.at is not None and line is not None:
            self._place(change, row, row.at, line)
        if row.sort is Sort.TASK and row.id in self._done and row.kind is not ChangeKind.UNCHANGED:
            change.decision, change.reason = "declined", OVER
        return change

    def _place(self, change: PlanRevisionChange, row: Difference, at: int, line: Line) -> None:
        change.quote = line.quote or line.text
        if line.span is not None:
            change.start, change.end = line.span.start, line.span.end
        if row.kind is ChangeKind.UNCHANGED:
            change.data = {"at": at}
            return
        change.data = data_of(row.sort, at, line, self._reading, self._diff)
        if row.sort is Sort.TASK:
            self._propose_task(change, row, line)
        elif row.sort is Sort.INDICATOR and row.kind is ChangeKind.ADDED:
            self._propose_indicator(change, at)

    def _propose_task(self, change: PlanRevisionChange, row: Difference, line: Line) -> None:
        """Propose whose a task is to be, from the unit that the document names."""
        if row.kind is ChangeKind.ADDED:
            due = line.field("due")
            change.due_on = date.fromisoformat(due) if due else date(self._plan.year, 12, 31)
        named = {one.name: one.new for one in row.fields}
        if row.kind is ChangeKind.ADDED or "lead" in named:
            self._give(change, match_unit(line.field("lead").split("、")[0], self._names))

    def _propose_indicator(self, change: PlanRevisionChange, at: int) -> None:
        """Propose the duties of the task that a new target stands in."""
        task = self._reading.targets[at].task
        duties = self._homes.get(task) if task is not None else None
        if duties is not None:
            for name, value in duties.items():
                setattr(change, name, value)

    def _give(self, change: PlanRevisionChange, unit_id: int | None) -> None:
        for name, value in duties_of(unit_id, self._staff).items():
            setattr(change, name, value)

    def _duties_by_task(self) -> dict[int, dict[str, int | None]]:
        """Return who has each task of the new document: as now, or as its words propose."""
        tasks = {
            task.id: task
            for task in db.session.scalars(select(Task).where(Task.plan_id == self._plan.id))
        }
        found: dict[int, dict[str, int | None]] = {}
        for row in self._diff.rows:
            if row.sort is not Sort.TASK or row.at is None:
                continue
            if row.id is not None:
                task = tasks[row.id]
                found[row.at] = {name: getattr(task, name) for name in DUTY_NAMES}
            else:
                words = self._new.tasks[row.at].field("lead").split("、")[0]
                found[row.at] = duties_of(match_unit(words, self._names), self._staff)
        return found


def duties_of(unit_id: int | None, staff: Staff) -> dict[str, int | None]:
    """Return whose a unit's rows are, by column."""
    if unit_id is None:
        return dict.fromkeys(DUTY_NAMES)
    duties = staff.duties_of(unit_id)
    values = (unit_id, duties.owner, duties.reporter, duties.leader)
    return dict(zip(DUTY_NAMES, values, strict=True))


def _path(row: Difference, line: Line | None, old: tuple[Old, Line] | None) -> tuple[str, ...]:
    if old is not None:
        return old[1].path
    return line.path if line is not None else ()


def _words(sort: Sort, old: tuple[Old, Line] | None) -> str:
    """Return the row's words so far: an indicator's as its document had them."""
    if old is None:
        return ""
    said, now = old[0].said, old[1]
    return (now.quote or said.quote or now.text) if sort is Sort.INDICATOR else now.text

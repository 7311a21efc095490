"""Use case: a document becomes a draft plan. All of it or nothing; the same document again adds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.documents.readers import read_document
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text import PlanReading, PlanTask, Problem, Result, Target, read_plan
from tracker.domain.plan_text.deadlines import last_deadline
from tracker.domain.target_shape import quarter_amounts, quarter_shares, shape_of
from tracker.domain.unit_names import match_units
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanDocument, PlanItem, PlanResult, Task, TaskUnit, Unit
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.audit import record

PASTED = "粘贴的文字.txt"
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Upload:
    """A document as it came, and what was understood of it."""

    name: str
    content: bytes
    text: str
    reading: PlanReading
    problems: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """What tells one document from another."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """The draft, and whether it is new (`added`) or was there already."""

    plan: Plan
    added: bool


def read_upload(
    *,
    name: str,
    content: bytes,
    limit_bytes: int,
    on_step: Callable[[int], None] = lambda _step: None,
) -> Upload:
    """Read a file; `on_step` hears of the first step (the file) and the second (what it says) as they begin.

    Raises DocumentError with one sentence when that cannot be done.
    """
    on_step(1)
    document = read_document(name, content, limit_bytes)
    on_step(2)
    text = document.text.replace("\0", "\ufffd")  # a database's text holds no NUL
    reading = read_plan(text)
    found: tuple[Problem, ...] = (*document.problems, *reading.problems)
    problems = tuple(dict.fromkeys(" ".join(problem.message.split()) for problem in found))
    return Upload(PurePath(name.replace("\\", "/")).name[-255:], content, text, reading, problems)


def import_plan(
    *, unit: Unit, upload: Upload, year: int | None, person_id: int | None, now: datetime
) -> Imported:
    """Make a draft plan of a document for a unit and year (the document's own where none is given).

    Raises DocumentError when neither says the year.
    """
    year = year or upload.reading.plan_year
    if year is None:
        raise DocumentError("文中没有读出是哪一年的计划，请填写年度。")
    if year not in YEARS:
        raise DocumentError(f"年度 {year} 不对，请填 2000 到 2099 之间的年份。")
    there = _existing(unit, year, upload)
    if there is not None:
        return Imported(there, added=False)
    try:
        with db.session.begin_nested():
            plan = _add_plan(unit, upload, year, person_id, now)
    except IntegrityError:  # somebody sent the same document in this very moment
        there = _existing(unit, year, upload)
        if there is None:
            raise
        return Imported(there, added=False)
    _add_rows(plan, upload.reading, staff_of(plan.top_unit_id, now.date()))
    detail = {"name": upload.name, "sha256": upload.sha256, "unit": unit.name, "year": year}
    record(
        plan.top_unit_id,
        "import",
        now=now,
        person_id=person_id,
        object_type="plan",
        object_id=plan.id,
        detail=detail,
    )
    return Imported(plan, added=True)


def _existing(unit: Unit, year: int, upload: Upload) -> Plan | None:
    return db.session.scalar(
        select(Plan).where(Plan.unit_id == unit.id, Plan.year == year, Plan.sha256 == upload.sha256)
    )


def _add_plan(unit: Unit, upload: Upload, year: int, person_id: int | None, now: datetime) -> Plan:
    title = upload.reading.title.strip() or _title_from(upload, year)
    top = unit.top_unit_id or unit.id
    plan = Plan(
        top_unit_id=top,
        unit_id=unit.id,
        year=year,
        title=title[:200],
        state="draft",
        sha256=upload.sha256,
        imported_at=now,
        imported_by_id=person_id,
    )
    db.session.add(plan)
    db.session.flush()
    db.session.add(
        PlanDocument(
            top_unit_id=top,
            plan_id=plan.id,
            name=upload.name,
            content=upload.content,
            text=upload.text,
            problems="\n".join(upload.problems),
        )
    )
    db.session.flush()
    return plan


def _title_from(upload: Upload, year: int) -> str:
    stem = PurePath(upload.name).stem
    return f"{year}年工作计划" if upload.name == PASTED else stem


def _add_rows(plan: Plan, reading: PlanReading, staff: Staff) -> None:
    items = _add_items(plan, reading)
    tasks = _add_tasks(plan, reading, items, staff)
    for position, target in enumerate(reading.targets, start=1):
        db.session.add(_indicator(plan, target, position, items, tasks))
    db.session.add_all(_result(plan, result) for result in reading.results)
    db.session.flush()


def _add_items(plan: Plan, reading: PlanReading) -> list[PlanItem]:
    rows: list[PlanItem] = []
    for position, item in enumerate(reading.items, start=1):
        row = PlanItem(
            top_unit_id=plan.top_unit_id,
            plan_id=plan.id,
            position=position,
            level=item.level,
            number=item.number[:20],
            title=item.title[:500],
            start=item.span.start,
            end=item.span.end,
        )
        rows.append(row)
    db.session.add_all(rows)
    db.session.flush()
    for row, item in zip(rows, reading.items, strict=True):
        row.parent_id = rows[item.parent].id if item.parent is not None else None
    return rows


def _add_tasks(plan: Plan, reading: PlanReading, items: list[PlanItem], staff: Staff) -> list[Task]:
    names = {unit.id: unit.name for unit in staff.units.values()}
    rows: list[Task] = []
    units: list[list[TaskUnit]] = []
    for position, found in enumerate(reading.tasks, start=1):
        due_on = _due_on(plan, reading, found)
        row = _task(plan, found, due_on, position, items)
        leads, support = match_units(found.lead, names), match_units(found.support, names)
        if leads and match_units(found.lead[:1], names) == leads[:1]:  # the first-named is the lead
            row.lead_unit_id = leads[0]
            duties = staff.duties_of(leads[0])
            row.owner_post_id, row.reporter_post_id = duties.owner, duties.reporter
            row.leader_post_id = duties.leader
        rows.append(row)
        units.append(_task_units(plan, row.lead_unit_id, leads, support))
    db.session.add_all(rows)
    db.session.flush()
    for row, parts in zip(rows, units, strict=True):
        for part in parts:
            part.task_id = row.id
            db.session.add(part)
    return rows


def _task_units(
    plan: Plan, lead: int | None, leads: Iterable[int], support: Iterable[int]
) -> list[TaskUnit]:
    parts = dict.fromkeys(support, "supporting") | dict.fromkeys(leads, "responsible")
    parts.pop(lead or 0, None)
    return [
        TaskUnit(top_unit_id=plan.top_unit_id, unit_id=unit_id, part=part)
        for unit_id, part in parts.items()
    ]


def _due_on(plan: Plan, reading: PlanReading, found: PlanTask) -> date | None:
    """Return the day that the words mean, in the plan's year where that was corrected."""
    if not found.due_text or plan.year == reading.plan_year:
        return found.due_on
    deadline = last_deadline(found.due_text, plan.year)
    return deadline.on if deadline is not None and deadline.on is not None else found.due_on


def _task(
    plan: Plan, found: PlanTask, due_on: date | None, position: int, items: list[PlanItem]
) -> Task:
    return Task(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=items[found.item].id if found.item is not None else None,
        position=position,
        text=found.text,
        start=found.span.start,
        end=found.span.end,
        lead_words="、".join(found.lead)[:200],
        support_words="、".join(found.support)[:500],
        start_on=date(plan.year, 1, 1),
        due_on=due_on or date(plan.year, 12, 31),
        due_inferred=due_on is None or found.due_inferred,
    )


def _indicator(
    plan: Plan, target: Target, position: int, items: list[PlanItem], tasks: list[Task]
) -> Indicator:
    shape = shape_of(target)
    task = tasks[target.task] if target.task is not None else None
    shares = quarter_shares(target.quarters)
    quarters = quarter_amounts(shares, shape.target, shape.places)
    return Indicator(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        item_id=items[target.item].id if target.item is not None else None,
        task_id=task.id if task is not None else None,
        position=position,
        name=target.name[:200],
        quote=target.quote,
        start=target.span.start,
        end=target.span.end,
        measure=target.measure.value,
        kind=shape.kind.value,
        polarity=shape.polarity.value,
        unit=shape.unit[:20],
        places=shape.places,
        target=shape.target,
        rate=shape.rate,
        base=(target.base or "")[:60],
        phasing="quarters" if quarters else "even",
        quarters=quarters,
        quarter_shares=shares,
        lead_unit_id=task.lead_unit_id if task is not None else None,
        owner_post_id=task.owner_post_id if task is not None else None,
        reporter_post_id=task.reporter_post_id if task is not None else None,
        leader_post_id=task.leader_post_id if task is not None else None,
    )


def _result(plan: Plan, result: Result) -> PlanResult:
    return PlanResult(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        name=result.name[:200],
        measure=result.measure.value,
        value=result.value[:60] if result.value else None,
        unit=result.unit[:20],
        bound=result.bound.value,
        quote=result.quote,
        start=result.span.start,
        end=result.span.end,
    )

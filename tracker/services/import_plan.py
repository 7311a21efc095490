"""Use case: a document becomes a draft plan. All of it or nothing; the same document again adds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.documents.readers import read_document
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text import PlanReading, Problem, read_plan
from tracker.extensions import db
from tracker.models import Plan, PlanDocument, Unit
from tracker.queries.units_and_posts import staff_of
from tracker.services.audit import record
from tracker.services.write_draft import write_draft

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
    write_draft(plan, upload.reading, staff_of(plan.top_unit_id, now.date()))
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

"""What does a draft hold, and where was it read: the document with its marks, the rows, the last step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.domain.marked_text import Mark, MarkedText
from tracker.domain.plan_text import Span
from tracker.extensions import db
from tracker.models import DraftStep, Person, Plan, PlanDocument, PlanItem, Unit
from tracker.queries.draft_lines import DraftLine, draft_lines
from tracker.queries.review_rows import Dropped, ReviewRow, dropped_rows, dropped_total

#: So many rows of each kind that are left out are named.
MOST_DROPPED = 100


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """A heading of the plan and the rows under it; None where they stand under no heading."""

    id: int | None
    title: str
    rows: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The step that would be taken back."""

    id: int
    label: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """What the review of a draft is made of; its pages read their rows and their part of the text from it."""

    plan_id: int
    document_name: str
    unit_name: str
    imported_by: str
    problems: tuple[str, ...]
    text: MarkedText
    items: tuple[tuple[int, str], ...]
    rows: tuple[DraftLine, ...]
    dropped: tuple[Dropped, ...]
    dropped_total: int
    step: Step | None

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(row.is_task for row in self.rows)

    @property
    def targets(self) -> int:
        """How many targets there are."""
        return len(self.rows) - self.tasks

    @property
    def gaps(self) -> int:
        """How many targets have no figure."""
        return sum(row.gap for row in self.rows)

    @property
    def unassigned(self) -> int:
        """How many rows nobody has yet; a target inside a task goes with that."""
        return sum(row.unassigned for row in self.rows)

    @property
    def unchecked(self) -> int:
        """How many rows nobody has looked at."""
        return sum(not row.checked for row in self.rows)

    @property
    def undated(self) -> int:
        """How many tasks have no deadline."""
        return sum(row.undated for row in self.rows)

    def grouped(self, rows: Iterable[ReviewRow]) -> list[ItemGroup]:
        """Return rows under their headings, in the document's order."""
        chosen = list(rows)
        titles = [(None, "未归入条目"), *self.items]
        groups = [
            ItemGroup(item_id, title, tuple(row for row in chosen if row.item_id == item_id))
            for item_id, title in titles
        ]
        return [group for group in groups if group.rows]


def plan_review(plan: Plan) -> Review:
    """Return a draft for its review. Eight queries, whatever its size."""
    document = _document(plan)
    items = _items(plan)
    rows = draft_lines(plan)
    headings = [Span(item.start, item.end) for item in items if item.start is not None]
    return Review(
        plan_id=plan.id,
        document_name=document.name,
        unit_name=document.unit,
        imported_by=document.importer or "",
        problems=tuple(line for line in document.problems.split("\n") if line),
        text=MarkedText(document.text, _marks(rows), headings),
        items=tuple((item.id, f"{item.number}{item.title}") for item in items),
        rows=rows,
        dropped=dropped_rows(plan, MOST_DROPPED),
        dropped_total=dropped_total(plan),
        step=_last_step(plan),
    )


def _document(plan: Plan) -> Any:
    return db.session.execute(
        select(
            PlanDocument.name,
            PlanDocument.text,
            PlanDocument.problems,
            Unit.name.label("unit"),
            Person.name.label("importer"),
        )
        .select_from(Plan)
        .join(PlanDocument, PlanDocument.plan_id == Plan.id)
        .join(Unit, Unit.id == Plan.unit_id)
        .outerjoin(Person, Person.id == Plan.imported_by_id)
        .where(Plan.id == plan.id)
    ).one()


def _items(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(PlanItem.id, PlanItem.number, PlanItem.title, PlanItem.start, PlanItem.end)
        .where(PlanItem.plan_id == plan.id)
        .order_by(PlanItem.position)
    ).all()


def _marks(rows: Iterable[DraftLine]) -> Iterator[Mark]:
    return (
        Mark(
            key=row.key,
            label=row.mark,
            kind="" if row.is_task else "gap" if row.gap else "goal",
            start=row.start,
            end=row.end,
            outer=row.is_task,
        )
        for row in rows
        if row.start is not None and row.end is not None
    )


def _last_step(plan: Plan) -> Step | None:
    row = db.session.execute(
        select(DraftStep.id, DraftStep.label, func.coalesce(Person.name, ""), DraftStep.at)
        .outerjoin(Person, Person.id == DraftStep.person_id)
        .where(DraftStep.plan_id == plan.id)
        .order_by(DraftStep.id.desc())
        .limit(1)
    ).one_or_none()
    return Step(*row) if row is not None else None

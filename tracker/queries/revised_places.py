"""Where do revised documents have a task: its sentence there, beside that of the document it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from tracker.domain.plan_diff import ChangeKind
from tracker.extensions import db
from tracker.models import PlanRevision, PlanRevisionChange

#: Kinds whose new words became the task's.
TAKEN = (ChangeKind.CHANGED.value, ChangeKind.MOVED.value, ChangeKind.ADDED.value)
#: Characters that are read on either side of a sentence: a paragraph, not a document of megabytes.
AROUND = 2000


@dataclass(frozen=True, slots=True)
class RevisedPlace:
    """A stretch of a revised document, and where in it the sentence stands."""

    revision_id: int
    name: str
    applied_at: datetime
    text: str
    start: int
    end: int


def revised_places(task_id: int) -> list[RevisedPlace]:
    """Return where accepted revisions have a task, oldest first. One query."""
    change = PlanRevisionChange
    begin = case((change.start > AROUND, change.start - AROUND), else_=0)
    rows = db.session.execute(
        select(
            PlanRevision.id,
            PlanRevision.name,
            PlanRevision.settled_at,
            func.substr(PlanRevision.text, begin + 1, change.end - begin + AROUND),
            change.start - begin,
            change.end - begin,
        )
        .join(PlanRevision, PlanRevision.id == change.revision_id)
        .where(
            change.task_id == task_id,
            change.decision == "accepted",
            change.kind.in_(TAKEN),
            change.start.is_not(None),
            PlanRevision.state == "accepted",
        )
        .order_by(PlanRevision.settled_at, PlanRevision.id)
    )
    return [RevisedPlace(*row) for row in rows]

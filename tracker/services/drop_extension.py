"""Use case: settle a request for more time: decided, taken back, or pointless once nobody works on the task."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from tracker.domain.extensions import ExtensionState
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import ExtensionRequest, OutboxMessage, Task
from tracker.permissions import Actor
from tracker.services.announce_extension import EXTENSION


def settle(
    request: ExtensionRequest, state: ExtensionState, answer: str, actor: Actor, now: datetime
) -> None:
    """Write down how a request ended."""
    request.state, request.answer = state.value, answer
    request.decided_at, request.decided_by_id = now, actor.person_id
    db.session.flush()
    db.session.execute(  # nobody is asked any more
        update(OutboxMessage)
        .where(
            OutboxMessage.top_unit_id == request.top_unit_id,
            OutboxMessage.kind == EXTENSION,
            OutboxMessage.period == str(request.id),
            OutboxMessage.state == "queued",
        )
        .values(state="dropped", next_at=None, error="申请已有结果，未发。")
    )


def drop_extension(
    *, task: Task, target: TaskState, actor: Actor, now: datetime
) -> ExtensionRequest | None:
    """Take back the request that waits, where a step takes the task out of work; return it."""
    if target.is_open:
        return None
    waiting = select(ExtensionRequest).where(
        ExtensionRequest.task_id == task.id, ExtensionRequest.state == ExtensionState.ASKED.value
    )
    request = db.session.scalar(waiting)
    if request is not None:
        settle(request, ExtensionState.WITHDRAWN, f"任务{target.word}，申请作罢", actor, now)
    return request

"""Use cases of an extension (延期): the unit asks before the due day, the leader decides; the first day stays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.errors import NotAllowedError, NotFoundError, NotReadyError, StaleError
from tracker.domain.extensions import (
    LONGEST,
    ExtensionState,
    Timing,
    Wish,
    check_approval,
    check_wish,
)
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import ExtensionRequest, Plan, Task
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_report
from tracker.queries.extensions import deciders_of
from tracker.queries.locks import lock
from tracker.services import audit
from tracker.services.announce_extension import tell_asker, tell_deciders
from tracker.services.change_task import check_version, note
from tracker.services.drop_extension import settle
from tracker.services.plan_milestones import follow_due


def ask_extension(
    *,
    task: Task,
    actor: Actor,
    wish: Wish,
    version: int,
    settings: MailSettings,
    now: datetime,
) -> ExtensionRequest:
    """Ask for a later due day, and write to whoever decides.

    Raises NotAllowedError, StaleError, TransitionError where it is too late or one waits already, NotReadyError.
    """
    if not may_report(actor, task):
        raise NotAllowedError("延期由牵头单位的责任人或联络员申请。")
    check_version(task, version)
    wanted = check_wish(
        timing_of(task), wish, pending=pending_of(task.id) is not None, now=now, zone=settings.zone
    )
    request = ExtensionRequest(
        top_unit_id=task.top_unit_id,
        task_id=task.id,
        was_due_on=task.due_on,
        due_on=wanted,
        progress=task.progress,
        done=wish.done.strip(),
        why=wish.why.strip(),
        asked_at=now,
        asked_by_id=actor.person_id,
    )
    db.session.add(request)
    db.session.flush()
    note(task, "extension", "", _code(ExtensionState.ASKED, wanted), actor, now, why=request.why)
    _record(actor, "ask_extension", request, now, why=request.why)
    tell_deciders(
        task=task,
        request=request,
        asker=actor.name,
        people=deciders_of(task, actor.person_id, now.date()) - {actor.person_id},
        settings=settings,
        now=now,
    )
    return request


def decide_extension(
    *,
    task: Task,
    request_id: int,
    actor: Actor,
    approve: bool,
    answer: str,
    version: int,
    settings: MailSettings,
    now: datetime,
) -> ExtensionRequest:
    """Approve a request, which moves the due day, or refuse it; `answer` is what the decider says of it.

    Raises NotFoundError, StaleError where it is decided already, NotAllowedError, TransitionError, NotReadyError.
    """
    request = _open_request(task, request_id, version)
    if actor.person_id not in deciders_of(task, request.asked_by_id, now.date()):
        raise NotAllowedError(
            "延期由分管领导批复（没有分管领导的由督查办），自己申请的不能自己批。"
        )
    words = answer.strip()
    if not words:
        raise NotReadyError(("批复要写明意见。",))
    if len(words) > LONGEST:
        raise NotReadyError((f"意见不能超过 {LONGEST} 字，现有 {len(words)} 字。",))
    if approve:
        check_approval(timing_of(task), request.due_on, now, settings.zone)
    state = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
    settle(request, state, words, actor, now)
    note(task, "extension", "asked", _code(state, request.due_on), actor, now, why=words)
    if approve:
        _move(task, request.due_on, actor, now)
    _record(actor, "decide_extension", request, now, approved=approve, answer=words)
    tell_asker(task=task, request=request, decider=actor.name, settings=settings, now=now)
    return request


def withdraw_extension(
    *, task: Task, request_id: int, actor: Actor, version: int, now: datetime
) -> ExtensionRequest:
    """Take a request back that nobody has decided. Raises NotAllowedError, NotFoundError, StaleError."""
    if not may_report(actor, task):
        raise NotAllowedError("延期申请由牵头单位撤回。")
    request = _open_request(task, request_id, version)
    settle(request, ExtensionState.WITHDRAWN, "", actor, now)
    code = _code(ExtensionState.WITHDRAWN, request.due_on)
    note(task, "extension", "asked", code, actor, now)
    _record(actor, "withdraw_extension", request, now)
    return request


def timing_of(task: Task) -> Timing:
    """Return what decides whether more time may be asked for. One query."""
    year = db.session.scalars(select(Plan.year).where(Plan.id == task.plan_id)).one()
    return Timing(TaskState(task.state), task.due_on, date(year, 12, 31))


def pending_of(task_id: int) -> ExtensionRequest | None:
    """Return the request that waits for a decision."""
    return db.session.scalar(
        select(ExtensionRequest).where(
            ExtensionRequest.task_id == task_id,
            ExtensionRequest.state == ExtensionState.ASKED.value,
        )
    )


def _open_request(task: Task, request_id: int, version: int) -> ExtensionRequest:
    lock(Task, Task.id == task.id)
    request = db.session.scalar(
        select(ExtensionRequest)
        .where(ExtensionRequest.id == request_id, ExtensionRequest.task_id == task.id)
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFoundError("没有这项延期申请。")
    if request.version != version or request.state != ExtensionState.ASKED:
        word = ExtensionState(request.state).word
        raise StaleError(f"没有保存：这项延期申请已有变动（{word}），请看页面上的结果。")
    return request


def _move(task: Task, due: date, actor: Actor, now: datetime) -> None:
    """Move the due day; the first one stays, and the last milestone goes along."""
    before = task.due_on
    note(
        task,
        "due",
        before.isoformat() if before else "",
        due.isoformat(),
        actor,
        now,
        why="延期获批",
    )
    task.due_on, task.due_inferred = due, False
    follow_due(task, before, due, actor, now)
    db.session.flush()


def _code(state: ExtensionState, due: date) -> str:
    """Write a request's state and day as the history keeps them: approved 2024-07-15."""
    return f"{state.value} {due.isoformat()}"


def _record(
    actor: Actor, action: str, request: ExtensionRequest, now: datetime, **more: str | bool
) -> None:
    audit.record(
        actor.top_unit_id,
        action,
        now=now,
        person_id=actor.person_id,
        object_type="task",
        object_id=request.task_id,
        detail={
            "from": request.was_due_on.isoformat(),
            "to": request.due_on.isoformat(),
            **more,
        },
    )

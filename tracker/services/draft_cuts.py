"""Use case: cut one task of a draft into several, and make several into one (拆分、合并)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from tracker.domain.errors import NotReadyError, TrackerError
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanDocument, Task, TaskUnit
from tracker.services.draft_rows import Row, draft_rows, key_of, make_room, require_draft
from tracker.services.undo_draft import begin_step, note_added

CUTS = "｜|"
_CUT = re.compile(r"[｜|]")
_EDGES = "，,；;。、 \t\r\n　"
_BLANK = re.compile(r"\s+")


def split_task(
    *, plan: Plan, task: Task, at: int, person_id: int | None, now: datetime
) -> list[Task]:
    """Cut a task `at` characters into its stretch of the document; return both parts.

    Raises TrackerError where nothing would be left on one side, or the text is not the document's any more.
    """
    require_draft(plan)
    shown = _document_words(plan, task)
    if shown is None or _squeeze(shown) != _squeeze(task.text):
        raise TrackerError("这一项的文字已改过，请在它的修改页用“｜”标出断开处。")
    left, right = shown[:at].strip(_EDGES), shown[at:].strip(_EDGES)
    if not left or not right:
        raise TrackerError("断开处要在句子中间，两边都要有字。")
    inside = _inside(task)
    step = begin_step(
        plan=plan, label="拆分任务", person_id=person_id, now=now, rows=[task, *inside]
    )
    pieces = cut_at_marks(plan, task, f"{left}{CUTS[0]}{right}")
    note_added(step, pieces)
    db.session.flush()
    return [task, *pieces]


def task_under(plan: Plan, key: str, at: int) -> tuple[str, int]:
    """Return the task that a place lies in, and how far into it: itself, or for a target the task around it."""
    row = next(iter(draft_rows(plan, [key])), None)
    if not isinstance(row, Indicator) or row.task_id is None or row.start is None:
        return key, at
    around = db.session.get(Task, row.task_id)
    if around is None or around.start is None:
        return key, at
    return key_of(around), at + row.start - around.start


def cut_at_marks(plan: Plan, task: Task, text: str) -> list[Task]:
    """Give the task the text before the first ｜ and make a task of each stretch after; return the new ones.

    They take over the task's duties, deadline and supporting units, and the targets that stand in their stretch.
    """
    stretches = [part for part in (raw.strip(_EDGES) for raw in _CUT.split(text)) if part]
    if len(stretches) < 2:
        task.text = (stretches or [text])[0] if _CUT.search(text) else text.strip()
        return []
    places = _places(plan, task, stretches)
    task.text = stretches[0]
    make_room(task, len(stretches) - 1)
    pieces = [
        _piece(task, words, number, place)
        for number, (words, place) in enumerate(
            zip(stretches[1:], places[1:], strict=True), start=1
        )
    ]
    task.start, task.end = places[0]
    db.session.add_all(pieces)
    db.session.flush()
    _share_supports(task, pieces)
    _hand_over(_inside(task), pieces)
    return pieces


def merge_tasks(*, plan: Plan, rows: Sequence[Row], person_id: int | None, now: datetime) -> Task:
    """Make one task of several: the first takes over their words, their targets and what it lacks itself."""
    require_draft(plan)
    tasks = [row for row in rows if isinstance(row, Task)]
    if len(tasks) < 2 or len(tasks) != len(rows):
        raise NotReadyError(
            ("合并要选两项以上的任务，或一个数额目标和它的增幅；任务和目标不能合在一起",)
        )
    first, others = tasks[0], tasks[1:]
    inside = [indicator for task in tasks for indicator in _inside(task)]
    begin_step(
        plan=plan,
        label=f"合并 {len(tasks)} 项任务",
        person_id=person_id,
        now=now,
        rows=[*tasks, *inside],
    )
    first.start, first.end = _span_of(plan, tasks)
    first.text = "；".join(task.text.strip(_EDGES) for task in tasks)
    first.checked = False
    for other in others:
        for name in ("lead_unit_id", "owner_post_id", "reporter_post_id", "leader_post_id"):
            if getattr(first, name) is None:
                setattr(first, name, getattr(other, name))
        other.state = "cancelled"
    for indicator in inside:
        indicator.task_id = first.id
    db.session.flush()
    return first


def _piece(task: Task, words: str, number: int, place: tuple[int | None, int | None]) -> Task:
    return Task(
        top_unit_id=task.top_unit_id,
        plan_id=task.plan_id,
        item_id=task.item_id,
        position=task.position + number,
        text=words,
        start=place[0],
        end=place[1],
        lead_unit_id=task.lead_unit_id,
        owner_post_id=task.owner_post_id,
        reporter_post_id=task.reporter_post_id,
        leader_post_id=task.leader_post_id,
        lead_words=task.lead_words,
        support_words=task.support_words,
        start_on=task.start_on,
        due_on=task.due_on,
        due_inferred=task.due_inferred,
    )


def _places(plan: Plan, task: Task, stretches: list[str]) -> list[tuple[int | None, int | None]]:
    """Return where each stretch stands in the document; the first keeps the whole place where one is not found."""
    shown = _document_words(plan, task)
    found: list[tuple[int | None, int | None]] = []
    at = 0
    for words in stretches:
        pattern = r"\s*".join(re.escape(letter) for letter in _squeeze(words))
        match = re.compile(pattern).search(shown or "", at)
        if shown is None or task.start is None or match is None:
            return [(task.start, task.end), *[(None, None)] * (len(stretches) - 1)]
        found.append((task.start + match.start(), task.start + match.end()))
        at = match.end()
    return found


def _document_words(plan: Plan, task: Task) -> str | None:
    if task.start is None or task.end is None:
        return None
    text = db.session.scalar(select(PlanDocument.text).where(PlanDocument.plan_id == plan.id))
    return text[task.start : task.end] if text is not None else None


def _squeeze(text: str) -> str:
    return _BLANK.sub("", text)


def _inside(task: Task) -> list[Indicator]:
    rows = db.session.scalars(select(Indicator).where(Indicator.task_id == task.id))
    return [row for row in rows if row.state == "draft"]


def _hand_over(inside: list[Indicator], pieces: list[Task]) -> None:
    for indicator in inside:
        for piece in pieces:
            if piece.start is None or piece.end is None or indicator.start is None:
                continue
            if piece.start <= indicator.start < piece.end:
                indicator.task_id = piece.id


def _share_supports(task: Task, pieces: list[Task]) -> None:
    rows = db.session.execute(
        select(TaskUnit.unit_id, TaskUnit.part).where(TaskUnit.task_id == task.id)
    ).all()
    for piece in pieces:
        for unit_id, part in rows:
            db.session.add(
                TaskUnit(top_unit_id=task.top_unit_id, task_id=piece.id, unit_id=unit_id, part=part)
            )


def _span_of(plan: Plan, tasks: list[Task]) -> tuple[int | None, int | None]:
    """Return the stretch from the first to the last, if no task that stays stands between them."""
    spans = [(task.start, task.end) for task in tasks if task.start is not None]
    starts = [start for start, end in spans if start is not None and end is not None]
    ends = [end for start, end in spans if start is not None and end is not None]
    if len(starts) < len(tasks):
        return tasks[0].start, tasks[0].end
    between = db.session.scalar(
        select(Task.id)
        .where(
            Task.plan_id == plan.id,
            Task.state == "draft",
            Task.id.not_in([task.id for task in tasks]),
            Task.start < max(ends),
            Task.end > min(starts),
        )
        .limit(1)
    )
    if between is not None:
        return tasks[0].start, tasks[0].end
    return min(starts), max(ends)

"""The register as a file, and the note of who took it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.documents.ledger import Column, ledger_csv, ledger_xlsx
from tracker.domain.tasks import TaskState
from tracker.permissions import Actor
from tracker.queries.task_ledger import LedgerRow
from tracker.services import audit

COLUMNS = (
    Column("编号", 8),
    Column("亮灯", 8),
    Column("亮灯依据", 28),
    Column("任务", 48),
    Column("计划条目", 28),
    Column("牵头单位", 14),
    Column("责任人", 12),
    Column("分管领导", 12),
    Column("时限", 12),
    Column("时限说明", 10),
    Column("进度（%）", 10),
    Column("状态", 10),
    Column("最近进展", 40),
)


def written(rows: Sequence[LedgerRow], kind: str) -> bytes:
    """Return the rows as .csv or .xlsx."""
    cells = [
        (
            row.id,
            row.line.light.word,
            row.line.reason,
            row.text,
            row.item,
            row.unit_name,
            row.owner,
            row.leader,
            row.due_on,
            row.due_mark,
            row.progress,
            TaskState(row.state).word,
            row.latest,
        )
        for row in rows
    ]
    return ledger_csv(COLUMNS, cells) if kind == "csv" else ledger_xlsx("任务台账", COLUMNS, cells)


def file_name(kind: str, now: datetime) -> str:
    """Return the file's name."""
    return f"任务台账-{now:%Y%m%d}.{kind}"


def record_export(actor: Actor, kind: str, count: int, now: datetime) -> None:
    """Write down who took how many rows."""
    audit.record(
        actor.top_unit_id,
        "export",
        now=now,
        person_id=actor.person_id,
        object_type="task",
        detail={"format": kind, "rows": count},
    )

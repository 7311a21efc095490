"""The record of what was done, for the auditor: filtered, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tracker.extensions import db
from tracker.models import AuditEntry, Person

PAGE = 50
ACTION_WORDS = {
    "sign_in": "登录",
    "locked": "锁定账号",
    "unlock": "解除锁定",
    "password": "修改密码",
    "report": "填报",
    "correct": "更正数字",
    "task_state": "任务流转",
    "task_assign": "调整责任和时限",
    "issue": "下达计划",
    "import": "导入计划",
    "close_period": "封账",
    "reopen_period": "启封",
    "export": "导出",
    "person": "人员变动",
    "post": "岗位变动",
    "holding": "任职变动",
    "role": "权限变动",
    "charge": "分管变动",
    "unit": "单位变动",
    "calendar": "日历变动",
    "retry_mail": "重发邮件",
}
OBJECT_WORDS = {
    "person": "人员",
    "post": "岗位",
    "unit": "单位",
    "task": "任务",
    "indicator": "指标",
    "plan": "计划",
    "sheet": "填报表",
    "cycle": "填报期",
    "calendar": "日历",
    "mail": "邮件",
    "outbox_message": "邮件",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The auditor's filters; days are of the bureau's own time."""

    person_id: int | None = None
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry."""

    id: int
    at: datetime
    person: str
    action: str
    object_words: str
    request_id: str
    detail: dict[str, Any]

    @property
    def detail_words(self) -> str:
        """Return the entry's particulars in one line."""
        return "；".join(f"{name}：{_plain(value)}" for name, value in self.detail.items())


@dataclass(frozen=True, slots=True)
class Log:
    """A page of entries and how many there are in all."""

    rows: tuple[LogRow, ...]
    total: int
    page: int


def audit_log(wanted: Wanted, zone: tzinfo | None, size: int = PAGE) -> Log:
    """Return a page of the record. Two queries."""
    conditions = list(_conditions(wanted, zone))
    total = db.session.scalar(select(func.count(AuditEntry.id)).where(*conditions)) or 0
    page = min(max(1, wanted.page), max(1, -(-total // size)))
    rows = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            Person.name,
            Person.login,
            AuditEntry.action,
            AuditEntry.object_type,
            AuditEntry.object_id,
            AuditEntry.request_id,
            AuditEntry.detail,
        )
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return Log(tuple(_row(*row) for row in rows), total, page)


def people_in_log() -> list[tuple[str, str]]:
    """Return who can be asked for: everybody of the bureau. One query."""
    rows = db.session.execute(select(Person.id, Person.name, Person.login).order_by(Person.id))
    return [(str(id_), f"{name}（{login}）") for id_, name, login in rows]


def action_word(action: str) -> str:
    """Return what an entry's action is called."""
    return ACTION_WORDS.get(action, action)


def _conditions(wanted: Wanted, zone: tzinfo | None) -> Iterator[ColumnElement[bool]]:
    if wanted.person_id is not None:
        yield AuditEntry.person_id == wanted.person_id
    if wanted.action:
        yield AuditEntry.action == wanted.action
    if wanted.object_type:
        yield AuditEntry.object_type == wanted.object_type
    if wanted.object_id is not None:
        yield AuditEntry.object_id == wanted.object_id
    if wanted.from_on is not None:
        yield AuditEntry.at >= datetime.combine(wanted.from_on, time(), zone)
    if wanted.until_on is not None:
        yield AuditEntry.at < datetime.combine(wanted.until_on + timedelta(days=1), time(), zone)


def _row(
    id_: int,
    at: datetime,
    name: str | None,
    login: str | None,
    action: str,
    object_type: str,
    object_id: int | None,
    request_id: str,
    detail: dict[str, Any],
) -> LogRow:
    kind = OBJECT_WORDS.get(object_type, object_type)
    return LogRow(
        id=id_,
        at=at,
        person=f"{name}（{login}）" if name else "程序",
        action=action_word(action),
        object_words=f"{kind} {object_id}" if object_id is not None else kind,
        request_id=request_id,
        detail=detail,
    )


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return " → ".join(_plain(one) for one in value)
    return "" if value is None else str(value)

"""What is wrong with a running house, in words: the scheduler, the mails, the calendar, posts without people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from tracker.extensions import db
from tracker.models import Lease, OutboxMessage, Plan, Unit
from tracker.queries.bureaus import top_units
from tracker.queries.health import last_verified
from tracker.queries.running import SILENT_AFTER, years_of
from tracker.queries.vacancies import vacancies

#: A mail that waits longer than this is not just waiting for its turn.
WAITS_LONG = timedelta(hours=1)
#: The State Council publishes the coming year's holidays in November as a rule, at times in late October.
PUBLISHED_FROM_MONTH = 11
BACKUP_IS_OLD = timedelta(days=7)
MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing that is wrong: a word for machines, the bureau's code where it is one's own, a sentence."""

    what: str
    words: str
    unit: str | None = None


def ailments(*, now: datetime, wall: datetime, backups: Path) -> list[Ailment]:
    """Return what is wrong, by the program's clock and the machine's (`wall`, for the scheduler's beat)."""
    bureaus = top_units()
    found = [] if bureaus else [Ailment("units", "还没有单位，请运行 flask unit import。")]
    found += [*_scheduler(wall), *_mails(now), *_backup(now, backups)]
    for top in bureaus:
        code = db.session.get_one(Unit, top).code
        found += [Ailment(what, words, code) for what, words in _of_bureau(top, now)]
    return found


def _scheduler(wall: datetime) -> Iterator[Ailment]:
    beat = db.session.scalar(select(func.max(Lease.beat_at)))
    if beat is None:
        yield Ailment("scheduler", "定时任务从未运行，提醒和邮件不会发出：flask scheduler run。")
    elif wall - beat > SILENT_AFTER:
        since = beat.astimezone(wall.tzinfo).isoformat(timespec="seconds")
        yield Ailment("scheduler", f"定时任务停了，最后一次运行是 {since}，提醒和邮件不会发出。")


def _mails(now: datetime) -> Iterator[Ailment]:
    failed = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(OutboxMessage.state == "failed")
    )
    if failed:
        yield Ailment("mail_failed", f"{failed} 封邮件没有送达：flask mail list --state failed。")
    waiting = OutboxMessage.state.in_(("queued", "sending"))
    long = (waiting, OutboxMessage.queued_at <= now - WAITS_LONG)
    count = db.session.scalar(select(func.count(OutboxMessage.id)).where(*long))
    if count:
        error = db.session.scalar(
            select(OutboxMessage.error).where(*long, OutboxMessage.error != "").limit(1)
        )
        why = f"，最近的原因：{' '.join(error.split())[:200]}" if error else ""
        yield Ailment("mail_waiting", f"{count} 封邮件等了一小时以上还没有发出{why}。")


def _backup(now: datetime, backups: Path) -> Iterator[Ailment]:
    """Complain only where there is something to lose."""
    if db.session.scalar(select(Plan.id).where(Plan.state == "issued").limit(1)) is None:
        return
    made = last_verified(backups)
    how = "flask backup create，再 flask backup verify"
    if made is None:
        yield Ailment("backup", f"没有验证过的备份：{how}。")
    elif now - datetime.fromisoformat(made) > BACKUP_IS_OLD:
        yield Ailment("backup", f"最近一次验证过的备份是 {made} 的，已超过七天：{how}。")


def _of_bureau(top: int, now: datetime) -> Iterator[tuple[str, str]]:
    coming = (now.year + 1,) if now.month >= PUBLISHED_FROM_MONTH else ()
    for one in years_of(top, (now.year, *coming)):
        if not one.published:
            yield (
                "calendar",
                f"{one.year}年节假日安排没有录入，按周一至周五计算工作日：flask calendar import。",
            )
    empty = vacancies(top, now.date())
    if empty:
        yield (
            "vacancy",
            f"{len(empty)} 个岗位空缺：{_names(f'{v.unit}「{v.title}」' for v in empty)}。",
        )
    owed = [one for one in empty if one.tasks]
    if owed:
        total = sum(one.tasks for one in owed)
        names = _names(f"{v.unit}「{v.title}」{v.tasks} 项" for v in owed)
        yield "task_owner", f"{total} 项已下达的任务责任岗位空缺：{names}。"


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    return "、".join(listed[:MOST_NAMES]) + (" 等" if len(listed) > MOST_NAMES else "")

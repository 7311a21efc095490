"""The desk's sections, one for each capacity in which somebody works here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.periods import Month
from tracker.domain.roles import Role
from tracker.permissions import Actor
from tracker.queries.calendar import working_calendar
from tracker.queries.completeness import Completeness, completeness
from tracker.queries.desk import (
    MonthToFill,
    MyIndicator,
    MyTask,
    Waiting,
    closed_unreported,
    months_to_fill,
    my_indicators,
    my_tasks,
    waiting,
    waiting_beside,
)
from tracker.queries.desk_lights import (
    DraftPlan,
    ToCheck,
    drafts,
    to_check,
)
from tracker.queries.mail_facts import bureau_of
from tracker.queries.orders import OrderRow, orders_to_answer
from tracker.queries.unconfirmed import unconfirmed_count
from tracker.web.explained import Reasons, reasons_of, standing_of
from tracker.web.filters import day as day_words

#: How many months to be filled in have a card of their own.
MOST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Owe:
    """The month to fill in, in words."""

    words: str
    note: str
    done: int
    total: int
    url: str
    action: str
    label: str


@dataclass(frozen=True, slots=True)
class DayOf:
    """What needs the person on one day."""

    label: str
    entries: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class MyRow:
    """An indicator of the person's with the reasons of its light."""

    mine: MyIndicator
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Mine:
    """The section of a reporter or head; `closed` says which months were closed without their reports."""

    owes: tuple[Owe, ...]
    older: str
    closed: str
    month_label: str
    rows: tuple[MyRow, ...]
    tasks: tuple[MyTask, ...]
    days: tuple[DayOf, ...]
    waiting_count: int
    unconfirmed: int = 0
    orders: tuple[OrderRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """What the office has to see to."""

    completeness: Completeness | None
    drafts: tuple[DraftPlan, ...]
    to_check: tuple[ToCheck, ...]


def mine_of(actor: Actor, now: datetime) -> Mine:
    """Return the section of a reporter or head."""
    today = now.date()
    months = months_to_fill(actor, today)
    newest = months[-1].opened.month if months else None
    tasks = my_tasks(actor, now)
    needs = sorted(waiting(tasks, today) + waiting_beside(actor, now), key=lambda one: one.day)
    calendar = working_calendar(actor.top_unit_id)
    return Mine(
        owes=tuple(_owe(month, today, calendar) for month in months[-MOST_MONTHS:]),
        older=_older_words(months[:-MOST_MONTHS]),
        closed=_closed_words(closed_unreported(actor, today), actor, today),
        month_label=newest.label if newest else "本月",
        rows=tuple(
            MyRow(one, reasons_of(one.row, standing_of(one.row)))
            for one in my_indicators(actor, today, newest)
        ),
        tasks=tuple(tasks),
        days=tuple(_by_day(needs, today)),
        waiting_count=len(needs),
        unconfirmed=unconfirmed_count(actor) if actor.has(Role.HEAD) else 0,
        orders=tuple(orders_to_answer(actor, today)),
    )


def _older_words(months: Sequence[MonthToFill]) -> str:
    """Say which months further back lack something; empty where none does."""
    if not months:
        return ""
    left = sum(month.total - month.done for month in months)
    span = months[0].opened.month.long_label
    if len(months) > 1:
        span += f"至{months[-1].opened.month.long_label}"
    return f"更早还有 {len(months)} 个月没有报齐（{span}，共 {left} 项），可在填报页选期间补报。"


def _closed_words(counted: Counter[Month], actor: Actor, today: date) -> str:
    """Say which months were closed before the person had reported, and whom to ask; empty where none was."""
    if not counted:
        return ""
    months = "、".join(
        f"{month.label if month.year == today.year else month.long_label} {count} 项"
        for month, count in sorted(counted.items())
    )
    contact = bureau_of(actor.top_unit_id, today).contact
    return f"已封账未报：{months}。封账的月份不能自己补报，请联系{contact}，启封后再补。"


def _owe(month: MonthToFill, today: date, calendar: WorkingCalendar) -> Owe:
    due = month.opened.due_on
    opened = month.opened.month
    label = opened.label if opened.year == today.year else opened.long_label
    words = f"{label}填报：已填 {month.done} / {month.total}"
    if month.done < month.total:  # nobody who has reported is nagged
        words += f"，{_due_words(due, today, calendar)}"
    left = month.total - month.done
    return Owe(
        words=words,
        note=f"还差 {left} 项。" if left else "本期已填齐，需要更正的可以再改。",
        done=month.done,
        total=month.total,
        url=url_for("reports.index", month=month.opened.month.code),
        action="继续填报" if left else "查看填报",
        label=f"{label}填报",
    )


def _due_words(due: date, today: date, calendar: WorkingCalendar) -> str:
    day = day_words(due, today.year)
    if today == due:
        return f"{day}截止，就是今天"
    if today > due:
        return f"{day}已截止，逾期 {(today - due).days} 天"
    left = calendar.working_days_between(today, due)
    return f"{day}截止，还有 {left} 个工作日"


def _by_day(needs: Sequence[Waiting], today: date) -> list[DayOf]:
    days = []
    for day, entries in groupby(needs, key=lambda one: one.day):
        words = day_words(day, today.year)
        names = {0: f"今天 · {words}", 1: f"明天 · {words}"}
        days.append(DayOf(names.get((day - today).days, words), tuple(entries)))
    return days


def office_of(actor: Actor, now: datetime) -> Office:
    """Return what the office has to see to."""
    return Office(
        completeness=completeness(actor.top_unit_id, now.date(), now.tzinfo),
        drafts=tuple(drafts(actor)),
        to_check=tuple(to_check(actor)),
    )

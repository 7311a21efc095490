"""The register's address: filters, order and page as a colleague may be sent them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import url_for

from tracker.domain.lights import Light
from tracker.domain.periods import Month
from tracker.domain.tasks import TaskState
from tracker.queries.task_ledger import EVERY_YEAR, SORTS, VIEWS, Wanted

#: The span between two days that somebody chose.
OWN = "own"
SPANS = {"week": "本周", "month": "本月", "quarter": "本季", "past": "已到期", OWN: "自选日期"}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def wanted_from(args: Mapping[str, str], today: date) -> Wanted:
    """Read the filters of an address; what makes no sense there is left out."""
    first, last = _own_days(args) if span_of(args) == OWN else _span(args.get("due", ""), today)
    sort = args.get("sort", "due")
    return Wanted(
        view=args.get("view", "all") if args.get("view") in VIEWS else "all",
        year=_year(args.get("year", "")),
        unit_id=_number(args.get("unit")),
        item_id=_number(args.get("item")),
        leader_post_id=_number(args.get("leader")),
        state=args.get("state", "") if args.get("state") in set(TaskState) else "",
        light=args.get("light", "") if args.get("light") in set(Light) else "",
        due_from=first,
        due_to=last,
        text=args.get("q", "").strip()[:100],
        sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "due",
        down=sort.startswith("-"),
        page=_number(args.get("page")) or 1,
    )


def pairs_of(wanted: Wanted, span: str = "") -> dict[str, Any]:
    """Return the address's parts for these filters, without what is as usual."""
    sort = f"-{wanted.sort}" if wanted.down else wanted.sort
    parts: dict[str, Any] = {
        "view": "" if wanted.view == "all" else wanted.view,
        "year": wanted.year,
        "unit": wanted.unit_id,
        "item": wanted.item_id,
        "leader": wanted.leader_post_id,
        "state": wanted.state,
        "light": wanted.light,
        "due": span,
        "from": wanted.due_from if span == OWN else "",
        "to": wanted.due_to if span == OWN else "",
        "q": wanted.text,
        "sort": "" if sort == "due" else sort,
        "page": "" if wanted.page == 1 else wanted.page,
    }
    return {name: str(value) for name, value in parts.items() if value not in ("", None)}


def address(wanted: Wanted, span: str = "", **changes: Any) -> str:
    """Return the register's address with some filters changed; a changed filter begins at the first page."""
    changed = replace(wanted, **({"page": 1} | changes))
    return url_for("tasks.index", **pairs_of(changed, span))


def span_of(args: Mapping[str, str]) -> str:
    """Return the span of due days that an address asks for; days alone are a span of one's own."""
    if "due" not in args and (_day(args.get("from")) or _day(args.get("to"))):
        return OWN
    return args.get("due", "") if args.get("due") in SPANS else ""


def _own_days(args: Mapping[str, str]) -> tuple[date | None, date | None]:
    """Return the days that were chosen, the earlier one first."""
    first, last = _day(args.get("from")), _day(args.get("to"))
    return (last, first) if first and last and first > last else (first, last)


def _span(name: str, today: date) -> tuple[date | None, date | None]:
    month = Month.of(today)
    monday = today - timedelta(days=today.weekday())
    return {
        "week": (monday, monday + timedelta(days=6)),
        "month": (month.first_day, month.last_day),
        "quarter": (month.quarter.first_day, month.quarter.last_day),
        "past": (None, today),
    }.get(name, (None, None))


def _year(text: str) -> str:
    known = text == EVERY_YEAR or (text.isascii() and text.isdigit() and len(text) == 4)
    return text if known else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None

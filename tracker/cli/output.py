"""How commands speak: rows as a table or as JSON, a refusal as one sentence, exit codes as INTERFACES.md gives them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from tracker.clock import local_now, parse_moment
from tracker.domain.errors import TrackerError

F = TypeVar("F", bound=Callable[..., Any])

REFUSED = 1
FAULT = 3
TRY_LATER = 75

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; one without a zone is in TIMEZONE; a bare date is its midnight."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the time, or fail with wrong usage."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(value, ZoneInfo(current_app.config["TIMEZONE"]))
        except ValueError:
            self.fail(f"{value!r} 不是 ISO 8601 时间，如 2024-03-25T09:00", param, ctx)


class Day(click.ParamType[date]):
    """An ISO 8601 date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or fail with wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} 不是日期，如 2024-03-25", param, ctx)


def moment_or_now(at: datetime | None) -> datetime:
    """Return the time given, or the clock's."""
    return at or local_now()


def print_rows(rows: Iterable[Mapping[str, Any]], *, as_json: bool, empty: str = "没有。") -> None:
    """Print rows as a JSON list, or as tab-separated lines under their names."""
    listed = list(rows)
    if as_json:
        print_json(listed)
        return
    if not listed:
        click.echo(empty)
        return
    click.echo("\t".join(listed[0]))
    for row in listed:
        click.echo("\t".join("" if value is None else _cell(value) for value in row.values()))


def print_json(value: Any) -> None:
    """Print one JSON value, Chinese as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def refuse(sentence: str, code: int = REFUSED) -> NoReturn:
    """Say one sentence on standard error and leave."""
    click.echo(sentence, err=True)
    raise SystemExit(code)


def refusing(command: F) -> F:
    """Turn an expected error of the program into its sentence and exit code 1; a busy database into 75."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except TrackerError as error:
            refuse(error.message)
        except OperationalError as error:
            refuse(f"数据库现在用不了：{error.orig}", TRY_LATER)

    return wrapped  # type: ignore[return-value]


def _cell(value: Any) -> str:
    text = _plain(value) if isinstance(value, (date, datetime)) else str(value)
    return " ".join(str(text).split())


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)

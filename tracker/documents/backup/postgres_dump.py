"""A PostgreSQL database dumped as SQL by its own tools, looked into, and put back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from tracker.documents.backup.archive import DamagedError
from tracker.documents.backup.tables import BusyError, Tables
from tracker.domain.errors import TrackerError

_COPY = re.compile(r'COPY (?:"?\w+"?\.)?"?(\w+)"? \((.*)\) FROM stdin;\n?$')
_END = "\\."
_COMPLETE = "-- PostgreSQL database dump complete"
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_LOCKED = "55P03"
WAIT = "15s"


def dump_postgres(url: URL, target: Path) -> None:
    """Write a consistent dump. Raises TrackerError with one sentence where that cannot be."""
    words = ["--no-owner", "--no-privileges", "--encoding=UTF8", f"--file={target}"]
    _run("pg_dump", url, words)


def put_back_postgres(url: URL, dump: Path, tables: Iterable[str]) -> None:
    """Replace these tables by those of a dump, all or nothing. Raises TrackerError, BusyError."""
    listed = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(tables))
    drop = sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(listed).as_string()
    flags = ["--no-psqlrc", "--quiet", "--single-transaction", "--output", os.devnull]
    stops = ["--set", "ON_ERROR_STOP=1", "--set", "VERBOSITY=verbose"]
    _run("psql", url, [*flags, *stops, "--command", drop, "--file", str(dump)])


def read_postgres(dump: Path, wanted: Collection[str]) -> Tables:
    """Return how many rows each table has, and the rows of those wanted. Raises DamagedError."""
    counts: dict[str, int] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    try:
        with dump.open(encoding="utf-8", newline="\n") as lines:
            for name, columns, values in _blocks(lines):
                counts[name] = 0
                for line in values:
                    counts[name] += 1
                    if name in wanted:
                        cells = (_value(cell) for cell in line.rstrip("\n").split("\t"))
                        kept = dict(zip(columns, cells, strict=True))
                        rows.setdefault(name, []).append(kept)
    except ValueError:
        raise DamagedError("备份里的数据库转储读不懂。") from None
    return Tables(dict(sorted(counts.items())), rows)


def _blocks(lines: Iterator[str]) -> Iterator[tuple[str, Sequence[str], Iterator[str]]]:
    """Yield each table's name, columns and lines of data, which must be walked before the next."""
    complete = False
    for line in lines:
        found = _COPY.match(line)
        if found is not None:
            columns = [name.strip(' "') for name in found[2].split(",")]
            yield found[1], columns, _data(lines)
        complete = complete or line.startswith(_COMPLETE)
    if not complete:
        raise DamagedError("备份里的数据库转储不完整。")


def _data(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.rstrip("\n") == _END:
            return
        yield line
    raise DamagedError("备份里的数据库转储不完整。")


def _value(cell: str) -> str | None:
    if cell == "\\N":
        return None
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), cell)


def _run(tool: str, url: URL, words: Sequence[str]) -> None:
    """Run a tool of PostgreSQL; the password goes through the environment, where `ps` does not show it."""
    found = shutil.which(tool)
    if found is None:
        raise TrackerError(
            f"没有找到 {tool}，请安装 PostgreSQL 客户端（Debian：apt-get install postgresql-client）。"
        )
    known = url.translate_connect_args(username="user", database="dbname", password="password")  # noqa: S106
    secret = known.pop("password", None)
    environ = {**os.environ, "PGOPTIONS": f"-c lock_timeout={WAIT}", "PGCLIENTENCODING": "UTF8"}
    environ |= {"PGPASSWORD": secret} if secret else {}
    options = {name: str(value) for name, value in {**known, **url.query}.items()}
    command = [found, "--dbname", make_conninfo("", **options), *words]
    done = subprocess.run(  # noqa: S603  the tool's own path and our own words
        command, env=environ, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        said = next((one for one in done.stderr.splitlines() if one.strip()), "")
        if _LOCKED in done.stderr:
            raise BusyError("数据库正在使用，请停下网页和定时任务后再试。")
        raise TrackerError(f"{tool} 没有完成：{said or done.returncode}。")

"""PostgreSQL's own tools, where they are missing or fail; a dump that is not whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tracker.documents.backup.archive import DamagedError
from tracker.documents.backup.postgres_dump import dump_postgres, read_postgres
from tracker.domain.errors import TrackerError

NOWHERE = make_url("postgresql+psycopg://tracker:se'cret@127.0.0.1:1/tracker?connect_timeout=2")
DUMP = """COPY public.unit (id, "name", note) FROM stdin;
1\t财政局\\t甲\t\\N
2\t预算股\\\\\\n\t
\\.
COPY public.person (id) FROM stdin;
\\.
--
-- PostgreSQL database dump complete
--
"""


def kept(tmp_path: Path, text: str) -> Path:
    dump = tmp_path / "database.sql"
    dump.write_text(text, encoding="utf-8")
    return dump


def test_a_missing_tool_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TrackerError, match="没有找到 pg_dump，请安装"):
        dump_postgres(NOWHERE, tmp_path / "database.sql")


def test_a_tool_that_fails_says_why_and_keeps_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "cannot: $*" >&2\nexit 1\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(TrackerError) as caught:
        dump_postgres(NOWHERE, tmp_path / "database.sql")

    assert "pg_dump 没有完成：cannot" in caught.value.message
    assert "host=127.0.0.1" in caught.value.message
    assert "se'cret" not in caught.value.message


def test_rows_are_counted_and_read(tmp_path: Path) -> None:
    tables = read_postgres(kept(tmp_path, DUMP), {"unit"})

    assert tables.counts == {"person": 0, "unit": 2}
    assert tables.rows == {
        "unit": [
            {"id": "1", "name": "财政局\t甲", "note": None},
            {"id": "2", "name": "预算股\\\n", "note": ""},
        ]
    }


@pytest.mark.parametrize("lines", [1, 3, 4, 5, 6])
def test_a_dump_that_breaks_off_is_damaged(tmp_path: Path, lines: int) -> None:
    cut = "".join(DUMP.splitlines(keepends=True)[:lines])

    with pytest.raises(DamagedError, match="不完整"):
        read_postgres(kept(tmp_path, cut), {"unit"})


def test_a_row_with_too_few_cells_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match="读不懂"):
        read_postgres(kept(tmp_path, DUMP.replace("\t\\N", "")), {"unit"})

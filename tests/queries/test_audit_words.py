"""The record in Chinese: every action that the program writes has its word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.queries.audit_words import (
    ACTION_WORDS,
    OBJECT_WORDS,
    action_word,
    detail_words,
    object_words,
)

SOURCES = Path(__file__).resolve().parents[2] / "tracker"


def written(pattern: str) -> set[str]:
    found: set[str] = set()
    for path in [
        *SOURCES.glob("services/**/*.py"),
        *SOURCES.glob("web/**/*.py"),
        *SOURCES.glob("cli/*.py"),
    ]:
        found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def test_every_action_has_its_word() -> None:
    called = written(r"(?<!_)record\(\s*[\w.]+(?: or [\w.]+)?,\s*\"(\w+)\"")
    passed_on = written(r"_record\([\w.]+, \"(\w+)\", \"\w+\"")
    actions = called | passed_on

    assert {"sign_in", "issue", "report"} <= actions
    assert actions - set(ACTION_WORDS) == set()


def test_every_object_has_its_word() -> None:
    assert written(r"object_type=\"(\w+)\"") - set(OBJECT_WORDS) == set()


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"step": "办结", "from": "in_progress", "why": ""}, "办理：办结；原为：办理中"),
        ({"role": ["reporter", "head"]}, "权限：联络员 → 责任人"),
        ({"changes": {"due": ["2024-06-30", "2024-09-30"]}}, "变动：时限 2024-06-30 → 2024-09-30"),
        ({"active": False, "proxy": True}, "在用：否；代理：是"),
        ({"email": ["", "a@b.cn"], "rows": 0, "target": None}, "邮箱：无 → a@b.cn；行数：0"),
        ({"something_new": 3}, "something_new：3"),
    ],
)
def test_particulars_read_in_one_line(detail: dict[str, object], words: str) -> None:
    assert detail_words(detail) == words


def test_what_has_no_word_shows_its_code() -> None:
    assert (action_word("odd"), object_words("odd", 3), object_words("task", None)) == (
        "odd",
        "odd 3",
        "任务",
    )

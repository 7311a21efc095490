"""`flask bulletin make`: writes the document, refuses an open review with one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.makers import Maker
from tests.reviewing import bureau, closed_one, open_one
from tracker.extensions import db
from tracker.models import Bulletin, Unit


@pytest.fixture
def top(make: Maker) -> Unit:
    return bureau(make)


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["bulletin", "make", *map(str, arguments)])


def test_it_writes_the_document_and_again_the_same(app: Flask, top: Unit, tmp_path: Path) -> None:
    review = closed_one(top)
    files = [tmp_path / "一.docx", tmp_path / "二.docx"]

    for file in files:
        assert run(app, review.id, "--out", file).exit_code == 0

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes()[:2] == b"PK"


def test_the_annex_by_its_ending(app: Flask, top: Unit, tmp_path: Path) -> None:
    result = run(app, closed_one(top).id, "--out", tmp_path / "附表.xlsx", "--json")

    row = json.loads(result.output)
    made = db.session.get(Bulletin, row["id"])
    assert made is not None
    assert (tmp_path / "附表.xlsx").read_bytes() == made.annex
    assert (row["number"], row["sha256"]) == (1, made.sha256)


def test_an_open_review_is_refused(app: Flask, top: Unit, tmp_path: Path) -> None:
    result = run(app, open_one(top).id, "--out", tmp_path / "一.docx")

    assert result.exit_code == 1
    assert result.stderr == "这次调度还没有散会，散会后才能生成通报。\n"
    assert not (tmp_path / "一.docx").exists()


def test_a_review_that_there_is_not_is_refused(app: Flask, tmp_path: Path) -> None:
    result = run(app, 99, "--out", tmp_path / "一.docx")

    assert (result.exit_code, result.stderr) == (1, "没有编号为 99 的调度。\n")


def test_where_it_cannot_be_written_nothing_is_made(app: Flask, top: Unit, tmp_path: Path) -> None:
    result = run(app, closed_one(top).id, "--out", tmp_path / "没有这个文件夹" / "一.docx")

    assert result.exit_code == 1
    assert "写不了" in result.stderr
    assert db.session.query(Bulletin).count() == 0


def test_without_a_file_it_is_wrong_usage(app: Flask) -> None:
    assert run(app, 1).exit_code == 2

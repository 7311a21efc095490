"""Reviews are opened and closed by command, each once."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from tests.bureau import make_bureau, make_task
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Review


def test_open_freezes_a_moment_and_close_ends_it(app: Flask, make: Maker) -> None:
    bureau = make_bureau(make)
    make_task(make, bureau, "2024-05-10", text="修订公车管理办法")
    db.session.commit()
    run = app.test_cli_runner().invoke

    opened = run(args=["review", "open", "--kind", "monthly", "--at", "2024-05-14T15:00", "--json"])
    said = json.loads(opened.stdout)
    assert (said["title"], said["state"], said["at"]) == (
        "5月月调度",
        "open",
        "2024-05-14T15:00:00+08:00",
    )
    again = run(args=["review", "open", "--kind", "monthly", "--at", "2024-05-15"])
    assert (again.exit_code, "还没有散会" in again.stderr) == (1, True)

    closed = run(args=["review", "close", str(said["id"]), "--at", "2024-05-14T17:00"])
    assert closed.exit_code == 0
    db.session.expire_all()
    assert db.session.scalars(select(Review.state)).one() == "closed"
    assert run(args=["review", "close", str(said["id"])]).exit_code == 1
    assert run(args=["review", "close", "999"]).exit_code == 1


def test_several_bureaus_must_be_told_apart(app: Flask, make: Maker) -> None:
    make.top(code="A")
    make.top(code="B")
    db.session.commit()
    run = app.test_cli_runner().invoke

    assert run(args=["review", "open", "--kind", "weekly"]).exit_code == 1
    assert run(args=["review", "open", "--kind", "weekly", "--unit", "B"]).exit_code == 0
    assert run(args=["review", "open", "--kind", "daily"]).exit_code == 2


def test_without_a_bureau_there_is_nothing_to_review(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["review", "open", "--kind", "weekly"])

    assert (answer.exit_code, "还没有单位" in answer.stderr) == (1, True)

"""Each request is held to the bureau of whoever asks, from the first row it reads to its end, and no longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import TOP_UNIT, Plan
from tracker.web.desk import views

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def bureaus(make: Maker) -> None:
    for name in ("linxi", "yunze"):
        top = make.top(name, code=name)
        make.plan(top, title=name)
        make.post(top, "office", make.person(top, name))
    db.session.commit()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What a page that forgets every condition would read."""
    titles: list[list[str]] = []

    def look() -> object:
        titles.append(list(db.session.scalars(select(Plan.title))))
        return local_now()

    monkeypatch.setattr(views, "local_now", look)
    return titles


def test_a_page_that_forgets_its_condition_reads_its_own_bureau(
    sign_in: SignIn, seen: list[list[str]]
) -> None:
    linxi, yunze = sign_in("linxi"), sign_in("yunze")
    for browser in (linxi, yunze, linxi):
        assert browser.get("/desk").status_code == 200

    assert seen == [["linxi"], ["yunze"], ["linxi"]]


def test_whoever_asks_next_is_not_held_to_the_bureau_before(
    app: Flask, sign_in: SignIn, client: FlaskClient
) -> None:
    sign_in("linxi").get("/desk")

    client.get("/login")

    assert TOP_UNIT not in db.session.info


def test_signing_in_finds_people_of_every_bureau(sign_in: SignIn) -> None:
    sign_in("linxi").get("/desk")

    assert sign_in("yunze").get("/desk").status_code == 200

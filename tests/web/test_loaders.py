"""Loading a row by its number: for reading without a lock, for changing with one, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import POSTGRES
from tests.makers import Maker
from tests.overlap import tables_locked
from tracker.extensions import db

DATABASES = (POSTGRES,)


@pytest.fixture
def browser(make: Maker, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    top = make.top()
    make.post(top, "office", make.person(top, "zhaowenbo"))
    plan = make.plan(top)
    make.task(plan, top)
    make.indicator(plan, top)
    db.session.commit()
    return sign_in("zhaowenbo")


@pytest.mark.parametrize(
    ("address", "table"),
    [("/tasks/1/step", "task"), ("/indicators/1/edit", "indicator"), ("/plans/1/issue", "plan")],
)
def test_what_a_form_may_change_is_locked_before_it_is_compared(
    app: Flask, browser: FlaskClient, address: str, table: str
) -> None:
    assert table in tables_locked(lambda: browser.post(address, data={"version": "1"}))


@pytest.mark.parametrize("address", ["/tasks/1", "/indicators/1", "/plans/1"])
def test_reading_locks_nothing(app: Flask, browser: FlaskClient, address: str) -> None:
    assert tables_locked(lambda: browser.get(address)) == []

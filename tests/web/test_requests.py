"""What comes in from outside: ids that no row can have, NUL in texts, a database that is away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.makers import Maker
from tracker.extensions import db
from tracker.web import access

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def browser(make: Maker, sign_in: SignIn) -> FlaskClient:
    top = make.top()
    make.post(top, "office", make.person(top, "zhaowenbo"))
    make.plan(top)
    db.session.commit()
    return sign_in("zhaowenbo")


@pytest.mark.parametrize("number", [2**31, 2**63, 10**25])
@pytest.mark.parametrize(
    "path", ["/tasks/{}", "/plans/{}/review", "/reviews/{}", "/scores/{}/units/1"]
)
def test_an_id_that_no_row_can_have_is_not_there(
    browser: FlaskClient, path: str, number: int
) -> None:
    assert browser.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("path", ["/tasks?q=a%00b", "/search?q=%00", "/library?category=a%00b"])
def test_a_nul_in_an_address_is_passed_over(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_a_nul_in_a_form_is_passed_over(browser: FlaskClient, client: FlaskClient) -> None:
    page = client.get("/login").text
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]

    answer = client.post(
        "/login", data={"username": "zhao\0wenbo", "password": "\0", "csrf_token": token}
    )

    assert answer.status_code == 422


def test_a_database_that_is_away_answers_503_on_every_page(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(access, "find_session", away)

    for path in ("/desk", "/nowhere", "/login"):
        answer = browser.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"]
        assert "请稍后再试" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/tasks/export"),
        ("get", "/indicators/export.xlsx"),
        ("get", "/lagging/export.csv"),
        ("get", "/library/export.csv"),
    ],
)
def test_names_of_files_are_headers_that_every_server_passes_on(
    browser: FlaskClient, method: str, path: str
) -> None:
    answer = getattr(browser, method)(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].isascii()

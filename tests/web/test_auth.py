"""Signing in and out: who gets in, what a cookie is worth, and what is never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import Holding, Person, WebSession

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def clerk(make: Maker) -> None:
    """A clerk of 预算股."""
    top = make.top()
    make.post(make.unit(top), "reporter", make.person(top, "chenxiaoyan", "陈晓燕"))
    db.session.commit()


def try_to_sign_in(client: FlaskClient, password: str, path: str = "/login") -> tuple[int, str]:
    answer = client.post(path, data={"username": "chenxiaoyan", "password": password})
    return answer.status_code, answer.text


def test_the_right_password_leads_to_the_desk(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "chenxiaoyan", "password": Maker.PASSWORD})

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("login", ["chenxiaoyan", "nobody"])
def test_a_wrong_password_and_an_unknown_name_say_the_same(client: FlaskClient, login: str) -> None:
    answer = client.post("/login", data={"username": login, "password": "wrong"})

    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.text


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(
    client: FlaskClient, set_clock: Callable[[str], None]
) -> None:
    for _ in range(5):
        try_to_sign_in(client, "wrong")

    status, _ = try_to_sign_in(client, Maker.PASSWORD)
    set_clock("2024-04-01T10:16")
    later, _ = try_to_sign_in(client, Maker.PASSWORD)

    assert (status, later) == (422, 302)


def test_a_locked_account_is_refused_as_an_unknown_name_is(client: FlaskClient) -> None:
    def refusal(login: str, password: str) -> tuple[int, str]:
        answer = client.post("/login", data={"username": login, "password": password})
        page = answer.text.replace(login, "…").replace(answer.headers["X-Request-ID"], "…")
        return answer.status_code, page

    for _ in range(5):
        try_to_sign_in(client, "wrong")
    unknown = refusal("nobody", "wrong")

    assert refusal("chenxiaoyan", "wrong") == unknown
    assert refusal("chenxiaoyan", Maker.PASSWORD) == unknown
    assert "账号锁定 15 分钟" in unknown[1]


def test_wrong_passwords_while_it_is_locked_do_not_lock_it_for_longer(
    client: FlaskClient, set_clock: Callable[[str], None]
) -> None:
    for _ in range(12):
        try_to_sign_in(client, "wrong")
    set_clock("2024-04-01T10:16")

    assert try_to_sign_in(client, Maker.PASSWORD)[0] == 302


def test_signing_in_makes_nobodys_form_of_the_account_stale(client: FlaskClient) -> None:
    version = select(Person.version).where(Person.login == "chenxiaoyan")
    before = db.session.scalar(version)

    try_to_sign_in(client, "wrong")
    try_to_sign_in(client, Maker.PASSWORD)
    client.post("/theme", data={"theme": "dark"})

    db.session.rollback()
    assert db.session.scalar(version) == before
    assert db.session.scalar(select(Person.theme)) == "dark"
    assert db.session.scalar(select(Person.last_login_at)) is not None


def test_a_cookie_from_before_signing_out_is_worth_nothing(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("chenxiaoyan")
    kept = browser.get_cookie("tracker")
    assert kept is not None
    browser.post("/logout")

    thief = app.test_client()
    thief.set_cookie("tracker", kept.value)

    assert thief.get("/desk").status_code == 302


def test_the_database_knows_no_token_only_its_hash(sign_in: SignIn) -> None:
    browser = sign_in("chenxiaoyan")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]

    assert db.session.scalars(select(WebSession.token_hash)).one() != token


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        pytest.param("2024-04-01T11:59", 200, id="within two hours"),
        pytest.param("2024-04-01T12:01", 302, id="idle for longer"),
    ],
)
def test_an_idle_session_ends(
    sign_in: SignIn, set_clock: Callable[[str], None], moment: str, status: int
) -> None:
    browser = sign_in("chenxiaoyan")

    set_clock(moment)

    assert browser.get("/desk").status_code == status


def test_clicking_keeps_a_session_alive_until_its_longest_life(
    sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    browser = sign_in("chenxiaoyan")

    answers = []
    for hour in range(11, 24):
        set_clock(f"2024-04-01T{hour}:00")
        answers.append(browser.get("/desk").status_code)
        db.session.rollback()  # as the end of a request does in service

    assert answers == [200] * 12 + [302]


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/desk",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "",
    ],
)
def test_signing_in_never_leaves_the_site(client: FlaskClient, wish: str) -> None:
    answer = client.post(
        "/login",
        query_string={"next": wish},
        data={"username": "chenxiaoyan", "password": Maker.PASSWORD},
    )

    assert answer.location == "/"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    first = client.get("/tasks?state=issued")
    answer = client.post(
        first.location, data={"username": "chenxiaoyan", "password": Maker.PASSWORD}
    )

    assert answer.location == "/tasks?state=issued"


def test_what_was_typed_survives_an_expired_session(
    sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    client = sign_in("chenxiaoyan")
    browser = Browser(client).open("/password")
    set_clock("2024-04-01T20:00")

    browser.press("修改", {"old": "很长的一段话<b>" * 50, "new": "第二格", "again": "第三格"})
    assert browser.status == 401
    browser.press("登录", {"username": "chenxiaoyan", "password": Maker.PASSWORD})

    assert browser.status == 200
    kept = browser.page.xpath("//form[@action='/password']//*[@name='old']")
    assert [field.get("value") or field.text for field in kept] == ["很长的一段话<b>" * 50]


def test_a_forged_resume_does_not_post_to_another_site(client: FlaskClient) -> None:
    answer = client.post(
        "/login",
        data={
            "username": "chenxiaoyan",
            "password": Maker.PASSWORD,
            "kept": '{"path": "//evil.example/x", "fields": [["a", "b"]]}',
        },
    )

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_forged_host_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 400


def test_a_new_password_signs_out_the_other_browsers(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("chenxiaoyan"), sign_in("chenxiaoyan")

    answer = here.post(
        "/password",
        data={"old": Maker.PASSWORD, "new": "Another-horse-9", "again": "Another-horse-9"},
    )

    assert answer.status_code == 302
    assert (here.get("/desk").status_code, elsewhere.get("/desk").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("Short-1", "至少 8 位"),
        ("alllowercase", "三种"),
        ("Chenxiaoyan-1", "登录名"),
        ("x" * 201, "200"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(sign_in: SignIn, new: str, says: str) -> None:
    answer = sign_in("chenxiaoyan").post(
        "/password", data={"old": Maker.PASSWORD, "new": new, "again": new}
    )

    assert answer.status_code == 422
    assert says in answer.text


def test_somebody_switched_off_is_out_at_once(sign_in: SignIn) -> None:
    browser = sign_in("chenxiaoyan")
    db.session.scalars(select(Person)).one().active = False
    db.session.commit()

    assert browser.get("/desk").status_code == 302


def test_a_lost_post_counts_from_the_next_click(sign_in: SignIn) -> None:
    browser = sign_in("chenxiaoyan")
    before = browser.get("/reports").status_code
    db.session.delete(db.session.scalars(select(Holding)).one())
    db.session.commit()

    assert (before, browser.get("/reports").status_code) == (200, 403)


def test_reading_leaves_nothing_behind(sign_in: SignIn) -> None:
    browser = sign_in("chenxiaoyan")
    count = db.session.scalar(select(func.count()).select_from(WebSession))
    for path in ("/", "/desk", "/tasks", "/lagging", "/indicators", "/plans", "/search?q=a"):
        browser.get(path)

    assert db.session.scalar(select(func.count()).select_from(WebSession)) == count

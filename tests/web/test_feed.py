"""The feed of one's deadlines: what a calendar program gets under the secret link, and nobody without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.web.test_reports import Bureau
from tracker.extensions import db
from tracker.models import AuditEntry, CalendarLink, Person, Task

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    built = Bureau(make)
    built.task.due_on = date(2024, 6, 30)
    db.session.commit()
    return built


def link_of(browser: Browser) -> str:
    found = re.search(r"/calendar/[\w-]+\.ics", browser.answer.text)
    assert found is not None, browser.words
    return found.group()


def made(sign_in: SignIn, login: str = "reporter") -> str:
    return link_of(Browser(sign_in(login)).open("/calendar").press("生成链接"))


def titles(client: FlaskClient, link: str) -> dict[date, str]:
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.data)
    return {event.decoded("dtstart"): str(event["summary"]) for event in read.walk("VEVENT")}


def test_a_calendar_gets_months_and_tasks(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    found = titles(app.test_client(), made(sign_in))

    assert found[date(2024, 6, 30)] == f"任务到期：{bureau.task.text}"
    assert "3月填报截止（还差 2 项）" in found.values()


def test_what_is_reported_says_so(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    link = made(sign_in)
    words = {f"{bureau.t}__obstacle": "意见未回", f"{bureau.t}__next": "逐家催收"}
    assert sign_in("reporter").post("/reports", data=bureau.filled(**words)).status_code == 302

    assert "3月填报截止（已报齐）" in titles(app.test_client(), link).values()


def test_a_task_that_is_done_leaves_the_calendar(
    app: Flask, sign_in: SignIn, bureau: Bureau
) -> None:
    link = made(sign_in)
    db.session.get_one(Task, bureau.task.id).state = "closed_out"
    db.session.commit()

    assert date(2024, 6, 30) not in titles(app.test_client(), link)


def test_a_title_cannot_break_the_file(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    title = "第一行\r\nBEGIN:VEVENT\r\n，;,\\ 完"
    db.session.get_one(Task, bureau.task.id).text = title
    db.session.commit()

    answer = app.test_client().get(made(sign_in)).data
    events = Calendar.from_ical(answer).walk("VEVENT")
    assert len(events) == len(re.findall(rb"(?m)^BEGIN:VEVENT\r$", answer))
    assert any("BEGIN:VEVENT" in str(event["summary"]) for event in events)
    assert max(map(len, answer.split(b"\r\n"))) <= 75


def test_the_link_is_shown_once_and_only_its_hash_kept(sign_in: SignIn, bureau: Bureau) -> None:
    link = made(sign_in)

    token = link.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in sign_in("reporter").get("/calendar").text
    kept = db.session.scalars(select(CalendarLink.token_sha256)).all()
    assert len(kept) == 1
    assert token not in kept[0]


def test_a_new_link_shuts_the_old_one(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    old = made(sign_in)
    new = link_of(Browser(sign_in("reporter")).open("/calendar").press("重新生成"))

    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(new).status_code == 200


def test_a_link_that_is_shut_leads_nowhere(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    link = made(sign_in)
    browser = Browser(sign_in("reporter")).open("/calendar").press("停用")

    assert "订阅链接已停用。" in browser.words
    assert app.test_client().get(link).status_code == 404
    assert db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.like("calendar_%"))
        .order_by(AuditEntry.id)
    ).all() == ["calendar_link_made", "calendar_link_shut"]


def test_somebody_who_left_has_no_feed(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    link = made(sign_in)
    person = db.session.scalar(select(Person).where(Person.login == "reporter"))
    assert person is not None
    person.active = False
    db.session.commit()

    assert app.test_client().get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "%E4%B8%AD", "..%2f..", "a" * 3000])
def test_a_guess_is_not_found(app: Flask, bureau: Bureau, token: str) -> None:
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_another_section_sees_only_its_own(app: Flask, sign_in: SignIn, bureau: Bureau) -> None:
    assert titles(app.test_client(), made(sign_in, "colleague")) == {}

"""The office sends a document: it becomes a draft, or is refused with one sentence."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import (
    TEXT,
    Office,
    draft_of_text,
    make_office,
    only_plan,
)
from tracker.extensions import db
from tracker.models import ImportJob, Plan
from tracker.web.plans import importing

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def browser(office: Office, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in("office"))


@pytest.fixture
def plan(office: Office) -> Plan:
    """A draft that is there already."""
    plan = draft_of_text(office)
    db.session.commit()
    return plan


def send(browser: Browser, content: bytes, name: str = "计划.txt", **typed: str) -> Browser:
    """Send a file through the page."""
    browser.open("/plans/new")
    fields = {"file": [(io.BytesIO(content), name)], **typed}
    return browser.press("导入并核对", fields)  # type: ignore[arg-type]


def test_an_upload_becomes_a_draft_and_leads_to_its_review(browser: Browser) -> None:
    send(browser, TEXT.encode())

    assert browser.status == 200
    assert browser.path == f"/plans/{only_plan().id}/review"
    assert "5 项任务 · 3 个目标值 · 1 个缺数 · 5 项未分派" in browser.words


def test_pasted_text_is_read_as_well(browser: Browser) -> None:
    browser.open("/plans/new").press("导入并核对", {"text": TEXT})

    assert only_plan().title == "2024年财政工作计划"


def test_the_same_file_leads_to_the_plan_that_is_there(browser: Browser) -> None:
    send(browser, TEXT.encode())
    send(browser, TEXT.encode(), "改名.txt")

    assert only_plan().year == 2024
    assert browser.path.endswith("/review")
    assert "已经导入过，没有重复添加" in browser.words


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.txt", "空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "图.txt", "图片"),
        (b"\xff\xfe\xfd\x81\x80" * 9, "乱码.txt", ""),
        (b"MZ\x00", "程序.exe", "不支持"),
        (b"a" * 210_000, "大.txt", "上限"),
        (b"PK\x03\x04broken", "坏.docx", ""),
    ],
    ids=["empty", "picture", "encoding", "program", "oversized", "broken"],
)
def test_a_bad_file_gets_one_sentence_and_nothing_typed_is_lost(
    app: Flask, browser: Browser, content: bytes, name: str, words: str
) -> None:
    app.config["UPLOAD_MAX_BYTES"] = 100_000

    send(browser, content, name, year="2023")

    assert browser.status == 422
    assert words in browser.words
    assert len(browser.page.xpath("//*[@class='invalid-feedback']")) == 1
    assert browser.page.xpath("//input[@name='year']/@value") == ["2023"]
    assert db.session.scalars(db.select(Plan)).all() == []


@pytest.mark.parametrize("year", ["二〇二四", "24", "20240", "-1", "1e3"])
def test_a_year_that_is_none_keeps_the_text(browser: Browser, year: str) -> None:
    browser.open("/plans/new").press("导入并核对", {"text": TEXT, "year": year})

    assert browser.status == 422
    assert year in browser.page.xpath("//input[@name='year']/@value")
    assert TEXT.strip() in browser.page.xpath("string(//textarea[@name='text'])")


def test_a_file_and_a_text_together_are_refused(browser: Browser) -> None:
    send(browser, TEXT.encode(), text="别的")

    assert browser.status == 422
    assert "只能选一样" in browser.words


def test_nothing_at_all_is_refused(browser: Browser) -> None:
    browser.open("/plans/new").press("导入并核对", {})

    assert "请选一个文件" in browser.words


def test_a_long_text_is_pasted_whole(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT + "组织开展税源调查，建立税源台账。\n" * 20_000
    monkeypatch.setattr(importing, "launch", lambda _job: None)

    browser.open("/plans/new").press("导入并核对", {"text": text})

    assert browser.status == 200
    job = db.session.scalars(db.select(ImportJob)).one()
    assert job.content is not None
    assert job.content.decode().split() == text.split()


def test_a_unit_of_another_bureau_is_refused(make: Maker, browser: Browser) -> None:
    other = make.top("别的局")
    db.session.commit()

    browser.open("/plans/new").press("导入并核对", {"text": TEXT, "unit": str(other.id)})

    assert browser.status == 422
    assert db.session.scalars(db.select(Plan)).all() == []

"""A large document is taken at once and read beside the pages; one sees how far it is and goes on from there."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.plan_office import NOW, TEXT, Office, complete, draft_of_text, make_office
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import ImportJob, Plan
from tracker.services.import_jobs import run_import
from tracker.services.issue_plan import issue_plan
from tracker.web import launching
from tracker.web.plans import importing

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def browser(office: Office, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The office's browser; everything counts as large, and no process is started."""
    monkeypatch.setattr(importing, "LARGE", 10)
    monkeypatch.setattr(importing, "launch", lambda _job: None)
    return Browser(sign_in("office"))


def send(browser: Browser, content: bytes = TEXT.encode(), year: str = "") -> Browser:
    browser.open("/plans/new")
    return browser.press("导入并核对", {"file": (io.BytesIO(content), "计划.txt"), "year": year})


def work() -> None:
    """Do what the process would do."""
    for job_id in db.session.scalars(select(ImportJob.id).where(ImportJob.state == "waiting")):
        run_import(job_id, limit_bytes=1_000_000, clock=local_now)


def test_a_large_document_shows_how_far_it_is_and_leads_to_its_review(browser: Browser) -> None:
    send(browser)
    assert browser.path.startswith("/plans/imports/")
    assert "排队等候" in browser.words
    assert browser.page.xpath("//progress")
    watched = browser.path

    work()
    browser.open(watched)

    assert browser.path.endswith("/review")
    assert "已导入《2024年财政工作计划》" in browser.words


def test_one_can_leave_and_come_back(browser: Browser) -> None:
    send(browser)

    browser.open("/plans")

    assert "计划.txt 正在导入（排队等候）" in browser.words
    work()
    assert "正在导入" not in browser.open("/plans").words


def test_a_failed_one_says_why_and_keeps_what_was_chosen(browser: Browser) -> None:
    send(browser, b"\x89PNG\r\n\x1a\n" + b"0" * 20, year="2024")
    watched = browser.path

    work()
    browser.open(watched)

    assert browser.status == 200
    assert "图片" in browser.words
    browser.open(browser.link("换一份文件"))
    assert browser.page.xpath("//input[@name='year']/@value") == ["2024"]


def test_a_file_over_the_limit_is_refused_on_the_form(browser: Browser, app: Flask) -> None:
    app.config["UPLOAD_MAX_BYTES"] = 1_000

    assert send(browser, b"0" * 1_500).status == 422
    assert db.session.scalars(select(ImportJob)).all() == []


def test_another_bureau_does_not_see_it(browser: Browser, sign_in: SignIn) -> None:
    send(browser)
    watched = browser.path

    assert sign_in("stranger").get(watched).status_code == 404


def test_the_process_is_started_with_the_jobs_number(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_more: started.append(command))

    with app.app_context():
        launching.launch(7).join()

    assert started[0][-3:] == ["plan", "run-import", "7"]


def test_a_process_that_cannot_start_is_logged_and_left_to_the_scheduler(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_command: object, **_more: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "run", refused)

    with app.app_context():
        launching.launch(7).join()

    assert "import job 7 went wrong" in caplog.text


class TestARevision:
    @pytest.fixture
    def plan(self, office: Office) -> Plan:
        """A plan that binds."""
        plan = draft_of_text(office)
        complete(office, plan)
        issue_plan(plan=plan, actor=None, now=NOW)
        db.session.commit()
        return plan

    def bring(self, browser: Browser, plan: Plan, text: str) -> Browser:
        browser.open(f"/plans/{plan.id}/revisions/new")
        file = (io.BytesIO(text.encode()), "修订稿.txt")
        return browser.press("导入并对照", {"file": file})

    def test_it_shows_how_far_it_is_and_leads_to_what_it_changes(
        self, browser: Browser, plan: Plan
    ) -> None:
        self.bring(browser, plan, TEXT.replace("88200万元", "84000万元"))
        watched = browser.path
        assert "排队等候" in browser.words
        assert "修订稿.txt 正在导入" in browser.open("/plans").words

        work()
        browser.open(watched)

        assert browser.path.startswith(f"/plans/{plan.id}/revisions/")
        assert "已导入修订稿，计划还没有改动" in browser.words
        assert "88200" in browser.words

    def test_a_failed_one_says_why_and_leads_back_to_the_plan(
        self, browser: Browser, plan: Plan
    ) -> None:
        self.bring(browser, plan, "2024年工作计划\n（一）绿化。开展植树造林。\n")
        watched = browser.path

        work()
        browser.open(watched)

        assert "没有一处对得上" in browser.words
        assert browser.link("换一份文件") == f"/plans/{plan.id}/revisions/new"

    def test_another_one_is_refused_on_the_form_while_the_first_is_read_or_waits(
        self, browser: Browser, plan: Plan
    ) -> None:
        first = TEXT.replace("88200万元", "84000万元")
        self.bring(browser, plan, first)

        self.bring(browser, plan, TEXT.replace("88200万元", "85000万元"))
        assert browser.status == 422
        assert "修订稿《修订稿.txt》正在导入" in browser.words

        work()
        self.bring(browser, plan, TEXT.replace("88200万元", "85000万元"))
        assert browser.status == 422
        assert "修订稿《修订稿.txt》还没有办完" in browser.words

    def test_the_same_file_again_leads_to_what_it_changes(
        self, browser: Browser, plan: Plan
    ) -> None:
        text = TEXT.replace("88200万元", "84000万元")
        self.bring(browser, plan, text)
        work()

        self.bring(browser, plan, text)

        assert browser.path.startswith(f"/plans/{plan.id}/revisions/")
        assert "已经导入过" in browser.words

"""The pages of a dispatch review: opened, gone through, decided on, closed; nobody else's, and never half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bureau import Bureau, make_bureau, make_task
from tests.makers import Maker
from tests.page import Browser
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import AgendaItem, Decision, Review, Task

Count = Callable[[Callable[[], object]], int]
SignIn = Callable[[str], FlaskClient]
LATE = "修订公车管理办法"


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    bureau = make_bureau(make)
    due = (local_now().date() - timedelta(days=3)).isoformat()
    make_task(make, bureau, due, text=LATE)
    db.session.commit()
    return bureau


@pytest.fixture
def office(bureau: Bureau, sign_in: SignIn) -> Browser:
    """The office's browser."""
    return Browser(sign_in(f"office{bureau.top.id}"))


def meeting(browser: Browser) -> Browser:
    """Open the month's review and go to the late task."""
    browser.open("/reviews").press("开始月调度")
    return browser.open(browser.link(LATE))


def test_a_meeting_from_agenda_to_minutes(office: Browser, bureau: Bureau) -> None:
    assert "还没有开过调度" in office.open("/reviews").words

    meeting(office)
    assert "逾期 3 天" in office.words
    due = (local_now().date() + timedelta(days=9)).isoformat()
    office.press("记下（回车）", {"text": "一周内报送征求意见稿", "due_on": due})

    assert "已记下，任务已经下达。" in office.words
    task = db.session.scalars(select(Task).where(Task.text == "一周内报送征求意见稿")).one()
    assert task.lead_unit_id == bureau.section.id
    office.open(office.link("散会，出纪要")).press("散会", {"chair": "李局长"})
    assert office.path.endswith("/minutes")
    assert "李局长" in office.words
    assert "一周内报送征求意见稿" in office.words


def test_a_decision_without_a_day_keeps_what_was_typed(office: Browser) -> None:
    meeting(office)

    office.press("记下（回车）", {"text": "抓紧办", "due_on": ""})

    assert office.status == 422
    assert "时限没有填。" in office.words
    assert office.page.xpath("//input[@name='text']/@value") == ["抓紧办"]
    assert db.session.scalars(select(Decision)).all() == []


def test_a_day_that_does_not_exist_is_refused(office: Browser) -> None:
    meeting(office).press("记下（回车）", {"text": "抓紧办", "due_on": "2024-02-30"})

    assert office.status == 422
    assert "2024-02-30" in office.words


def test_an_item_is_ticked_off_and_the_next_one_comes(office: Browser) -> None:
    meeting(office).press("议过，下一项", {"note": "下周再看"})

    item = db.session.scalars(select(AgendaItem).where(AgendaItem.title == LATE)).one()
    assert (item.talked, item.note) == (True, "下周再看")


def test_an_item_moves_in_the_agenda(office: Browser) -> None:
    meeting(office).press("提前")

    titles = db.session.scalars(select(AgendaItem.title).order_by(AgendaItem.position)).all()
    assert titles.index(LATE) <= 1


def test_a_second_one_of_the_series_is_not_opened(office: Browser) -> None:
    token = office.open("/reviews").page.xpath("//input[@name='csrf_token']/@value")[0]
    meeting(office)

    answer = office._client.post("/reviews", data={"kind": "monthly", "csrf_token": token})

    assert answer.status_code == 409
    assert "还没有散会" in answer.text


def test_a_review_that_is_over_shows_its_minutes(office: Browser) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()
    office.open(f"/reviews/{review.id}/close").press("散会", {})

    assert office.open(f"/reviews/{review.id}").path.endswith("/minutes")
    assert office.open(f"/reviews/{review.id}/close").path.endswith("/minutes")


def test_of_two_who_end_it_the_second_keeps_what_was_written(
    office: Browser, bureau: Bureau, sign_in: SignIn
) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()
    form = office.open(f"/reviews/{review.id}/close")
    Browser(sign_in(f"office{bureau.top.id}")).open(f"/reviews/{review.id}/close").press(
        "散会", {"minutes": "先写的"}
    )

    form.press("散会", {"minutes": "后写的"})

    assert form.status == 409
    assert form.page.xpath("string(//textarea[@name='minutes'])").strip() == "后写的"
    db.session.expire_all()
    assert db.session.scalars(select(Review.minutes)).one() == "先写的"


def test_what_is_decided_after_the_end_is_shown_again(
    office: Browser, bureau: Bureau, sign_in: SignIn
) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()
    Browser(sign_in(f"office{bureau.top.id}")).open(f"/reviews/{review.id}/close").press("散会", {})

    office.press("记下（回车）", {"text": "来晚的一条"})

    assert "已经散会" in office.words
    assert "来晚的一条" in office.words
    assert db.session.scalars(select(Decision)).all() == []


def test_the_same_decision_sent_twice_is_one_task(office: Browser) -> None:
    meeting(office)
    due = (local_now().date() + timedelta(days=9)).isoformat()

    for _ in range(2):
        office.press("记下（回车）", {"text": "只办一次", "due_on": due})

    assert len(db.session.scalars(select(Task).where(Task.text == "只办一次")).all()) == 1


def test_a_day_years_away_is_refused(office: Browser) -> None:
    meeting(office).press("记下（回车）", {"text": "办", "due_on": "2999-01-01"})

    assert office.status == 422
    assert "太远" in office.words


def test_a_note_written_meanwhile_is_not_overwritten(
    office: Browser, bureau: Bureau, sign_in: SignIn
) -> None:
    meeting(office)
    item = db.session.scalars(select(AgendaItem).where(AgendaItem.title == LATE)).one()
    other = Browser(sign_in(f"office{bureau.top.id}"))
    other.open(f"/reviews/{item.review_id}?item={item.id}").press(
        "议过，下一项", {"note": "甲写的"}
    )

    office.press("议过，下一项", {"note": "乙写的"})

    assert office.status == 409
    assert "甲写的" in office.words
    assert office.page.xpath("//input[@name='note']/@value") == ["乙写的"]
    assert office.press("议过，下一项", {"note": "长" * 2_001, "seen": "甲写的"}).status == 422


def test_the_chief_reads_and_only_the_office_runs_it(
    office: Browser, bureau: Bureau, sign_in: SignIn
) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()
    chief = sign_in(bureau.chief.login)

    page = chief.get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "记下（回车）" not in page.text
    assert chief.get(f"/reviews/{review.id}/close").status_code == 403
    assert sign_in(bureau.leader.login).get(f"/reviews/{review.id}").status_code == 403
    assert sign_in(bureau.clerk.login).get("/reviews").status_code == 403


def test_another_bureaus_review_is_not_there(office: Browser, make: Maker, sign_in: SignIn) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()
    other = make.top("山阳县财政局")
    make.post(other, "office", make.person(other, "stranger", "吴江"))
    db.session.commit()
    stranger = sign_in("stranger")

    for path in ("", "/minutes", "/close"):
        assert stranger.get(f"/reviews/{review.id}{path}").status_code == 404


def test_an_item_of_another_review_is_not_there(office: Browser) -> None:
    meeting(office)
    review = db.session.scalars(select(Review)).one()

    assert office.open(f"/reviews/{review.id}?item=9999").status == 404


def test_an_empty_agenda_can_be_closed(make: Maker, sign_in: SignIn) -> None:
    top = make.top()
    make.post(top, "office", make.person(top, "office", "赵文博"))
    db.session.commit()
    browser = Browser(sign_in("office"))

    browser.open("/reviews").press("开始周调度")

    assert "没有要调度的事项" in browser.words


def test_queries_do_not_grow_with_the_agenda(
    office: Browser, bureau: Bureau, make: Maker, count_queries: Count
) -> None:
    meeting(office)
    first = db.session.scalars(select(Review)).one()
    few = count_queries(lambda: office.open(f"/reviews/{first.id}"))
    opening = count_queries(lambda: office.open("/reviews").press("开始周调度"))
    office.open(f"/reviews/{first.id}/close").press("散会", {})
    due = (local_now().date() - timedelta(days=3)).isoformat()
    for number in range(30):
        make_task(make, bureau, due, text=f"{LATE}{number}")
        make.indicator(bureau.plan, bureau.section, name=f"指标{number}")
    db.session.commit()

    assert count_queries(lambda: office.open("/reviews").press("开始月调度")) <= opening + 2
    newest = db.session.scalars(select(Review.id).order_by(Review.id.desc())).first()
    assert count_queries(lambda: office.open(f"/reviews/{newest}")) <= few + 1

"""Pages of bulletins: the text to edit with the check's words, making, the files, who may."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tests.reviewing import bureau, closed_one, open_one
from tracker.extensions import db
from tracker.models import Bulletin, Review, Unit

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def top(make: Maker) -> Unit:
    return bureau(make)


@pytest.fixture
def review(top: Unit) -> Review:
    return closed_one(top)


@pytest.fixture
def office(review: Review, sign_in: SignIn) -> Browser:
    return Browser(sign_in("office"))


def made() -> Bulletin:
    return db.session.scalars(select(Bulletin)).one()


def text_in(browser: Browser, field: str) -> str:
    return str(browser.page.get_element_by_id(field).text_content()).removeprefix("\n")


def test_from_the_text_to_the_files(office: Browser, review: Review) -> None:
    office.open(f"/bulletins/of/{review.id}").press("生成")

    assert office.path == f"/bulletins/{made().id}"
    assert "通报已经生成，为2024年第1期。" in office.answer.text
    docx = office._client.get(f"/bulletins/{made().id}/file.docx")
    assert docx.data == made().content
    assert "wordprocessingml" in docx.content_type
    assert "%E9%80%9A%E6%8A%A5" in docx.headers["Content-Disposition"]
    xlsx = office._client.get(f"/bulletins/{made().id}/file.xlsx")
    sheet = load_workbook(io.BytesIO(xlsx.data))["指标完成情况表"]
    names = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert sorted(map(str, names)) == ["=基金收入", "税收收入", "非税收入"]


def test_what_does_not_fit_is_said_beside_its_section_and_kept_as_typed(
    office: Browser, review: Review
) -> None:
    office.open(f"/bulletins/of/{review.id}")
    wrong = text_in(office, "problems").replace("6,426万元", "16,426万元")
    office.press("生成", {"problems": wrong})

    assert office.answer.status_code == 422
    assert "应为6,426" in office.answer.text
    assert "有 1 处数字对不上，改好才能生成。" in office.answer.text
    assert "16,426万元" in text_in(office, "problems")
    assert db.session.scalars(select(Bulletin)).all() == []


def test_the_check_alone_makes_nothing(office: Browser, review: Review) -> None:
    office.open(f"/bulletins/of/{review.id}").press("校核", {"title": "关于3月情况的通报"})

    assert "校核通过" in office.answer.text
    assert 'value="关于3月情况的通报"' in office.answer.text
    assert db.session.scalars(select(Bulletin)).all() == []


def test_the_office_edits_the_words(office: Browser, review: Review) -> None:
    office.open(f"/bulletins/of/{review.id}")
    own = text_in(office, "next") + "\r\n各单位要加强领导。"
    office.press("生成", {"next": own, "title": "关于3月情况的通报"})

    assert made().title == "关于3月情况的通报"
    assert made().text["sections"][-1]["text"].endswith("各单位要加强领导。")


def test_made_once(office: Browser, review: Review) -> None:
    office.open(f"/bulletins/of/{review.id}").press("生成")
    office.open(f"/bulletins/of/{review.id}")
    assert office.path == f"/bulletins/{made().id}"

    answer = office._client.post(
        f"/bulletins/of/{review.id}",
        data={"title": "另一个", "addressee": "各股室：", "do": "make"},
    )
    assert answer.status_code == 409
    assert "不能再改" in answer.text


def test_a_title_that_is_too_long_is_refused_beside_its_field(
    office: Browser, review: Review
) -> None:
    office.open(f"/bulletins/of/{review.id}").press("生成", {"title": "长" * 81})

    assert office.answer.status_code == 422
    assert "最多 80 个字" in office.answer.text


def test_an_open_review_leads_back_to_its_meeting(top: Unit, sign_in: SignIn) -> None:
    review, browser = open_one(top), sign_in("office")

    for answer in (
        browser.get(f"/bulletins/of/{review.id}"),
        browser.post(f"/bulletins/of/{review.id}"),
    ):
        assert answer.location == f"/reviews/{review.id}"


@pytest.mark.parametrize("login", ["leader", "chief"])
def test_leader_and_chief_read(
    login: str, office: Browser, review: Review, sign_in: SignIn
) -> None:
    assert sign_in(login).get(f"/bulletins/of/{review.id}").status_code == 403
    office.open(f"/bulletins/of/{review.id}").press("生成")
    browser = Browser(sign_in(login))

    assert made().title in browser.open("/bulletins").answer.text
    assert browser.open(f"/bulletins/of/{review.id}").path == f"/bulletins/{made().id}"
    assert browser._client.get(f"/bulletins/{made().id}/file.docx").status_code == 200
    assert browser._client.post(f"/bulletins/of/{review.id}").status_code == 403


def test_a_head_does_not(review: Review, sign_in: SignIn) -> None:
    assert sign_in("head").get("/bulletins").status_code == 403


def test_another_bureau_finds_nothing(
    office: Browser, review: Review, make: Maker, sign_in: SignIn
) -> None:
    office.open(f"/bulletins/of/{review.id}").press("生成")
    number = made().id
    other = make.top("临江县财政局", "LJ")
    make.post(other, "office", make.person(other, "stranger"))
    db.session.commit()
    stranger = sign_in("stranger")

    assert stranger.get(f"/bulletins/of/{review.id}").status_code == 404
    assert stranger.get(f"/bulletins/{number}").status_code == 404
    assert stranger.get(f"/bulletins/{number}/file.docx").status_code == 404
    assert "还没有通报" in stranger.get("/bulletins").text


def test_the_list_offers_what_has_no_bulletin_yet(office: Browser, review: Review) -> None:
    office.open("/bulletins")
    assert "还没有通报的调度" in office.answer.text

    office.open(f"/bulletins/of/{review.id}").press("生成").open("/bulletins")
    assert "2024年第1期" in office.answer.text
    assert "还没有通报的调度" not in office.answer.text


def test_a_file_that_is_not_the_one_made_is_not_handed_out(office: Browser, review: Review) -> None:
    office.open(f"/bulletins/of/{review.id}").press("生成")
    made().content = b"PK changed"
    db.session.commit()

    assert office._client.get(f"/bulletins/{made().id}/file.docx").status_code == 500

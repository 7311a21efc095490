"""A supervision order's document: measured in its XML and on the rendered page, and the same whenever it is made."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTPage, LTTextContainer, LTTextLine

from tests.documents.office import convert, needs_font, needs_office
from tracker.documents.order import OrderPaper, order_docx
from tracker.domain.orders import Colour

MOMENT = datetime(2024, 4, 3, 1, 0, tzinfo=UTC)
MILLIMETRE = 72 / 25.4
PAPER = OrderPaper(
    bureau="临溪县财政局",
    colour=Colour.YELLOW,
    year=2024,
    number=3,
    name="修订公务接待与公车管理办法，报局党组会议审定后印发执行",
    source="《2024年财政工作计划》（三）严格预算管理",
    unit="预算股",
    owner="周敏",
    due="2024年3月29日",
    situation="已下达，逾期 5 天，完成 40%。最近进展：初稿已征求各股室意见，正在修改。",
    demand="请责任人牵头，查明滞后原因，倒排整改进度并报分管领导，按期书面答复。",
    reply_due_on=date(2024, 4, 9),
    issued_on=date(2024, 4, 3),
)


def rows(paper: OrderPaper = PAPER) -> list[tuple[str, str]]:
    (table,) = Document(io.BytesIO(order_docx(paper, MOMENT))).tables
    return [(row.cells[0].text, row.cells[1].text) for row in table.rows]


def test_it_says_what_whose_until_when_and_how_it_stands() -> None:
    assert rows() == [
        ("督办事项", PAPER.name),
        ("来　　源", PAPER.source),
        ("责任单位", "预算股"),
        ("责任人", "周敏"),
        ("完成时限", "2024年3月29日"),
        ("目前情况", PAPER.situation),
        ("督办要求", PAPER.demand),
        ("回复期限", "2024年4月9日前书面答复"),
    ]


def test_title_number_signature_and_date_stand_where_they_belong() -> None:
    said = [one for one in Document(io.BytesIO(order_docx(PAPER, MOMENT))).paragraphs if one.text]

    assert [(one.style.style_id, one.text) for one in said if one.style] == [
        ("Title", "督办单（黄色）"),
        ("Number", "督办〔2024〕第3号"),
        ("Signature", "临溪县财政局"),
        ("Signature", "2024年4月3日"),
    ]
    (indent,) = said[-1]._p.xpath("w:pPr/w:ind")
    assert indent.get(qn("w:rightChars")) == "400"  # the date ends four characters from the right


def test_made_again_it_is_the_same_to_the_byte() -> None:
    assert order_docx(PAPER, MOMENT) == order_docx(replace(PAPER), MOMENT)


@pytest.mark.parametrize("colour", list(Colour))
def test_each_colour_is_in_its_title(colour: Colour) -> None:
    assert replace(PAPER, colour=colour).title == f"督办单（{colour.word}）"


def test_lines_stay_lines_and_nothing_typed_breaks_the_file() -> None:
    demand = "一、查明原因<b>&\n\n二、\x0b限期整改"

    assert rows(replace(PAPER, demand=demand))[6][1] == "一、查明原因<b>&\n二、\n限期整改"
    assert rows(replace(PAPER, name=""))[0] == ("督办事项", "")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> LTPage:
    pdf = convert(order_docx(PAPER, MOMENT), ".docx", "pdf", tmp_path_factory.mktemp("order"))
    (only,) = extract_pages(io.BytesIO(pdf))
    return only


def lines(page: LTPage) -> list[LTTextLine]:
    return [
        line
        for box in page
        if isinstance(box, LTTextContainer)
        for line in box
        if isinstance(line, LTTextLine) and line.get_text().strip()
    ]


@needs_office
@needs_font
def test_it_is_one_page_within_the_type_area(page: LTPage) -> None:
    shown = [line for line in lines(page) if "—" not in line.get_text()]

    assert min(line.x0 for line in shown) >= 28 * MILLIMETRE - 1
    assert max(line.x1 for line in shown) <= (210 - 26) * MILLIMETRE + 1
    assert max(line.y1 for line in shown) <= (297 - 37) * MILLIMETRE + 2
    assert min(line.y0 for line in shown) >= (297 - 37 - 225) * MILLIMETRE - 1


@needs_office
@needs_font
def test_the_title_is_centred_and_the_bureau_stands_over_the_date(page: LTPage) -> None:
    def line(words: str) -> LTTextLine:
        return next(one for one in lines(page) if "".join(one.get_text().split()) == words)

    title, bureau, day = line("督办单（黄色）"), line("临溪县财政局"), line("2024年4月3日")
    assert (title.x0 + title.x1) / 2 == pytest.approx((28 + 156 / 2) * MILLIMETRE, abs=3)
    assert day.x1 == pytest.approx((28 + 156 * 24 / 28) * MILLIMETRE, abs=4)
    assert day.x0 <= bureau.x0 < bureau.x1 <= day.x1 + 1

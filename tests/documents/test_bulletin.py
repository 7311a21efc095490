"""The bulletin's document: the official layout measured in its XML and on the rendered page; its annex read back."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree
from openpyxl import load_workbook
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTPage, LTTextContainer, LTTextLine

from tests.documents.office import convert, needs_font, needs_office
from tests.domain.bulletin.making import decision, facts, indicator, task
from tracker.documents.bulletin import Signed, annex_xlsx, bulletin_docx
from tracker.documents.official_layout import CHARACTER_SPACE, LINE
from tracker.domain.bulletin.annex import annex
from tracker.domain.bulletin.facts import Facts, UnreportedFact
from tracker.domain.bulletin.text import Draft, write
from tracker.domain.lights import Light

MOMENT = datetime(2024, 7, 4, 1, 30, tzinfo=UTC)
SIGNED = Signed("临溪县财政局", date(2024, 7, 4), 2024, 3)
MILLIMETRE = 72 / 25.4  # in points


@cache
def whole() -> Facts:
    many = (
        indicator(f"收入之{number:02}", Light.RED, reason="入库减少" * 20, ahead=Decimal("-5.2"))
        for number in range(40)
    )
    return facts(
        indicator("=甲收入", yoy=Decimal("-5.2")),
        *many,
        lagging_tasks=(task(),),
        unreported=(UnreportedFact("综合股", 1, ("报送\x0b制度",)),),
        decisions=(decision(),),
    )


@cache
def made() -> bytes:
    return bulletin_docx(write(whole()), annex(whole()), SIGNED, MOMENT)


@cache
def document() -> DocumentObject:
    return Document(io.BytesIO(made()))


def paragraph(words: str) -> Paragraph:
    return next(one for one in document().paragraphs if one.text.startswith(words))


def _properties(one: Paragraph) -> Any:
    return one._p.pPr


def font_of(one: Paragraph, run: int = 0) -> tuple[str, float]:
    """Return a run's East Asian font and its size in points, through its styles."""
    styles = document().styles.element
    own = one.runs[run]
    chain = [own.style.style_id] if own._r.rPr is not None and own.style else []
    chain += [_properties(one).pStyle.val, "Normal"]
    found = [styles.xpath(f"w:style[@w:styleId='{key}']/w:rPr") for key in chain]
    found.append(styles.xpath("w:docDefaults/w:rPrDefault/w:rPr"))
    properties = [each[0] for each in found if each]
    fonts = [each.find(qn("w:rFonts")) for each in properties]
    sizes = [each.find(qn("w:sz")) for each in properties]
    name = next(each.get(qn("w:eastAsia")) for each in fonts if each is not None)
    size = next(each.get(qn("w:val")) for each in sizes if each is not None)
    return str(name), int(size) / 2


def part(name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        return etree.fromstring(archive.read(name))


class TestThePage:
    def test_a4_with_the_type_area_and_margins_of_the_standard(self) -> None:
        page = document().element.body.sectPr
        size, margin = page.find(qn("w:pgSz")), page.find(qn("w:pgMar"))

        def millimetres(element: etree._Element, name: str) -> float:
            return int(str(element.get(qn(f"w:{name}")))) * 25.4 / 1440

        width, height = millimetres(size, "w"), millimetres(size, "h")
        left, right, top, bottom = (
            millimetres(margin, side) for side in ("left", "right", "top", "bottom")
        )
        assert (round(width), round(height)) == (210, 297)
        assert [top, left] == pytest.approx([37, 28], abs=0.05)
        assert width - left - right == pytest.approx(156, abs=0.05)
        assert height - top - bottom == pytest.approx(225, abs=0.05)

    def test_a_grid_of_22_lines_of_28_characters(self) -> None:
        grid = document().element.body.sectPr.find(qn("w:docGrid"))
        character = 16 + int(grid.get(qn("w:charSpace"))) / 4096

        assert grid.get(qn("w:type")) == "linesAndChars"
        assert int(grid.get(qn("w:linePitch"))) * 22 <= 225 * MILLIMETRE * 20 < (LINE + 1) * 22
        assert character * 28 == pytest.approx(156 * MILLIMETRE, abs=0.01)
        assert int(grid.get(qn("w:charSpace"))) == CHARACTER_SPACE

    def test_the_page_number_stands_outside_in_size_four_between_dashes(self) -> None:
        odd, even = part("word/footer1.xml"), part("word/footer2.xml")

        for footer, side in ((odd, "right"), (even, "left")):
            assert "".join(footer.itertext()) == "— 1 —"
            assert footer.find(f".//{qn('w:jc')}").get(qn("w:val")) == side
            assert footer.find(f".//{qn('w:ind')}").get(qn(f"w:{side}Chars")) == "100"
            assert footer.find(f".//{qn('w:fldSimple')}").get(qn("w:instr")).strip() == "PAGE"
        assert part("word/settings.xml").find(qn("w:evenAndOddHeaders")) is not None


class TestFonts:
    @pytest.mark.parametrize(
        ("words", "run", "expected"),
        [
            ("临溪县财政局\n关于", 0, ("方正小标宋简体", 22)),
            ("一、总体情况", 0, ("黑体", 16)),
            ("（一）", 0, ("楷体_GB2312", 16)),
            ("1.", 0, ("仿宋_GB2312", 16)),
            ("各股室", 0, ("仿宋_GB2312", 16)),
            ("附件1", 0, ("黑体", 16)),
            ("指标完成情况表", 0, ("方正小标宋简体", 22)),
        ],
    )
    def test_each_level_has_its_own(
        self, words: str, run: int, expected: tuple[str, float]
    ) -> None:
        assert font_of(paragraph(words), run) == expected

    def test_what_follows_a_heading_in_its_paragraph_is_text(self) -> None:
        draft = write(whole())
        mixed = Draft(
            draft.title,
            draft.addressee,
            (type(draft.sections[0])("overview", "（一）强化调度。各单位要落实。"),),
        )
        body = Document(io.BytesIO(bulletin_docx(mixed, (), SIGNED, MOMENT)))
        one = next(each for each in body.paragraphs if each.text.startswith("（一）"))

        assert [run.text for run in one.runs] == ["（一）强化调度。", "各单位要落实。"]

    def test_every_font_is_named_for_chinese_too(self) -> None:
        for fonts in part("word/styles.xml").iter(qn("w:rFonts")):
            assert fonts.get(qn("w:eastAsia"))


class TestTheParts:
    def test_they_come_in_the_order_of_a_document(self) -> None:
        shown = [one.text for one in document().paragraphs if one.text]
        places = [
            shown.index(words)
            for words in (
                "临溪县财政局\n关于2024年6月重点工作推进情况的通报",
                "2024年第3期",
                "各股室、各单位：",
                "一、总体情况",
                "二、工作成效",
                "三、存在问题",
                "四、下一步要求",
                "附件：1.指标完成情况表",
                "临溪县财政局",
                "2024年7月4日",
                "附件1",
            )
        ]
        assert places == sorted(places)

    def test_the_date_ends_four_characters_from_the_right_under_the_name(self) -> None:
        day, name = paragraph("2024年7月4日"), paragraph("临溪县财政局")
        name = [one for one in document().paragraphs if one.text == "临溪县财政局"][-1]

        assert _properties(day).ind.get(qn("w:rightChars")) == "400"
        assert (
            _properties(name).ind.get(qn("w:rightChars")) == "400"
        )  # both are six characters wide
        assert {_properties(one).pStyle.val for one in (day, name)} == {"Signature"}

    def test_tables_repeat_their_head_and_split_no_row(self) -> None:
        assert len(document().tables) == 3
        for table in document().tables:
            for number, row in enumerate(table.rows):
                properties = row._tr.trPr
                assert properties.find(qn("w:cantSplit")) is not None
                assert (properties.find(qn("w:tblHeader")) is not None) == (number == 0)

    def test_figures_stand_right_and_the_table_has_a_row_for_each_indicator(self) -> None:
        table = document().tables[0]
        aligned = [cell.paragraphs[0]._p.pPr.jc.get(qn("w:val")) for cell in table.rows[1].cells]

        assert aligned == ["center", "left", "left", "left", *["right"] * 4, "left"]
        assert len(table.rows) - 1 == 41


class TestTheBytes:
    def test_made_again_they_are_the_same(self) -> None:
        assert bulletin_docx(write(whole()), annex(whole()), SIGNED, MOMENT) == made()

    def test_nothing_in_them_knows_when_they_were_made(self) -> None:
        with zipfile.ZipFile(io.BytesIO(made())) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert archive.testzip() is None
        properties = document().core_properties
        assert (properties.created, properties.author) == (MOMENT, "临溪县财政局")

    def test_what_xml_cannot_hold_is_left_out(self) -> None:
        assert any("报送制度" in one.text for one in document().paragraphs)


class TestTheAnnex:
    def test_figures_come_back_and_text_stays_text(self) -> None:
        book = load_workbook(io.BytesIO(annex_xlsx(annex(whole()), MOMENT)))
        row = [cell.value for cell in book["指标完成情况表"][2]]

        assert book.sheetnames == [table.title for table in annex(whole())]
        assert row == [1, "=甲收入", "综合股", "万元", 109466, 61646, 56.3, -5.2, "达进度"]
        assert book["指标完成情况表"]["B2"].data_type == "s"

    def test_every_cell_is_read_back_as_it_was_written(self) -> None:
        tables = annex(whole())
        book = load_workbook(io.BytesIO(annex_xlsx(tables, MOMENT)))

        for table in tables:
            for cells, read in zip(table.rows, book[table.title].iter_rows(min_row=2), strict=True):
                for cell, back in zip(cells, read, strict=True):
                    figure = cell[0] if isinstance(cell, tuple) else cell
                    value = back.value
                    if isinstance(figure, Decimal):
                        assert Decimal(str(value)) == figure
                    elif isinstance(figure, date):
                        assert isinstance(value, datetime)
                        assert value.date() == figure
                    else:
                        assert value == (figure or (0 if figure == 0 else None))

    def test_made_again_it_is_the_same(self) -> None:
        first = annex_xlsx(annex(whole()), MOMENT)

        assert annex_xlsx(annex(whole()), MOMENT) == first


def lines(page: LTPage) -> list[LTTextLine]:
    boxes = [box for box in page if isinstance(box, LTTextContainer)]
    found = [line for box in boxes for line in box if isinstance(line, LTTextLine)]
    return sorted(found, key=lambda line: -line.y1)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[LTPage]:
    """The pages as LibreOffice lays them out."""
    data = convert(made(), ".docx", "pdf", tmp_path_factory.mktemp("bulletin"))
    return list(extract_pages(io.BytesIO(data)))


@needs_office
@needs_font
class TestTheRenderedPage:
    def test_libreoffice_keeps_all_of_it(self, tmp_path: Path) -> None:
        back = Document(io.BytesIO(convert(made(), ".docx", "docx", tmp_path)))

        own = [one.text for one in document().paragraphs if one.text]
        assert [one.text for one in back.paragraphs if one.text] == own
        assert [len(one.rows) for one in back.tables] == [
            len(one.rows) for one in document().tables
        ]

    def test_22_lines_fill_a_page_of_text(self, pages: list[LTPage]) -> None:
        heights = Counter(
            round(sum(1 for line in lines(page) if line.get_text().strip())) for page in pages[1:4]
        )

        assert heights == {23: 3}  # and the page number

    def test_the_text_stays_inside_the_type_area(self, pages: list[LTPage]) -> None:
        top, left = (297 - 37) * MILLIMETRE, 28 * MILLIMETRE
        for page in pages[1:4]:
            *body, number = lines(page)
            assert max(line.y1 for line in body) <= top + 4  # a font's ascent
            assert min(line.x0 for line in body) >= left - 1
            assert min(line.y0 for line in body) >= 35 * MILLIMETRE - 4
            assert number.y1 < 35 * MILLIMETRE

    def test_a_full_line_has_28_characters(self, pages: list[LTPage]) -> None:
        full = [
            len(line.get_text().strip())
            for page in pages[1:4]
            for line in lines(page)
            if set(line.get_text().strip()) <= set("入库减少")
        ]
        assert max(full) == 28
        assert Counter(full).most_common(1)[0][0] == 28

    def test_sizes_are_those_of_the_standard(self, pages: list[LTPage]) -> None:
        def size(line: LTTextLine) -> float:
            return float(next(sign.size for sign in line if isinstance(sign, LTChar)))

        first = lines(pages[0])
        assert size(first[0]) == pytest.approx(22, abs=0.2)
        assert size(first[4]) == pytest.approx(16, abs=0.2)
        assert size(first[-1]) == pytest.approx(14, abs=0.2)

    def test_odd_numbers_stand_right_and_even_ones_left(self, pages: list[LTPage]) -> None:
        middle = 210 * MILLIMETRE / 2
        for number, page in enumerate(pages, start=1):
            last = lines(page)[-1]
            assert last.get_text().strip() == f"— {number} —"
            assert (last.x0 > middle) == (number % 2 == 1)
            dash = (last.y0 + last.y1) / 2
            assert 35 * MILLIMETRE - dash == pytest.approx(7 * MILLIMETRE, abs=1.5 * MILLIMETRE)

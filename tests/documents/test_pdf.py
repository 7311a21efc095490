"""PDFs with a text layer are read as the documents they were printed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.making_pdf import Drawn, drawn, set_text
from tests.documents.office import SHARED, convert, needs_font, needs_office, needs_plans
from tracker.documents.readers import read_document
from tracker.documents.readers.pdf import read_pdf
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text import PlanReading, read_plan

SENTENCE = (
    "抓好防汛抗旱。加固堤防5公里，清淤河道8公里，6月底前完成；新建泵站2座，改造渠道12.5公里，"
    "落实工程管护责任人，强化值班值守和应急演练，确保安全度汛，群众满意度达到95%以上。"
)
PLAN = "县水利局2024年工作计划\n" + "\n".join(
    f"{number}、{SENTENCE}" for number in "一二三四五六七八九"
)
XS, YS = (80, 130, 330, 430, 520), (700, 670, 640, 610, 580)


def understood(reading: PlanReading) -> list[tuple[object, ...]]:
    """Everything found, without its place in the text."""
    return [
        *((one.heading, one.kind) for one in reading.sections),
        *((one.number, "".join(one.title.split())) for one in reading.items),
        *(("".join(t.text.split()), t.lead, t.support, t.due_on) for t in reading.tasks),
        *((t.name, t.measure, t.value, t.unit, t.bound, t.base) for t in reading.targets),
        *((r.name, r.measure, r.value, r.unit) for r in reading.results),
    ]


def lines(*pages: Drawn) -> list[str]:
    return read_pdf(drawn(*pages)).text.split("\n")


def table_page(top: float = 0, heads: str = "序号 重点任务 责任单位 完成时限") -> Drawn:
    page = Drawn()
    page.grid(XS, [y + top for y in YS])
    for x, words in zip(XS, heads.split(), strict=False):
        page.write(x + 5, 680 + top, words, 12)
    return page


def test_paragraphs_are_joined_over_lines_and_pages_without_heads_and_feet() -> None:
    assert read_pdf(drawn(*set_text(PLAN))).text == PLAN


def test_last_line_that_is_full_does_not_swallow_the_next_entry() -> None:
    page = Drawn()
    page.write(72, 740, "一、" + "抓" * 25)
    page.write(72, 712, "好" * 27 + "。")
    page.write(72, 684, "二、" + "干" * 25)
    page.write(72, 656, "完。")

    assert lines(page) == ["一、" + "抓" * 25 + "好" * 27 + "。", "二、" + "干" * 25 + "完。"]


def test_ruled_table_gives_rows_of_cells_and_keeps_lines_that_had_room() -> None:
    page = table_page()
    for index, (words, unit) in enumerate([("加固堤防5公里", "工程股"), ("培训50人次", "人事股")]):
        y = 650 - index * 30
        page.write(85, y, str(index + 1), 12)
        page.write(135, y, words, 12)
        page.write(335, y, unit, 12)
    page.write(435, 655, "2024年12", 12)
    page.write(435, 643, "月底前完成好的", 12)

    assert lines(page)[:3] == [
        "序号\t重点任务\t责任单位\t完成时限",
        "1\t加固堤防5公里\t工程股\t2024年12\u2028月底前完成好的",
        "2\t培训50人次\t人事股\t",
    ]


def test_line_broken_for_want_of_room_in_a_cell_is_joined() -> None:
    page = table_page()
    page.write(435, 656, "二零二四年十二", 12)
    page.write(435, 643, "月底前", 12)
    page.write(85, 650, "1", 12)

    assert lines(page)[1] == "1\t\t\t二零二四年十二月底前"


def test_cell_over_several_rows_is_repeated_and_a_full_width_row_stands_alone() -> None:
    page = Drawn()
    for y in (700, 670, 640, 580):
        page.rule(80, y, 520, y)
    page.rule(80, 610, 330, 610)
    for x in (80, 520):
        page.rule(x, 580, x, 700)
    for x in (130, 330):
        page.rule(x, 580, x, 640)
        page.rule(x, 670, x, 700)
    for x, y, words in (
        (85, 680, "序号"),
        (135, 680, "重点任务"),
        (335, 680, "责任单位"),
        (85, 650, "一、抓好防汛"),
        (85, 620, "1"),
        (135, 620, "加固堤防"),
        (85, 590, "2"),
        (135, 590, "清淤河道"),
        (335, 605, "工程股"),
    ):
        page.write(x, y, words, 12)

    assert lines(page) == [
        "序号\t重点任务\t责任单位",
        "一、抓好防汛",
        "1\t加固堤防\t工程股",
        "2\t清淤河道\t工程股",
    ]


def test_row_cut_by_the_end_of_a_page_is_whole_and_the_repeated_head_is_left_out() -> None:
    first, second = table_page(), table_page()
    for page, number, words in ((first, "1", "加固堤防，"), (second, "", "清淤河道")):
        page.write(85, 590 if page is first else 650, number or " ", 12)
        page.write(135, 590 if page is first else 650, words, 12)
    first.write(335, 590, "工程股", 12)
    second.write(85, 620, "2", 12)
    second.write(135, 620, "培训人员", 12)

    assert lines(first, second) == [
        "序号\t重点任务\t责任单位\t完成时限",
        "1\t加固堤防，清淤河道\t工程股\t",
        "2\t培训人员\t\t",
    ]


def test_table_without_lines_is_read_by_its_columns() -> None:
    page = Drawn()
    for index, row in enumerate(("序号 任务 单位", "1 加固堤防5公里 工程股", "2 培训 人事股")):
        for x, words in zip((80, 140, 400), row.split(), strict=True):
            page.write(x, 700 - index * 20, words, 12)

    assert lines(page) == ["序号\t任务\t单位", "1\t加固堤防5公里\t工程股", "2\t培训\t人事股"]


def test_sheet_too_wide_for_its_page_is_put_side_by_side() -> None:
    left, right = (
        table_page(heads="序号 任务 目标 措施"),
        table_page(heads="牵头股室 配合单位 时限 备注"),
    )
    left.write(85, 650, "1", 12)
    left.write(135, 650, "加固堤防", 12)
    right.write(85, 650, "工程股", 12)

    assert lines(left, right)[:2] == [
        "序号\t任务\t目标\t措施\t牵头股室\t配合单位\t时限\t备注",
        "1\t加固堤防\t\t\t工程股\t\t\t",
    ]


def test_page_printed_sideways_is_read_upright() -> None:
    page = Drawn()
    page.write(300, 100, "一、抓好防汛", 16, "0 1 -1 0")
    page.write(330, 100, "二、抓好抗旱", 16, "0 1 -1 0")

    assert lines(page) == ["一、抓好防汛", "二、抓好抗旱"]


def test_slanting_watermark_and_letters_printed_twice_are_left_out() -> None:
    page = Drawn()
    page.write(100, 700, "抓好防汛")
    page.write(100.4, 700, "抓好防汛")
    page.write(200, 400, "内部资料", 40, "0.7 0.7 -0.7 0.7")

    assert lines(page) == ["抓好防汛"]


def test_radicals_are_read_as_the_letters_they_stand_for() -> None:
    page = Drawn()
    page.write(100, 700, "⼀、⻓江⽔利⼯程")

    assert lines(page) == ["一、长江水利工程"]


def test_numbers_of_pages_go_but_a_number_of_the_text_stays() -> None:
    pages = [Drawn(), Drawn()]
    for number, page in enumerate(pages, start=1):
        page.write(100, 780, f"{number * 37}", 16)
        page.write(100, 700, "抓好防汛。")
        page.write(290, 40, str(number), 10)

    assert lines(*pages) == ["37", "抓好防汛。", "74", "抓好防汛。"]


def test_scan_is_said_to_be_one() -> None:
    page = Drawn()
    page.picture()

    with pytest.raises(DocumentError, match=r"^这是扫描件，没有文字层，"):
        read_pdf(drawn(page, page))


def test_scanned_page_among_others_is_named() -> None:
    text, scan = Drawn(), Drawn()
    text.write(100, 700, "抓好防汛。")
    scan.picture()
    document = read_pdf(drawn(text, scan, Drawn()))

    assert [problem.message for problem in document.problems] == [
        "第2页是扫描的图片，没有文字层，没有读入。",
        "第3页没有读出文字，请核对原文。",
    ]


def test_font_that_does_not_say_its_letters_is_refused() -> None:
    page = Drawn()
    page.write(100, 700, "抓好防汛抗旱")

    with pytest.raises(DocumentError, match="字码"):
        read_pdf(drawn(page, known=False))


@needs_office
@needs_font
@needs_plans
@pytest.mark.parametrize("name", ["seed-a.txt", "sample-task-table.docx", "sample-task-sheet.xlsx"])
def test_printed_plan_gives_the_same_tasks_and_targets(name: str, tmp_path: Path) -> None:
    data = (SHARED / name).read_bytes()
    printed = convert(data, Path(name).suffix, "pdf", tmp_path)

    plan, again = read_document(name, data).text, read_document("计划.pdf", printed).text

    assert understood(read_plan(again)) == understood(read_plan(plan))

"""Offices' files become text: every format by the same rules."""

from __future__ import annotations

import pytest

from tests.documents.making import paragraph, sheet_table, sheet_xml, word_table, word_xml
from tracker.documents.readers import read_document
from tracker.domain.plan_text import PlanReading, read_plan

TEXT = (
    "县农业农村局2024年工作计划\r\n一、抓好粮食生产。粮食产量20万吨以上。新建高标准农田3万亩。\r\n"
)


def plan(name: str, data: bytes) -> PlanReading:
    return read_plan(read_document(name, data).text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_letter_for_letter_in_any_encoding(encoding: str) -> None:
    assert read_document("计划.txt", TEXT.encode(encoding)).text == TEXT


def test_utf16_without_a_mark_is_recognised() -> None:
    assert read_document("计划.txt", TEXT.encode("utf-16-le")).text == TEXT


def test_word_table_gives_group_rows_and_merged_owners() -> None:
    reading = plan("任务.docx", word_table())

    assert [item.title for item in reading.items] == ["抓好防汛"]
    assert [(task.text, task.lead) for task in reading.tasks] == [
        ("加固堤防5公里", ("工程股",)),
        ("清淤河道8公里", ("工程股",)),
        ("培训50人次", ("人事股",)),
    ]


def test_sheet_fills_merged_cells_and_leaves_the_notes_page_out() -> None:
    document = read_document("任务.xlsx", sheet_table())
    reading = read_plan(document.text)

    assert [(task.text, task.lead) for task in reading.tasks] == [
        ("新建幼儿园3所", ("基教股",)),
        ("新增学位500个", ("基教股",)),
        ("招聘教师60名", ("人事股",)),
    ]
    assert [item.title for item in reading.items] == ["学前教育", "队伍建设"]
    assert [problem.message for problem in document.problems] == [
        "工作表“填表说明”是说明页或隐藏页，没有读入。"
    ]


def test_comma_table_keeps_offsets_of_the_file() -> None:
    raw = '序号,工作任务,责任单位,完成时限\n1,"新建泵站2座，改造渠道5公里",工程股,6月底前\n'
    document = read_document("任务.csv", raw.encode("gb18030"))
    (task,) = read_plan(document.text).tasks

    assert len(document.text) == len(raw)
    assert raw[task.span.start : task.span.end] == "新建泵站2座，改造渠道5公里"
    assert task.lead == ("工程股",)


def test_words_automatic_numbers_are_rebuilt() -> None:
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    listed = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    inside = paragraph("抓收入", listed) + paragraph("组织收入入库。") + paragraph("控支出", listed)

    text = read_document("计划.docx", word_xml(inside, **{"word/numbering.xml": numbering})).text

    assert text.splitlines() == ["一、抓收入", "组织收入入库。", "二、控支出"]


def test_deleted_words_are_left_out_and_inserted_ones_kept() -> None:
    deleted = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    inside = f"<w:p>{deleted}<w:ins><w:r><w:t>新建泵站</w:t></w:r></w:ins></w:p>"

    assert read_document("计划.docx", word_xml(inside)).text == "新建泵站"


def test_numbers_of_a_sheet_are_shown_plainly() -> None:
    rows = '<row r="1"><c r="A1"><v>9.6</v></c><c r="B1"><v>12</v></c></row>'

    assert read_document("表.xlsx", sheet_xml(rows)).text == "9.6\t12"

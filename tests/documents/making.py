"""Makes the files that the readers are tried on, good and hostile."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl

BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>{before}'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>{inside}</w:body></w:document>"
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "{dimension}<sheetData>{rows}</sheetData></worksheet>"
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="任务" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def archive(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def word_xml(inside: str, before: str = "", **parts: str | bytes) -> bytes:
    return archive({"word/document.xml": BODY.format(inside=inside, before=before), **parts})


def paragraph(words: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def sheet_xml(rows: str, dimension: str = "") -> bytes:
    return archive(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": LINKS,
            "xl/worksheets/sheet1.xml": SHEET.format(rows=rows, dimension=dimension),
        }
    )


def word_table() -> bytes:
    made = docx.Document()
    made.add_paragraph("县水利局2024年重点任务表")
    table = made.add_table(rows=5, cols=4)
    for column, words in enumerate(["序号", "重点任务", "责任单位", "完成时限"]):
        table.cell(0, column).text = words
    table.cell(1, 0).merge(table.cell(1, 3)).text = "一、抓好防汛"
    for row, (words, due) in enumerate(
        [("加固堤防5公里", "6月底前"), ("清淤河道8公里", "9月底前"), ("培训50人次", "年底前")], 2
    ):
        table.cell(row, 0).text = str(row - 1)
        table.cell(row, 1).text = words
        table.cell(row, 3).text = due
    table.cell(2, 2).merge(table.cell(3, 2)).text = "工程股"
    table.cell(4, 2).text = "人事股"
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def sheet_table() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["县教育局2024年任务分解表"])
    sheet.append(["序号", "类别", "工作任务", "牵头股室", "完成时限"])
    sheet.append([1, "学前教育", "新建幼儿园3所", "基教股", "8月底前"])
    sheet.append([2, None, "新增学位500个", None, "8月底前"])
    sheet.append([3, "队伍建设", "招聘教师60名", "人事股", "年底前"])
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("D3:D4")
    notes = book.create_sheet("填表说明")
    notes.append(["请于每月5日前填报。"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()

"""Tables that administrators send in: each row keeps its number in the file, and a sheet may have its own head."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from tracker.documents.sheets import Line, read_lines
from tracker.domain.errors import DocumentError

COLUMNS = {"code": ("代码",), "name": ("名称", "单位名称")}


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data: bytes, name: str = "表.xlsx") -> list[Line]:
    return read_lines(name, data, COLUMNS, ("code", "name"), 1_000_000)


def test_empty_rows_of_a_workbook_do_not_shift_the_numbers() -> None:
    lines = read(workbook(表=[["代码", "名称"], ["A", "甲"], [], [None, None], ["B", "乙"]]))

    assert [(line.place, line.cells["name"]) for line in lines] == [
        ("第2行", "甲"),
        ("第5行", "乙"),
    ]


def test_empty_rows_of_a_large_workbook_do_not_either() -> None:
    rows: list[list[object]] = [["代码", "名称"], []]
    rows += [[f"A{n}", f"名称{n}" * 20] for n in range(5000)]

    lines = read(workbook(表=rows))

    assert (lines[0].number, lines[-1].number, len(lines)) == (3, 5002, 5000)


def test_empty_lines_of_a_text_do_not_either() -> None:
    lines = read('代码,名称\n\nA,"甲\n乙"\nB,丙\n'.encode(), "表.csv")

    assert [(line.number, line.cells["name"]) for line in lines] == [(3, "甲 乙"), (4, "丙")]


def test_a_further_sheet_has_its_own_head_and_is_named() -> None:
    lines = read(
        workbook(
            财政=[["代码", "名称"], ["A", "甲"]],
            农业=[["农业口"], ["单位名称", "代码"], ["乙", "B"]],
            续表=[["C", "丙"]],
        )
    )

    assert [(line.place, line.cells["name"]) for line in lines] == [
        ("工作表“财政”第2行", "甲"),
        ("工作表“农业”第3行", "乙"),
        ("工作表“续表”第1行", "C"),
    ]


def test_a_table_without_its_head_says_what_is_missing() -> None:
    with pytest.raises(DocumentError, match="没有“名称”"):
        read(workbook(表=[["代码", "别的"], ["A", "甲"]]))

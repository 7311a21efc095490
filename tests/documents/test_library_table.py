"""The indicator library as a table: read by its head's words, every fault with its place, hostile files refused."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from tests.documents.making import sheet_xml
from tracker.documents.library_table import DefinitionRow, read_library
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import DocumentError, NotReadyError

HEAD = "编码,指标名称,别名,计量单位,类型,方向,小数位,类别,来源,说明\n"


def read(table: str | bytes, name: str = "指标库.csv") -> list[DefinitionRow]:
    data = table.encode() if isinstance(table, str) else table
    return read_library(name, data, 10_000_000)


def faults(table: str) -> list[str]:
    with pytest.raises(NotReadyError) as caught:
        read(table)
    return list(caught.value.problems)


def test_a_row_says_all_that_its_columns_hold() -> None:
    (row,) = read(HEAD + "CZ-1,税收收入,各项税收、税收,万元,流量,正向,2位,财政收入,月报,不含关税\n")

    assert row == DefinitionRow(
        place="第2行",
        code="CZ-1",
        name="税收收入",
        unit="万元",
        aliases=("各项税收", "税收"),
        kind=Kind.FLOW,
        polarity=Polarity.HIGHER,
        places=2,
        category="财政收入",
        source="月报",
        note="不含关税",
    )


def test_name_and_unit_are_enough_and_the_rest_follows_from_them() -> None:
    (row,) = read("名称,单位\n政府债务余额,亿元\n")

    made = row.over(None)
    assert (row.code, row.kind, row.places) == (None, None, None)
    assert (made.code, made.kind, made.polarity, made.places) == (
        "",
        Kind.STOCK,
        Polarity.LOWER,
        2,
    )


def test_what_a_row_does_not_say_stays_as_it_is() -> None:
    whole = read(HEAD + "CZ-1,税收收入,各项税收,万元,流量,正向,2,财政收入,月报,不含关税\n")[0].over(
        None
    )

    after = read("编码,指标名称,别名,计量单位\nCZ-1,税收总收入,,亿元\n")[0].over(whole)

    assert (after.name, after.unit) == ("税收总收入", "亿元")
    assert (after.aliases, after.places, after.note) == (("各项税收",), 2, "不含关税")


def test_the_head_is_found_below_a_title_whatever_its_order_and_hints() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["临溪县高质量发展指标库"],
        ["序号", "责任单位", "单位", "计量单位（必填）", "指标名称*", "极性"],
        [1, "税务局", "财政局", "万元", "税收收入", "正"],
        [],
        [2, "统计局", "统计局", "吨标准煤", "单位GDP能耗", "逆"],
    ):
        sheet.append(line)
    sheet.merge_cells("A1:F1")
    stream = io.BytesIO()
    book.save(stream)

    rows = read(stream.getvalue(), "指标库.xlsx")

    assert [(row.place, row.name, row.unit, row.polarity) for row in rows] == [
        ("第3行", "税收收入", "万元", Polarity.HIGHER),
        ("第5行", "单位GDP能耗", "吨标准煤", Polarity.LOWER),
    ]


def test_every_fault_is_listed_with_its_place() -> None:
    table = HEAD + (
        "CZ-1,税收收入,,万元,流量,正向,0,,,\n"
        "CZ-1,非税收入,,,经济类指标,区间,很多,,,\n"
        ",,,万元,,,,,,\n"
        ",契税,,万元,,,7,,,\n"
        ",契税,,万元,,,,,,\n"
        "CZ-9,契税,,万元,,,,,,\n"
    )

    assert faults(table) == [
        "第3行“计量单位”没有填",
        "第3行“类型”写的是“经济类指标”，应是累计数、时点数、比率之一",
        "第3行“方向”写的是“区间”，应写越高越好或不超过",
        "第3行“小数位”写的是“很多”，应是 0 到 4 的数字",
        "第4行“指标名称”没有填",
        "第5行“小数位”应在 0 到 4 之间",
        "第3行“编码”CZ-1 与第2行重复",
        "第6行“指标名称”“契税”与第5行重复，同名的请用编码区分",
        "第7行“指标名称”“契税”与第5行重复，同名的请用编码区分",
    ]


def test_one_name_may_stand_twice_under_two_codes() -> None:
    rows = read("编码,指标名称,计量单位\nA,契税,万元\nB,契税,笔\n")

    assert [row.code for row in rows] == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("指标库.docx", b"PK", "用 .csv 或 .xlsx"),
        ("指标库.csv", "指标名称,计量单位\n".encode(), "只有表头"),
        ("指标库.csv", "指标名称,备注\n税收收入,x\n".encode(), "没有“计量单位”"),
        ("指标库.csv", b"", "空的"),
        ("指标库.csv", b"\x00\x01\x02\x03" * 99, "二进制"),
        ("指标库.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        ("指标库.xlsx", "指标名称,计量单位\n税收收入,万元\n".encode(), "后缀"),
        ("指标库.xlsx", sheet_xml("", '<dimension ref="A1:XFD1048576"/>'), "过大"),
        ("指标库.csv", ("指标名称,计量单位\n" + "税收收入,万元\n" * 20_001).encode(), "分开再传"),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_sentence(
    name: str, data: bytes, words: str
) -> None:
    with pytest.raises(DocumentError, match=words):
        read(data, name)

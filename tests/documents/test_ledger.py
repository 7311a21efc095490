"""Ledgers as files: figures come back unchanged, text is never run."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tracker.documents.ledger import Column, guarded, ledger_csv, ledger_xlsx

FIGURES = st.decimals(
    min_value=Decimal(-(10**14)), max_value=Decimal(10**14), places=4, allow_nan=False
)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]


def read_xlsx(data: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2, values_only=True))


@settings(max_examples=20, deadline=None)
@given(st.lists(FIGURES, min_size=1, max_size=500))
def test_figures_come_back_unchanged(figures: list[Decimal]) -> None:
    rows = [[figure] for figure in figures]

    from_csv = [Decimal(row[0]) for row in read_csv(ledger_csv([Column("数")], rows))]
    from_xlsx = [Decimal(str(row[0])) for row in read_xlsx(ledger_xlsx("数", [Column("数")], rows))]

    assert from_csv == figures
    assert from_xlsx == figures


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        " =1",
    ],
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert guarded(text).startswith("'")
    assert read_csv(ledger_csv([Column("名")], [[text]]))[0][0] == f"'{text}"
    sheet = load_workbook(io.BytesIO(ledger_xlsx("名", [Column("名")], [[text]]))).active
    assert sheet["A2"].data_type == "s"


def test_plain_words_days_and_blanks() -> None:
    row = ["财政收入，“三保”", date(2024, 4, 1), None, 3]

    assert read_csv(ledger_csv([Column("a")] * 4, [row])) == [
        ["财政收入，“三保”", "2024-04-01", "", "3"]
    ]
    shown = read_xlsx(ledger_xlsx("台账", [Column("a")] * 4, [row]))[0]
    assert (shown[0], shown[2], shown[3]) == ("财政收入，“三保”", None, 3)


def test_signs_that_no_file_can_hold_are_left_out() -> None:
    data = ledger_xlsx("a[b]:c*?/\\'", [Column("名")], [["收\x00入\x0b"]])

    assert read_xlsx(data)[0][0] == "收入"


def test_an_empty_ledger_is_a_file_too() -> None:
    assert read_csv(ledger_csv([Column("名")], [])) == []
    assert read_xlsx(ledger_xlsx("", [Column("名")], [])) == []

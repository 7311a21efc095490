"""Figures pasted from Excel: a column, a row, names beside them, blanks, full-width digits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.errors import FigureError
from tracker.domain.pasted import cells_of, read_figures


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", []),
        (" \n ", []),
        ("1\n2\n3", ["1", "2", "3"]),
        ("1\r\n2\r\n3\r\n", ["1", "2", "3"]),
        ("1\r2\r3", ["1", "2", "3"]),
        ("1\t2\t3\n", ["1", "2", "3"]),
        ("1\t\t3", ["1", "", "3"]),
        ("1\n\n3\n", ["1", "", "3"]),
        ("1\n2\n\n", ["1", "2", ""]),
        ("1\n2\n3\n\n\n", ["1", "2", "3"]),
        ("1 2  3", ["1", "2", "3"]),
        ("1月\t1\n2月\t2\n3月\t3\n", ["1", "2", "3"]),
        ("1月\t2月\t12月份\n1\t2\t3", ["1", "2", "3"]),
        ("一季度\t1\n第二季度\t2", ["1", "2"]),
        ("\n2\n3", ["", "2", "3"]),
        ("\n1\n2\n3", ["1", "2", "3"]),
        ("1\n2\n3\n4", ["1", "2", "3", "4"]),
    ],
)
def test_a_paste_is_taken_apart_into_cells(text: str, cells: list[str]) -> None:
    assert cells_of(text, 3) == cells


def test_separators_full_width_digits_and_unknown_cells_are_read() -> None:
    assert read_figures("9,500.5\n\uff11\uff12\uff13\n—\n\n不明", 5, 2) == (
        Decimal("9500.5"),
        Decimal(123),
        None,
        None,
        None,
    )


def test_a_cell_that_is_no_figure_is_named() -> None:
    with pytest.raises(FigureError, match="第 2 个：“x”不是数字"):
        read_figures("1\nx", 12, 0)

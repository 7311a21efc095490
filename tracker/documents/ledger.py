"""Ledgers (台账) as .xlsx and .csv: figures stay numbers, and no cell of text can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import xlsxwriter

#: What spreadsheets take for the beginning of a formula, also in full-width form.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "\uff20")
SHEET_NAME_LENGTH = 31
NOT_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")
#: XML has no other control characters; Excel refuses the whole file for one.
UNPRINTABLE = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {
    0xFFFE: None,
    0xFFFF: None,
}
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head and its width in characters."""

    title: str
    width: int = 12


Cell = object  # str, Decimal, int, date or None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def ledger_xlsx(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook with one sheet: head row, frozen, with filters.

    A figure that a spreadsheet's numbers cannot hold exactly (more than 15 digits) is written as text.
    """
    return workbook([Sheet(title, columns, rows)])


def workbook(sheets: Iterable[Sheet], *, created: datetime | None = None) -> bytes:
    """Return a workbook with these sheets; the same bytes for the same sheets where `created` is given."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    if created is not None:
        book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in sheets:
        _add(book.add_worksheet(_sheet_name(sheet.title)), sheet, head, day)
    book.close()
    return buffer.getvalue()


def _add(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, head: object, day: object) -> None:
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.title, head)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for number, cell in enumerate(row):
            _write(page, last, number, cell, day)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, day: object
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Decimal | int):
        exact = Decimal(cell)
        # What a spreadsheet's number gives back whole: a sixteenth digit may change.
        if Decimal(f"{exact:.15G}") == exact:
            sheet.write_number(row, column, exact)
        else:
            sheet.write_string(row, column, format(exact, "f"))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_string(row, column, str(cell).translate(UNPRINTABLE)[:LONGEST_CELL])


def _sheet_name(title: str) -> str:
    return title.translate(NOT_IN_SHEET_NAMES)[:SHEET_NAME_LENGTH] or "台账"


def ledger_csv(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the same as comma-separated text in UTF-8 with a mark, as Excel expects it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.title for column in columns])
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(str(cell))


def guarded(text: str) -> str:
    """Return text that a spreadsheet will not run: an apostrophe before what looks like a formula."""
    shown = text.translate(UNPRINTABLE)
    return f"'{shown}" if shown.lstrip(" \u3000").startswith(FORMULA_SIGNS) else shown

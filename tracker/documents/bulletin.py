"""A bulletin as a document (通报): the .docx in the official layout, and its annex as .xlsx."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.ledger import Cell, Column, Sheet, workbook
from tracker.documents.official_layout import (
    TYPE_WIDTH,
    characters,
    package,
    paragraph,
    run,
    safe,
    signature,
    twips,
)
from tracker.domain.bulletin.annex import SUM, AnnexCell, AnnexColumn, AnnexTable, cell_words
from tracker.domain.bulletin.text import NUMERALS, Draft, day_words

_SECOND = re.compile(r"(（[一二三四五六七八九十]+）[^。]*。?)(.*)", re.DOTALL)
_ROW_HEIGHT = 8  # millimetres, at least
_CELL_MARGIN = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs a bulletin, on which day, and its number in the series of the year."""

    bureau: str
    day: date
    year: int
    number: int

    @property
    def number_words(self) -> str:
        """Return the number as it is printed: 2024年第3期."""
        return f"{self.year}年第{self.number}期"


def bulletin_docx(
    draft: Draft, tables: Sequence[AnnexTable], signed: Signed, moment: datetime
) -> bytes:
    """Return the document; the same bytes for the same text, tables, signature and moment."""
    body = (
        _title(draft.title, signed)
        + paragraph("Flush", draft.addressee)
        + "".join(_sections(draft))
        + _annex_note(tables)
        + signature(signed.bureau, day_words(signed.day))
        + "".join(
            _annex(number, len(tables), table) for number, table in enumerate(tables, start=1)
        )
    )
    return package(body, title=draft.title, author=signed.bureau, moment=moment)


def annex_xlsx(tables: Iterable[AnnexTable], moment: datetime) -> bytes:
    """Return the annex tables as a workbook, figures as numbers; the same bytes for the same tables and moment."""
    sheets = [
        Sheet(
            table.title,
            [Column(column.title, max(8, column.width // 2)) for column in table.columns],
            [[_number(cell) for cell in row] for row in table.rows],
        )
        for table in tables
    ]
    return workbook(sheets, created=moment)


def _number(cell: AnnexCell) -> Cell:
    return cell[0] if isinstance(cell, tuple) else cell


def _title(title: str, signed: Signed) -> str:
    """Return the title, broken after the bureau's name where the whole does not fit one line, and the number."""
    rest = title.removeprefix(signed.bureau)
    lines = [title]
    if rest.startswith("关于") and rest != title:
        lines = [signed.bureau, rest]
    shown = "<w:br/>".join(f'<w:t xml:space="preserve">{safe(line)}</w:t>' for line in lines)
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r>{shown}</w:r></w:p>'
        + paragraph("Number", signed.number_words)
        + paragraph("Flush", "")
    )


def _sections(draft: Draft) -> Iterable[str]:
    for numeral, section in zip(NUMERALS, draft.sections, strict=False):
        yield paragraph("First", f"{numeral}、{section.title}")
        for words in section.paragraphs:
            yield _text(words)


def _text(words: str) -> str:
    """Return a paragraph; the heading （一）… at its beginning stands in its own font."""
    heading = _SECOND.fullmatch(words)
    if heading is None:
        return paragraph("Text", words)
    keep = "" if heading[2] else "<w:keepNext/>"
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Text"/>{keep}</w:pPr>'
        f"{run(heading[1], 'Second')}{run(heading[2])}</w:p>"
    )


def _annex_note(tables: Sequence[AnnexTable]) -> str:
    """Return which annexes there are, two characters in, their names below each other."""
    several = len(tables) > 1
    lines = [paragraph("Flush", "")]
    for number, table in enumerate(tables, start=1):
        name = f"{number}.{table.title}" if several else table.title
        hanging = f' w:hangingChars="300" w:hanging="{characters(3)}"' if number == 1 else ""
        indent = f'<w:keepNext/><w:ind w:leftChars="500" w:left="{characters(5)}"{hanging}/>'
        lines.append(paragraph("Flush", f"附件：{name}" if number == 1 else name, indent))
    return "".join(lines)


def _annex(number: int, count: int, table: AnnexTable) -> str:
    """Return an annex on pages of its own: its mark, its title on the third line, its table."""
    mark = f"附件{number}" if count > 1 else "附件"
    return (
        paragraph("Annex", mark)
        + paragraph("Flush", "", "<w:keepNext/>")
        + paragraph("Title", table.title, "<w:keepNext/>")
        + paragraph("Flush", "", "<w:keepNext/>")
        + _table(table)
    )


def _table(table: AnnexTable) -> str:
    total = sum(column.width for column in table.columns)
    widths = [twips(TYPE_WIDTH * column.width / total) for column in table.columns]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{twips(_CELL_MARGIN)}" w:type="dxa"/>' for side in ("left", "right")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = [(column.title, "CellHead", "") for column in table.columns]
    rows = (
        [
            _cell(cell, column, row[0] == SUM)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"{_row(head, widths, '<w:tblHeader/>')}{''.join(_row(row, widths) for row in rows)}</w:tbl>"
    )


def _cell(cell: AnnexCell, column: AnnexColumn, is_sum: bool) -> tuple[str, str, str]:
    """Return a cell's words, style and alignment: figures to the right, numbers in a series centred."""
    side = "right" if column.figures else "center" if isinstance(cell, int) else "left"
    return cell_words(cell), "CellHead" if is_sum else "Cell", f'<w:jc w:val="{side}"/>'


def _row(cells: Iterable[tuple[str, str, str]], widths: Sequence[int], head: str = "") -> str:
    shown = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(style, words, side)}</w:tc>"
        for (words, style, side), width in zip(cells, widths, strict=True)
    )
    height = f'<w:trHeight w:val="{twips(_ROW_HEIGHT)}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>{shown}</w:tr>"

"""A supervision order as a document (督办单): one page in the official layout, its particulars as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.official_layout import (
    TYPE_WIDTH,
    characters,
    package,
    paragraph,
    signature,
    twips,
)
from tracker.domain.orders import Colour, number_words

LABEL_WIDTH = 6  # characters of the text: a label has four
_ROW_HEIGHT = 12  # millimetres, at least
_CELL_MARGIN = 2
_FLUSH = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """What an order's document says, in words as they were when it was issued."""

    bureau: str
    colour: Colour
    year: int
    number: int
    name: str
    source: str
    unit: str
    owner: str
    due: str
    situation: str
    demand: str
    reply_due_on: date
    issued_on: date

    @property
    def title(self) -> str:
        """Return the title: 督办单（黄色）."""
        return f"督办单（{self.colour.word}）"

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the table's labels and words."""
        return (
            ("督办事项", self.name),
            ("来　　源", self.source),
            ("责任单位", self.unit),
            ("责任人", self.owner),
            ("完成时限", self.due),
            ("目前情况", self.situation),
            ("督办要求", self.demand),
            ("回复期限", f"{_day(self.reply_due_on)}前书面答复"),
        )


def order_docx(paper: OrderPaper, moment: datetime) -> bytes:
    """Return the document; the same bytes for the same paper and moment."""
    body = (
        paragraph("Title", paper.title)
        + paragraph("Number", number_words(paper.year, paper.number))
        + paragraph("Flush", "")
        + _table(paper.rows)
        + signature(paper.bureau, _day(paper.issued_on))
    )
    return package(body, title=paper.title, author=paper.bureau, moment=moment)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    label = characters(LABEL_WIDTH)
    widths = (label, twips(TYPE_WIDTH) - label)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{twips(_CELL_MARGIN)}" w:type="dxa"/>' for side in ("left", "right")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(_row(*row, widths) for row in rows)}</w:tbl>"
    )


def _row(label: str, words: str, widths: tuple[int, int]) -> str:
    """Return a row: its label centred in 黑体, its words line by line in 仿宋."""
    head = paragraph("First", label, f'{_FLUSH}<w:jc w:val="center"/><w:outlineLvl w:val="9"/>')
    said = "".join(
        paragraph("Flush", line.strip(), '<w:jc w:val="left"/>')
        for line in [line for line in words.splitlines() if line.strip()] or [""]
    )
    height = f'<w:trHeight w:val="{twips(_ROW_HEIGHT)}" w:hRule="atLeast"/>'
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
        for width, content in zip(widths, (head, said), strict=True)
    )
    return f"<w:tr><w:trPr>{height}</w:trPr>{cells}</w:tr>"

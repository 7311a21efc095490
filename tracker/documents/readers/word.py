"""Word documents (.docx): paragraphs and tables in their order, as text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tracker.documents.readers.archive import has, open_archive, part_events
from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.rows import CELL_BREAK, cell_text, table_lines
from tracker.documents.readers.word_numbers import Numbers, W, numbers_of
from tracker.domain.errors import DocumentError

_BODY = "word/document.xml"
_SKIPPED = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr", f"{W}rPr", f"{W}delText"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{W}txbxContent"
_LETTERS = {
    f"{W}tab": "  ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}sym": "",
}


def _runs(element: Element, boxes: list[Element]) -> Iterator[str]:
    """Return the letters of a paragraph; text boxes are set aside."""
    for child in element:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _LETTERS:
            yield _LETTERS[child.tag]
        elif child.tag == _BOX:
            boxes.append(child)
        else:
            yield from _runs(child, boxes)


def _paragraph(element: Element, numbers: Numbers) -> list[str]:
    boxes: list[Element] = []
    words = "".join(_runs(element, boxes))
    label = numbers.label(element.find(f"{W}pPr")) if words.strip() else ""
    lines = [label + words.strip()] if words.strip() else [""]
    for box in boxes:
        lines += _block(box, numbers)
    return lines


def _block(element: Element, numbers: Numbers) -> list[str]:
    """Lines of everything that stands inside a body, a cell or a text box."""
    lines: list[str] = []
    for child in element:
        if child.tag == f"{W}p":
            lines += _paragraph(child, numbers)
        elif child.tag == f"{W}tbl":
            lines += _table(child, numbers)
        elif child.tag not in _SKIPPED:
            lines += _block(child, numbers)
    return lines


def _number(element: Element | None, name: str, default: int) -> int:
    value = None if element is None else element.get(f"{W}{name}")
    return int(value) if value is not None and value.isdigit() else default


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
            yield from _cells(child)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
            yield from _rows(child)


def _row(row: Element, above: dict[int, str], numbers: Numbers) -> tuple[list[str], bool]:
    """Return a row's cells; a cell merged from above repeats what stands above."""
    cells: list[str] = []
    count = 0
    for cell in _cells(row):
        count += 1
        properties = cell.find(f"{W}tcPr")
        merge = None if properties is None else properties.find(f"{W}vMerge")
        span = None if properties is None else properties.find(f"{W}gridSpan")
        words = cell_text(CELL_BREAK.join(line for line in _block(cell, numbers) if line.strip()))
        if merge is not None and merge.get(f"{W}val") != "restart":
            words = above.get(len(cells), "")
        else:
            above[len(cells)] = words
        cells += [words, *[""] * (min(_number(span, "val", 1), 60) - 1)]
    return cells, count == 1


def _table(table: Element, numbers: Numbers) -> list[str]:
    above: dict[int, str] = {}
    return table_lines(_row(row, above, numbers) for row in _rows(table))


def _body_parts(archive: zipfile.ZipFile) -> Iterator[Element]:
    """Return the children of the body, one at a time, forgotten afterwards."""
    stack: list[Element] = []
    for event, element in part_events(archive, _BODY, ("start", "end")):
        if event == "start":
            stack.append(element)
            continue
        stack.pop()
        if stack and stack[-1].tag == f"{W}body":
            yield element
            stack[-1].clear()


def read_word(data: bytes) -> DocumentText:
    """Return the text of a .docx file."""
    with open_archive(data) as archive:
        if not has(archive, _BODY):
            raise DocumentError("这不是 Word 文档，请核对文件后再传。")
        numbers = numbers_of(archive)
        lines: list[str] = []
        for part in _body_parts(archive):
            if part.tag == f"{W}p":
                lines += _paragraph(part, numbers)
            elif part.tag == f"{W}tbl":
                lines += [*_table(part, numbers), ""]
            elif part.tag != f"{W}sectPr":
                lines += _block(part, numbers)
    return DocumentText("\n".join(lines).strip("\n"), "docx")

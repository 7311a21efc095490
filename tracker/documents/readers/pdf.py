"""PDF files with a text layer: paragraphs and ruled tables in reading order, as text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import dict_value, int_value
from pdfminer.psexceptions import PSException

from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.pdf_flow import text_of
from tracker.documents.readers.pdf_page import Page, Renderer
from tracker.documents.readers.pdf_streams import refuse_bombs
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text.model import Problem

MAX_PAGES = 200
_DAMAGED = "PDF 文件不完整或已损坏，打不开，请重新导出后再传。"


def read_pdf(data: bytes) -> DocumentText:
    """Return the text of a .pdf file."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    refuse_bombs(data)
    try:
        pages = list(_pages(data))
    except PDFPasswordIncorrect:
        raise DocumentError("文件加了密码，读不出来，请去掉密码后再传。") from None
    except DocumentError:
        raise
    except (
        PSException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        AssertionError,
    ):
        raise DocumentError(_DAMAGED) from None
    _refuse_unreadable(pages)
    return DocumentText("\n".join(text_of(pages)), "pdf", tuple(_problems(pages)))


def _pages(data: bytes) -> Iterator[Page]:
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    said = _said_pages(document)
    if said > MAX_PAGES:
        raise _too_many(said)
    renderer = Renderer()
    for count, page in enumerate(PDFPage.create_pages(document), start=1):
        if count > MAX_PAGES:
            raise _too_many(count)
        yield renderer.page(page)


def _too_many(pages: int) -> DocumentError:
    return DocumentError(
        f"PDF 有 {pages} 页以上，超过 {MAX_PAGES} 页的上限，请只留下计划正文再传。"
    )


def _said_pages(document: PDFDocument) -> int:
    """Return how many pages the document says it has, or holds at the first level."""
    root: dict[str, Any] = dict_value(document.catalog.get("Pages"))
    kids = root.get("Kids")
    return max(int_value(root.get("Count", 0)), len(kids) if isinstance(kids, list) else 0)


def _refuse_unreadable(pages: Sequence[Page]) -> None:
    letters = sum(len(page.glyphs) for page in pages)
    unknown = sum(page.unknown for page in pages)
    if not pages:
        raise DocumentError("PDF 里没有页面，可能已损坏，请重新导出后再传。")
    if unknown > letters / 4 and unknown > 5:
        raise DocumentError("PDF 里的文字没有字码对照，读出来是乱码，请找到原来的 .docx 文件再传。")
    if letters:
        return
    if any(page.is_picture for page in pages):
        raise DocumentError(
            "这是扫描件，没有文字层，请先识别成文字（WPS、扫描软件都可以），或找到原来的 .docx 文件再传。"
        )
    raise DocumentError("PDF 里没有文字，文字可能已转成图形，请找到原来的 .docx 文件再传。")


def _problems(pages: Sequence[Page]) -> Iterator[Problem]:
    numbered = list(enumerate(pages, start=1))
    if pictures := _numbers(number for number, page in numbered if page.is_picture):
        yield Problem(f"第{pictures}页是扫描的图片，没有文字层，没有读入。")
    empty = (number for number, page in numbered if not page.glyphs and not page.is_picture)
    if blank := _numbers(empty):
        yield Problem(f"第{blank}页没有读出文字，请核对原文。")
    if unknown := _numbers(number for number, page in numbered if page.unknown):
        yield Problem(f"第{unknown}页有个别字没有字码对照，没有读出，请核对原文。")


def _numbers(pages: Iterable[int]) -> str:
    return "、".join(map(str, pages))

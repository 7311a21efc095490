"""Files made to harm are refused for what they are, before a parser sees them and long before a limit ends it."""

from __future__ import annotations

import contextlib
import random
import zlib
from collections.abc import Callable

import pytest

from tests.documents.making import (
    BOOK,
    LINKS,
    SHEET,
    archive,
    paragraph,
    sheet_xml,
    word_table,
    word_xml,
)
from tests.documents.making_pdf import Drawn, drawn, file_of, pack, page_of, set_text, stream, tree
from tracker.documents.readers import read_document
from tracker.documents.readers.isolate import TOO_HEAVY
from tracker.documents.readers.pdf import read_pdf
from tracker.domain.errors import DocumentError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LAUGHTER = "".join(f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 10))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{LAUGHTER}]>"
PAGE = b"<< /Type /Page /Parent 2 0 R >>"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> "


def nested_zip() -> bytes:
    inner = archive({"word/document.xml": b" " * 30_000_000})
    for _ in range(6):
        inner = archive({"word/document.xml": inner})
    return inner


def heap_of_strings() -> bytes:
    strings = "".join(f"<si><t>{number}</t></si>" for number in range(1_000_000))
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return archive(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": LINKS,
            "xl/worksheets/sheet1.xml": SHEET.format(rows="", dimension=""),
            "xl/sharedStrings.xml": f'<sst xmlns="{spread}">{strings}</sst>',
        }
    )


def many_rows() -> bytes:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>'
        for number in range(1, 1_000_001)
    )
    return sheet_xml(rows)


def tables_in_tables(depth: int) -> bytes:
    return word_xml("<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth)


def pages_by_the_thousand() -> bytes:
    count = 30_000
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    return file_of([*tree(kids, 1), *[PAGE] * count])


def chain_of_page_trees() -> bytes:
    links = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(4000)]
    return file_of([b"<< /Type /Catalog /Pages 2 0 R >>", *links, PAGE])


def form_in_itself() -> bytes:
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
        b"/Resources << /XObject << /X 4 0 R >> >> >>"
    )
    return file_of([*tree(b"3 0 R", 1), page, stream(b"/X Do /X Do", FORM), stream(b"/X Do")])


def locked_pdf() -> bytes:
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >>" % (b"o" * 32, b"u" * 32)
    trailer = b"/Encrypt 4 0 R /ID [(0123456789abcdef) (0123456789abcdef)] "
    return file_of([*tree(b"3 0 R", 1), PAGE, lock], trailer)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.docx": (lambda: archive({"word/document.xml": b" " * 39_000_000}), "炸弹"),
    "nested-zip.docx": (nested_zip, "损坏"),
    "rows.xlsx": (many_rows, "炸弹|过大|不合常理"),
    "sparse.xlsx": (
        lambda: sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "范围过大",
    ),
    "strings.xlsx": (heap_of_strings, "不合常理"),
    "laughs.docx": (lambda: word_xml(paragraph("&a9;"), LAUGHS), "实体"),
    "laughs.xlsx": (
        lambda: archive({"xl/workbook.xml": LAUGHS + BOOK, "xl/_rels/workbook.xml.rels": LINKS}),
        "实体",
    ),
    "encrypted.docx": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "truncated.docx": (lambda: word_table()[:-300], "损坏"),
    "macro.docx": (lambda: word_xml(paragraph("县"), **{"word/vbaProject.bin": b"x"}), "宏"),
    "deep.docx": (lambda: tables_in_tables(100_000), "嵌套"),
    "less-deep.docx": (lambda: tables_in_tables(1_500), "嵌套"),
    "pdf.docx": (lambda: drawn(Drawn()), "后缀"),
    "word.pdf": (word_table, "不是 PDF"),
    "word.txt": (word_table, "后缀"),
    "pdf.txt": (lambda: drawn(Drawn()), "PDF 文件"),
    "word.xls": (word_table, "后缀"),
    "bomb.pdf": (lambda: page_of(pack(b" " * 100_000_000)), "炸弹"),
    "bomb-in-bomb.pdf": (
        lambda: page_of(
            stream(
                zlib.compress(zlib.compress(b" " * 100_000_000, 9), 9),
                b"/Filter [/FlateDecode /FlateDecode] ",
            )
        ),
        "炸弹",
    ),
    "old-packing.pdf": (
        lambda: page_of(stream(b"\x80\x0b\x60\x50" * 200_000, b"/Filter /LZWDecode ")),
        "炸弹",
    ),
    "said-pages.pdf": (lambda: file_of([*tree(b"3 0 R", 100_000), PAGE]), "200 页"),
    "same-page.pdf": (lambda: file_of([*tree(b"3 0 R " * 100_000, 1), PAGE]), "200 页"),
    "pages.pdf": (pages_by_the_thousand, "200 页"),
    "chain.pdf": (chain_of_page_trees, "嵌套"),
    "cycle.pdf": (
        lambda: file_of([*tree(b"3 0 R", 1), b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1 >>"]),
        "没有页面",
    ),
    "self.pdf": (lambda: file_of([b"1 0 R"]), "引用"),
    "brackets.pdf": (lambda: page_of(stream(b"[" * 1_000_000)), "嵌套"),
    "letters.pdf": (
        lambda: page_of(pack(b"BT /F1 9 Tf " + b"(aaaaaaaaaa) Tj " * 100_000 + b"ET")),
        "不合常理",
    ),
    "orders.pdf": (lambda: page_of(pack(b"0 0 m 9 9 l S " * 300_000)), "不合常理"),
    "form.pdf": (form_in_itself, "没有文字"),
    "locked.pdf": (locked_pdf, "密码"),
    "truncated.pdf": (lambda: drawn(*set_text("抓好防汛。" * 99))[:1500], "损坏"),
    "head.pdf": (lambda: b"%PDF-1.7\n", "PDF"),
    "half.pdf": (lambda: b"abc%PDF-", "PDF"),
    "picture.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "不是 PDF"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_for_what_it_is(name: str) -> None:
    make, reason = HOSTILE[name]

    with pytest.raises(DocumentError, match=reason) as refused:
        read_document(name, make(), 10_000_000)

    message = refused.value.message
    assert message != TOO_HEAVY
    assert message.endswith("。")
    assert message.count("。") == 1


def test_damaged_pdf_never_ends_in_another_error() -> None:
    whole = drawn(*set_text("一、抓好防汛。加固堤防5公里。\n" * 30))
    chance = random.Random(2024)  # noqa: S311
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 4, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(DocumentError):
            assert read_pdf(bytes(data)).kind == "pdf"

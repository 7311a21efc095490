"""Files that would harm or cannot be read are refused with one Chinese sentence."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile

import pytest

from tests.documents.making import archive, paragraph, sheet_xml, word_table, word_xml
from tracker.documents.readers import read_document
from tracker.domain.errors import DocumentError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def locked() -> bytes:
    data = bytearray(word_xml(paragraph("县")))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


def many_parts() -> bytes:
    return archive({f"word/{number}.xml": "x" for number in range(4000)})


HOSTILE = {
    "empty.txt": (b"", "空"),
    "blank.txt": ("\ufeff \r\n　".encode(), "没有文字"),
    "binary.txt": (bytes((n * n * 97 + 31) % 256 for n in range(4000)), ""),
    "zero.txt": (b"abc\x00\x01\x02\x03" * 50, "二进制"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "图片"),
    "page.txt": (b"<!DOCTYPE html><html></html>", "网页"),
    "large.txt": (b"a" * 5_000_001, "上限"),
    "old.doc": (OLE, "另存为 .docx"),
    "old.wps": (OLE, "另存为 .docx"),
    "old.xls": (OLE, "另存为 .xlsx"),
    "renamed.docx": (OLE, "旧版"),
    "encrypted.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "locked.docx": (locked(), "密码"),
    "macro.docm": (b"PK\x03\x04", "宏"),
    "macro.xlsm": (b"PK\x03\x04", "宏"),
    "macro-inside.docx": (word_xml(paragraph("县"), **{"word/vbaProject.bin": b"x"}), "宏"),
    "text.docx": ("县财政局".encode(), "后缀"),
    "truncated.docx": (word_table()[:-400], "损坏"),
    "half.docx": (word_table()[:300], "损坏"),
    "dtd.docx": (word_xml(paragraph("&b;"), DTD), "实体"),
    "dtd.xlsx": (
        archive({"xl/workbook.xml": DTD + "<workbook/>", "xl/_rels/workbook.xml.rels": "<a/>"}),
        "实体",
    ),
    "broken-xml.docx": (word_xml("<w:p>"), "损坏"),
    "no-body.docx": (archive({"a.xml": "<a/>"}), "不是 Word"),
    "no-book.xlsx": (archive({"a.xml": "<a/>"}), "不是 Excel"),
    "bomb.docx": (archive({"word/document.xml": b" " * 39_000_000}), "炸弹"),
    "parts.docx": (many_parts(), "炸弹"),
    "sparse.xlsx": (
        sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "过大",
    ),
    "wide.xlsx": (sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "过大"),
    "dimension.xlsx": (sheet_xml("", '<dimension ref="A1:XFD1048576"/>'), "过大"),
    "rows.xlsx": (sheet_xml("<row><c><v>1</v></c></row>" * 60_000), "过大"),
    "unknown.ppt": (b"x", "不支持"),
    "nameless": (b"x", "不支持"),
    "scan.pdf": (b"%PDF-1.7", "PDF"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_one_sentence(name: str) -> None:
    data, word = HOSTILE[name]
    tracemalloc.start()

    with pytest.raises(DocumentError) as refused:
        read_document(name, data)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = refused.value.message
    assert word in message
    assert message.endswith("。")
    assert message.count("。") == 1
    assert peak < 100_000_000


def test_every_truncation_of_a_good_file_is_refused_not_raised() -> None:
    data = word_table()
    for end in range(10, len(data), len(data) // 40):
        with pytest.raises(DocumentError):
            read_document("计划.docx", data[:end])


def test_flipped_bytes_never_end_in_another_error() -> None:
    data = bytearray(word_table())
    for step in range(60):
        at = step * 7919 % len(data)
        before, data[at] = data[at], (data[at] + 1 + step) % 256
        with contextlib.suppress(DocumentError):
            assert read_document("计划.docx", bytes(data)).text
        data[at] = before


def test_directory_that_lies_about_sizes_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b" " * 9_000_000)
    data = bytearray(stream.getvalue())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")

    with pytest.raises(DocumentError):
        read_document("计划.docx", bytes(data))

"""Readers: the bytes of an office's file become text that `plan_text` understands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from tracker.documents.readers import comma, plain
from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.isolate import read_guarded
from tracker.documents.readers.legacy import TARGETS, read_legacy
from tracker.documents.readers.sheet import MAX_ROWS
from tracker.domain.errors import DocumentError

__all__ = ["DocumentText", "read_document"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACRO = {".docm": ".docx", ".dotm": ".docx", ".xlsm": ".xlsx", ".xltm": ".xlsx", ".xlsb": ".xlsx"}
_BINARY = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"MZ": "程序",
    b"\x7fELF": "程序",
    b"{\\rtf": "RTF 文档",
    _OLE: "旧版 Office 文档",
    _ZIP: "压缩包或 Office 文档",
}


def _text(data: bytes) -> DocumentText:
    _refuse_other(data, "文本")
    text = plain.decode(data)
    if text.lstrip("\ufeff \r\n\t")[:15].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise DocumentError("这是网页或 XML 文件，不是文本，请把正文复制出来再传。")
    return DocumentText(text, "txt")


def _comma(data: bytes) -> DocumentText:
    _refuse_other(data, "表格文本")
    text = plain.decode(data)
    if text.count("\n") > MAX_ROWS:
        raise DocumentError(f"表格超过 {MAX_ROWS} 行，请拆成几份再传。")
    return DocumentText(comma.table_text(text), "csv")


def _office(data: bytes, suffix: str) -> DocumentText:
    name = "Word" if suffix == ".docx" else "Excel"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise DocumentError("文件加了密码，读不出来，请去掉密码后再传。")
        raise DocumentError(f"这是旧版 {name} 文件，只是改了后缀，请另存为 {suffix} 后再传。")
    if not data.startswith(b"PK"):
        raise DocumentError(f"文件内容不是 {suffix} 格式，与后缀不符，请用 {name} 另存后再传。")
    return read_guarded(suffix, data)


def _pdf(data: bytes) -> DocumentText:
    if b"%PDF-" not in data[:1024]:
        raise DocumentError("文件内容不是 PDF，与后缀不符，请核对后再传。")
    return read_guarded(".pdf", data)


def _refuse_other(data: bytes, wanted: str) -> None:
    for magic, kind in _BINARY.items():
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:256]):
            raise DocumentError(f"文件内容是{kind}，不是{wanted}，与后缀不符，请核对后再传。")


_READERS: dict[str, Callable[[bytes], DocumentText]] = {
    ".txt": _text,
    ".text": _text,
    ".md": _text,
    ".csv": _comma,
    ".docx": lambda data: _office(data, ".docx"),
    ".xlsx": lambda data: _office(data, ".xlsx"),
    ".pdf": _pdf,
    **{suffix: partial(read_legacy, suffix) for suffix in TARGETS},
}


def _refusal(suffix: str) -> str | None:
    if suffix in _MACRO:
        return f"带宏的 {suffix} 文件为安全起见不予读取，请另存为 {_MACRO[suffix]} 后再传。"
    if suffix not in _READERS:
        return (
            f"不支持 {suffix or '没有后缀的'} 文件，请换成 .docx、.xlsx、.pdf、.csv 或 .txt 文件。"
        )
    return None


def read_document(name: str, data: bytes, limit_bytes: int = 5_000_000) -> DocumentText:
    """Return the text of a file; DocumentError with one sentence when it cannot be read."""
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    refusal = _refusal(suffix)
    if refusal is not None:
        raise DocumentError(refusal)
    if not data:
        raise DocumentError("文件是空的，请核对后再传。")
    if len(data) > limit_bytes:
        raise DocumentError(
            f"文件有 {len(data) / 1_000_000:.1f} MB，超过 {limit_bytes / 1_000_000:.1f} MB 的上限，请精简后再传。"
        )
    document = _READERS[suffix](data)
    if not document.text.strip():
        raise DocumentError("文件里没有文字，请核对后再传。")
    return document

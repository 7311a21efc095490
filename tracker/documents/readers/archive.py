"""Office archives: opened only after their directory has been looked at."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError
from zlib import error as ZlibError  # noqa: N812

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from tracker.domain.errors import DocumentError

MAX_ENTRIES = 3_000
MAX_TOTAL = 120_000_000
MAX_PART = 40_000_000
MAX_RATIO = 120
_RATIO_FROM = 8_000_000
_DAMAGED = "文件不完整或已损坏，打不开，请重新导出后再传。"
_UNSAFE = "文件里带有外部实体或文档类型声明，为安全起见不予读取，请用 Word 或 Excel 另存后再传。"


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return the archive, its directory checked for bombs, locks and macros."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise DocumentError(_DAMAGED) from None
    entries = archive.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DocumentError("文件加了密码，读不出来，请去掉密码后再传。")
    _check_sizes(entries)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise DocumentError(
            "文件带有宏，为安全起见不予读取，请另存为不带宏的 .docx 或 .xlsx 文件。"
        )
    return archive


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    bomb = total > _RATIO_FROM and total > packed * MAX_RATIO
    largest = max((entry.file_size for entry in entries), default=0)
    names = {entry.filename for entry in entries}
    if (
        len(entries) > MAX_ENTRIES
        or len(names) < len(entries)
        or total > MAX_TOTAL
        or largest > MAX_PART
        or bomb
    ):
        raise DocumentError("文件解压后过大，疑似压缩炸弹，不予读取。")


def has(archive: zipfile.ZipFile, name: str) -> bool:
    """Tell whether there is a part of this name."""
    return name in archive.NameToInfo


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except DefusedXmlException:
        raise DocumentError(_UNSAFE) from None
    except (ParseError, zipfile.BadZipFile, ZlibError, EOFError, KeyError, ValueError, LookupError):
        raise DocumentError(_DAMAGED) from None
    except NotImplementedError:
        raise DocumentError(_DAMAGED) from None


def refuse_dtd(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a part with a document type declaration before it is parsed."""
    with _guarded(), archive.open(name) as part:
        head = part.read(65_536)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head:
        raise DocumentError(_UNSAFE)


def part_tree(archive: zipfile.ZipFile, name: str, limit: int = 10_000_000) -> Element | None:
    """Return a small part as a tree; None when it is missing or larger than the limit."""
    if not has(archive, name) or archive.getinfo(name).file_size > limit:
        return None
    refuse_dtd(archive, name)
    with _guarded():
        tree: Element = fromstring(archive.read(name), forbid_dtd=True)
    return tree


def part_events(
    archive: zipfile.ZipFile, name: str, events: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    """Return a large part as a stream of parse events."""
    if not has(archive, name):
        raise DocumentError("文件里没有正文，可能不是 Word 或 Excel 文件，请核对后再传。")
    refuse_dtd(archive, name)
    with _guarded():
        stream: IO[bytes] = archive.open(name)
    with stream:
        yield from _events(stream, events)


def _events(stream: IO[bytes], events: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    with _guarded():
        source = iterparse(stream, events=events, forbid_dtd=True)
    while True:
        with _guarded():
            event = next(source, None)
        if event is None:
            return
        yield event

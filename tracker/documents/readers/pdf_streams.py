"""The packed streams of a PDF, looked at before anything parses them."""

from __future__ import annotations

import re
import zlib

from tracker.domain.errors import DocumentError

MAX_STREAM = 30_000_000
MAX_TOTAL = 60_000_000
MAX_STREAMS = 20_000
_STREAM = re.compile(rb"stream\r?\n")
_PACKED = re.compile(rb"/(?:FlateDecode|Fl)\b")
_OTHER = re.compile(rb"/(?:LZWDecode|LZW|RunLengthDecode|RL)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_BOMB = "PDF 解压后过大，疑似压缩炸弹，不予读取。"


def refuse_bombs(data: bytes) -> None:
    """Refuse a file whose streams unpack to far more than a document needs."""
    total = 0
    for count, match in enumerate(_STREAM.finditer(data)):
        if count > MAX_STREAMS:
            raise DocumentError(_BOMB)
        if data[match.start() - 3 : match.start()] == b"end":
            continue
        head = _head(data, match.start())
        if len(_PACKED.findall(head)) > 1:
            raise DocumentError(_BOMB)
        if _PACKED.search(head) and not _PICTURE.search(head):
            total += _unpacked(data, match.end())
        if total > MAX_TOTAL:
            raise DocumentError(_BOMB)


def _head(data: bytes, at: int) -> bytes:
    """Return the dictionary before a stream."""
    start = data.rfind(b"obj", max(0, at - 2_000), at)
    return data[max(start, at - 2_000) : at]


def _unpacked(data: bytes, start: int) -> int:
    """Return how large a stream becomes, unpacked piece by piece and thrown away."""
    machine = zlib.decompressobj()
    size, piece = 0, data[start : start + 65_536]
    while piece and not machine.eof:
        try:
            size += len(machine.decompress(piece, 1_000_000))
        except zlib.error:
            return size
        if size > MAX_STREAM:
            raise DocumentError(_BOMB)
        piece = machine.unconsumed_tail
        if not piece:
            start += 65_536
            piece = data[start : start + 65_536]
    return size

"""The packed streams of a PDF, looked at before anything parses them."""

from __future__ import annotations

import re
import zlib

from tracker.documents.readers.weight import TOO_DEEP
from tracker.domain.errors import DocumentError

MAX_STREAM = 30_000_000
MAX_TOTAL = 60_000_000
MAX_STREAMS = 20_000
MAX_OLD = 500_000
_PIECE = 65_536
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PACKED = re.compile(rb"/(?:FlateDecode|Fl)\b")
_OLD = re.compile(rb"/(?:LZWDecode|LZW|RunLengthDecode|RL)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_NESTED = re.compile(rb"(?:\[\s*){200}|(?:<<\s*){200}")
_ONLY_A_REFERENCE = re.compile(rb"\d+\s+\d+\s+obj\s+\d+\s+\d+\s+R\s+endobj")
_BOMB = "PDF 解压后过大，疑似压缩炸弹，不予读取。"
_CIRCULAR = "PDF 的内部引用不正常，可能已损坏，请重新导出后再传。"


def refuse_bombs(data: bytes) -> None:
    """Refuse a file that unpacks to far more than a document needs, or that leads a parser in circles."""
    if _ONLY_A_REFERENCE.search(data):
        raise DocumentError(_CIRCULAR)
    _refuse_nested(data)
    total = old = 0
    for count, match in enumerate(_STREAM.finditer(data)):
        head = _head(data, match.start())
        if count > MAX_STREAMS or len(_PACKED.findall(head)) > 1:
            raise DocumentError(_BOMB)
        if _OLD.search(head):
            old += data.find(b"endstream", match.end()) - match.end()
        elif _PACKED.search(head) and not _PICTURE.search(head):
            total += _unpacked(data, match.end())
        if total > MAX_TOTAL or old > MAX_OLD:
            raise DocumentError(_BOMB)


def _head(data: bytes, at: int) -> bytes:
    """Return the dictionary before a stream."""
    start = data.rfind(b"obj", max(0, at - 2_000), at)
    return data[max(start, at - 2_000, 0) : at]


def _refuse_nested(words: bytes) -> None:
    many = words.count(b"[") >= 200 or words.count(b"<<") >= 200
    if many and _NESTED.search(words):
        raise DocumentError(TOO_DEEP)


def _unpacked(data: bytes, start: int) -> int:
    """Return how large a stream becomes, unpacked piece by piece and thrown away."""
    machine = zlib.decompressobj()
    size, piece = 0, data[start : start + _PIECE]
    while piece and not machine.eof:
        try:
            words = machine.decompress(piece, 1_000_000)
        except zlib.error:
            return size
        _refuse_nested(words)
        size += len(words)
        if size > MAX_STREAM:
            raise DocumentError(_BOMB)
        piece = machine.unconsumed_tail
        if not piece:
            start += _PIECE
            piece = data[start : start + _PIECE]
    return size

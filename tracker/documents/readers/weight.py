"""How much an office archive holds, counted while it is unpacked piece by piece, before anything parses it."""

from __future__ import annotations

import zipfile
from zlib import error as ZlibError  # noqa: N812

from tracker.domain.errors import DocumentError

MAX_TAGS = 2_500_000
MAX_DEPTH = 2_000
TOO_DEEP = "文件内部层层嵌套，超出正常文件的深度，不予读取，请整理后再传。"
_TOO_MANY = "文件里的单元格或段落多得不合常理，不予读取，请只留下有内容的部分再传。"
_PIECE = 65_536


def weigh(archive: zipfile.ZipFile) -> int:
    """Return how many bytes the archive's parts of markup unpack to; refuse one that would choke a parser."""
    tags = size = 0
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            found = _tags(archive, entry, MAX_TAGS - tags)
        except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, OSError):
            continue  # the parser says what is wrong with it
        tags += found
        size += entry.file_size
    return size


def _tags(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Return how many tags a part has; refuse it when there are more than `left`, or one inside the other."""
    tags = depth = 0
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            opened = piece.count(b"<")
            tags += opened
            if tags > left:
                raise DocumentError(_TOO_MANY)
            if b"\0" not in piece:
                depth += opened - 2 * piece.count(b"</") - piece.count(b"/>")
            if depth > MAX_DEPTH:
                raise DocumentError(TOO_DEEP)
    return tags

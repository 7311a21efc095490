"""Files as proof (佐证材料): which are taken, under what name; the bytes must be what the name says."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.errors import NotReadyError

MOST_FILES = 20  # of one task, or of one indicator's month
LONGEST_NAME = 120

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPENXML = "application/vnd.openxmlformats-officedocument"
_NAMED = "pdf、ofd、docx、xlsx、pptx、doc、xls、ppt、wps、et、jpg、png、txt、csv、zip"
#: ending → (media type, what such a file may begin with; nothing: any text)
_KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (_ZIP,)),
    "docx": (f"{_OPENXML}.wordprocessingml.document", (_ZIP,)),
    "xlsx": (f"{_OPENXML}.spreadsheetml.sheet", (_ZIP,)),
    "pptx": (f"{_OPENXML}.presentationml.presentation", (_ZIP,)),
    "doc": ("application/msword", (_OLE,)),
    "xls": ("application/vnd.ms-excel", (_OLE,)),
    "ppt": ("application/vnd.ms-powerpoint", (_OLE,)),
    "wps": ("application/vnd.ms-works", (_OLE, _ZIP)),
    "et": ("application/octet-stream", (_OLE, _ZIP)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "zip": ("application/zip", (_ZIP,)),
}
ENDINGS = tuple(f".{ending}" for ending in _KINDS)


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A file that may be kept: its name without folders and marks, its media type, its bytes."""

    name: str
    media: str
    content: bytes


def proof_file(name: str, content: bytes, limit: int) -> ProofFile:
    """Return the file as it is kept; `limit` in bytes. Raises NotReadyError with one sentence."""
    shown = clean_name(name)
    stem, _, ending = shown.rpartition(".")
    kind = _KINDS.get(ending.lower())
    if not stem or kind is None:
        raise NotReadyError((f"“{shown[:40] or '没有名称'}”的类型不收，可附：{_NAMED}。",))
    if not content:
        raise NotReadyError((f"“{shown}”是空文件。",))
    if len(content) > limit:
        raise NotReadyError((f"“{shown}”超过 {limit / 1_000_000:.0f} MB，请压缩或分成几个。",))
    media, beginnings = kind
    if not _is_as_named(content, beginnings):
        raise NotReadyError((f"“{shown}”的内容不是 {ending.lower()} 文件，请核对后再附。",))
    return ProofFile(shown, media, content)


def clean_name(name: str) -> str:
    """Return a file's own name: no folder, nothing unprintable; a long one keeps its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(
        " ."
    )
    if len(shown) <= LONGEST_NAME:
        return shown
    stem, dot, ending = shown.rpartition(".")
    return (
        f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
        if len(ending) < 10
        else shown[:LONGEST_NAME]
    )


def size_words(size: int) -> str:
    """Return a size as one reads it: 12 KB, 3.4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"


def _is_as_named(content: bytes, beginnings: tuple[bytes, ...]) -> bool:
    if not beginnings:
        return b"\0" not in content or content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.startswith(beginnings)

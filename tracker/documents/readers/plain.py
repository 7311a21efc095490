"""Plain text: which encoding it is in, and whether it is text at all."""

from __future__ import annotations

import re

from tracker.domain.errors import DocumentError

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_USUAL = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2040\u2460-\u249f -~\t\r\n]")


def _utf16(data: bytes) -> str | None:
    if len(data) % 2:
        data = data[:-1]
    guesses = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            guesses.append(data.decode(encoding))
        except UnicodeError:
            continue
    best = max(guesses, key=lambda text: len(_CHINESE.findall(text)), default=None)
    return best if best and _is_chinese(best) else None


def _is_chinese(text: str) -> bool:
    """Tell whether a guess reads as Chinese: nothing but its letters, marks and figures."""
    usual = len(_USUAL.findall(text)) * 50 >= len(text) * 49
    return usual and len(_CHINESE.findall(text)) * 3 > len(text)


def _by_mark(data: bytes) -> str | None:
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return data.decode("utf-32")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return None


def _strict(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return None


def decode(data: bytes) -> str:
    """Return the text of the bytes, letter for letter; DocumentError when it is none."""
    try:
        marked = _by_mark(data)
    except UnicodeError:
        raise DocumentError(
            "文件的文字编码有误，读不出来，请另存为 UTF-8 编码的文本再传。"
        ) from None
    if marked is not None:
        return _checked(marked)
    text = _utf16(data) if b"\x00" in data[:4096] else _strict(data)
    if text is None and b"\x00" in data:
        raise DocumentError("这不是文本文件，里面是二进制内容，请换成 .docx、.xlsx 或 .txt 文件。")
    if text is None:
        text = _utf16(data)
    if text is None:
        raise DocumentError("认不出文件的文字编码，请另存为 UTF-8 编码的文本再传。")
    return _checked(text)


def _checked(text: str) -> str:
    if not text.strip("\ufeff \t\r\n\u3000\u200b\x00"):
        raise DocumentError("文件里没有文字，请核对后再传。")
    if len(_CONTROLS.findall(text[:20_000])) * 50 > len(text[:20_000]):
        raise DocumentError("这不是文本文件，里面是二进制内容，请换成 .docx、.xlsx 或 .txt 文件。")
    return text

"""Texts that are safe in a header, a mail and a database, whatever somebody typed."""

from __future__ import annotations

import unicodedata

TITLE_LENGTH = 80
SUBJECT_LENGTH = 120
#: Controls, lone surrogates, and the format characters that turn a line's direction round.
_BROKEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: str, limit: int = TITLE_LENGTH) -> str:
    """Return the text as one line of at most `limit` characters; a longer one ends in an ellipsis."""
    cleaned = " ".join("".join(map(_safe, text[: limit * 4])).split())
    if len(cleaned) <= limit and len(text) <= limit * 4:
        return cleaned
    return f"{cleaned[: limit - 1].rstrip()}…"


def _safe(char: str) -> str:
    if char in _TURNING:
        return ""
    return " " if unicodedata.category(char) in _BROKEN else char

"""Comma-separated tables: made readable in place, so that offsets stay offsets of the file."""

from __future__ import annotations

import re
from collections import Counter

_HIDDEN = "\u200b"
_TOKENS = re.compile(r'"(?:[^"]|"")*"?|[^"\n]+|\n')


def _delimiter(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text[:20_000])
    counts = Counter(character for character in head if character in ",;\t，")
    return max(counts, key=lambda one: (counts[one], one == ","), default=",")


def _quoted(token: str) -> str:
    """Return a quoted field of the same length: its quotes hidden, its line ends kept inside the cell."""
    inside = token[1:-1] if token.endswith('"') and len(token) > 1 else token[1:]
    closing = _HIDDEN if token.endswith('"') and len(token) > 1 else ""
    inside = inside.replace('""', f'"{_HIDDEN}').replace("\r\n", f"{_HIDDEN}\u2028")
    return _HIDDEN + inside.replace("\n", "\u2028").replace("\t", " ") + closing


def table_text(text: str) -> str:
    """Return the same text with tabs for the delimiters, of the same length."""
    delimiter = _delimiter(text)
    pieces = []
    for match in _TOKENS.finditer(text):
        token = match[0]
        if token.startswith('"') and _opens_field(text, match.start(), delimiter):
            pieces.append(_quoted(token))
        else:
            pieces.append(token.replace(delimiter, "\t"))
    return _lone_cells("".join(pieces))


def _opens_field(text: str, at: int, delimiter: str) -> bool:
    return at == 0 or text[at - 1] in f"{delimiter}\n\ufeff"


def _lone_cells(text: str) -> str:
    """Turn a row with nothing but its first cell into a full-width row."""
    return re.sub(
        r"(?m)^([^\t\n]+?)(\t+)(\r?)$",
        lambda match: match[1] + _HIDDEN * len(match[2]) + match[3],
        text,
    )

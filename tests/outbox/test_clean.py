"""Whatever somebody typed, a line is a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.outbox.clean import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("换\r\nBcc: a@b.c", "换 Bcc: a@b.c"),
        ("分\u2028行\u2029", "分 行"),
        ("空\x00字", "空 字"),
        ("半个\ud800字", "半个 字"),
        ("反\u202e转", "反转"),
        ("长" * 100, "长" * 79 + "…"),
        ("　两　边　", "两 边"),
    ],
)
def test_a_line_has_no_breaks_controls_or_halves(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text(st.characters(), max_size=500), st.integers(2, 60))
def test_any_text_fits_and_can_be_encoded(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert line.encode("utf-8").decode("utf-8") == line
    assert len(line.splitlines()) <= 1


def test_a_million_characters_are_cut() -> None:
    assert len(one_line("字" * 1_000_000)) == 80

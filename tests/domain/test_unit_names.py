from __future__ import annotations

import pytest

from tracker.domain.unit_names import match_unit, match_units

NAMES = {1: "预算股", 2: "国库股", 3: "县农业农村局", 4: "县财政局", 5: "财政局信息中心"}


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("预算股", 1),
        ("预 算 股", 1),
        ("县财政局预算股", 1),
        ("局预算股", 1),
        ("农业农村局", 3),
        ("县财政局", 4),
        ("财政局", 4),
        ("财政局信息", 5),
        ("局", None),
        ("股", None),
        ("", None),
        ("税务局", None),
    ],
)
def test_a_unit_is_known_by_its_name_or_its_only_likeness(words: str, unit: int | None) -> None:
    assert match_unit(words, NAMES) == unit


def test_two_units_of_one_name_are_not_told_apart() -> None:
    assert match_unit("办公室", {1: "办公室", 2: "办公室"}) is None


def test_unknown_names_are_left_out_and_doubles_counted_once() -> None:
    assert match_units(["国库股", "税务局", "国库股", "预算股"], NAMES) == [2, 1]

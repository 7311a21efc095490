"""What a changed target makes of the year's months, quarters and levels."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.case import Case, Earlier, Kind
from tracker.domain.target_change import (
    ChangeState,
    change_word,
    earlier_after,
    levels_after,
    quarters_after,
)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (None, Decimal(1), "确定"),
        (Decimal(1), Decimal(2), "调高"),
        (Decimal(2), Decimal(1), "调低"),
        (Decimal(2), None, "撤销目标"),
        (Decimal("2.0"), Decimal(2), "不变"),
    ],
)
def test_a_change_is_named(old: Decimal | None, new: Decimal | None, word: str) -> None:
    assert change_word(old, new) == word


def test_states_have_chinese_words() -> None:
    assert [state.word for state in ChangeState] == ["待批", "已批准", "未批准", "已撤回"]


def flow(*earlier: Earlier) -> Case:
    return Case(kind=Kind.FLOW, target=Decimal(100), places=0, earlier=earlier)


def test_a_change_from_january_leaves_nothing_of_the_old_target() -> None:
    assert earlier_after(flow(Earlier(3, Decimal(50))), 1) == ()


def test_months_before_a_change_keep_their_own_target() -> None:
    first, second = Earlier(3, Decimal(50)), Earlier(6, Decimal(80))
    assert earlier_after(flow(), 5) == (Earlier(4, Decimal(100)),)
    assert earlier_after(flow(first), 5) == (first, Earlier(4, Decimal(100)))
    assert earlier_after(flow(first, second), 5) == (first, Earlier(4, Decimal(80)))
    assert earlier_after(flow(first), 3) == (Earlier(2, Decimal(50)),)
    assert earlier_after(flow(first), 4) == (first,)


@pytest.mark.parametrize(
    ("quarters", "total", "after"),
    [
        ((30, 30, 20, 20), 200, (60, 60, 40, 40)),
        ((-10, -10, 0, 0), -7, (-3, -4, 0, 0)),
        ((0, 0, 0, 0), 10, (3, 3, 2, 2)),
    ],
)
def test_quarters_follow_in_their_shares(
    quarters: tuple[int, ...], total: int, after: tuple[int, ...]
) -> None:
    assert quarters_after(tuple(map(Decimal, quarters)), Decimal(total), 0) == after


def test_levels_follow_from_the_month_of_the_change() -> None:
    levels = tuple(map(Decimal, range(1, 13)))
    assert levels_after(levels, Decimal(50), 11) == (*levels[:10], 50, 50)

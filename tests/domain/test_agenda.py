"""The series of dispatch reviews, their names, and the order of an agenda."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.agenda import Part, ReviewKind, moved, review_title


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        (ReviewKind.WEEKLY, date(2024, 12, 30), date(2025, 1, 6)),
        (ReviewKind.MONTHLY, date(2024, 1, 31), date(2024, 2, 29)),
        (ReviewKind.MONTHLY, date(2024, 12, 11), date(2025, 1, 11)),
        (ReviewKind.MONTHLY, date(2024, 8, 11), date(2024, 9, 11)),
    ],
)
def test_the_next_review_is_a_week_or_a_month_on(
    kind: ReviewKind, day: date, expected: date
) -> None:
    assert kind.next_after(day) == expected


def test_names() -> None:
    assert review_title(ReviewKind.MONTHLY, date(2024, 8, 11), 7) == "8月月调度"
    assert review_title(ReviewKind.WEEKLY, date(2024, 8, 12), 33) == "2024年第33次周调度"


def test_the_parts_come_in_the_rules_order() -> None:
    assert [part.word for part in Part] == [
        "上次议定事项",
        "滞后指标",
        "逾期任务",
        "未报单位",
        "下次会前到期",
    ]


def test_an_item_moves_one_place_and_stays_at_an_end() -> None:
    assert moved([1, 2, 3], 3, -1) == [1, 3, 2]
    assert moved([1, 2, 3], 1, 1) == [2, 1, 3]
    assert moved([1, 2, 3], 1, -1) == [1, 2, 3]
    assert moved([1, 2, 3], 3, 1) == [1, 2, 3]


@given(st.lists(st.integers(), min_size=1, unique=True), st.data(), st.sampled_from([-1, 1]))
def test_moving_loses_nothing(order: list[int], data: st.DataObject, step: int) -> None:
    item = data.draw(st.sampled_from(order))

    assert sorted(moved(order, item, step)) == sorted(order)

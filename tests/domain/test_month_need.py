"""What a month must bring: one rule for sheet, desk, ledger and mail."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.case import Case, Earlier, Kind, Polarity
from tracker.domain.month_need import month_need


def case(*actual: int | None, **more: object) -> Case:
    figures = tuple(None if one is None else Decimal(one) for one in actual)
    given: dict[str, object] = {"kind": Kind.FLOW, "target": Decimal(1200), "places": 0}
    return Case(**(given | {"actual": figures} | more))  # type: ignore[arg-type]


def test_a_month_must_bring_what_secures_its_quarter() -> None:
    assert month_need(case(90, 90), 3) == "120"


def test_january_must_bring_its_plan() -> None:
    assert month_need(case(), 1) == "100"


def test_what_was_reported_of_the_month_itself_or_later_says_nothing_of_its_need() -> None:
    assert month_need(case(90, 90, 500, 500), 3) == "120"


def test_a_month_that_was_missed_leaves_the_need_as_it_stood_before() -> None:
    assert month_need(case(90, None), 3) == "105"


def test_beyond_the_quarter_that_is_known_there_is_none() -> None:
    assert month_need(case(90, 90), 4) == ""


def test_a_surplus_leaves_nothing_to_bring() -> None:
    assert month_need(case(200, 200), 3) == "0"


def test_a_balance_is_told_what_it_must_grow_by() -> None:
    loans = case(105, kind=Kind.STOCK, target=Decimal(220), baseline=Decimal(100))
    assert month_need(loans, 2) == "净增 13"


@pytest.mark.parametrize(
    ("actual", "said"), [((), "不超 100"), ((100, 100), "不超 100"), ((1300,), "已无余额")]
)
def test_a_cap_is_told_its_share_of_what_is_left(actual: tuple[int, ...], said: str) -> None:
    assert month_need(case(*actual, polarity=Polarity.LOWER), len(actual) + 1) == said


@pytest.mark.parametrize(
    ("polarity", "said"),
    [(Polarity.HIGHER, "不低于 9.0"), (Polarity.LOWER, "不超 9.0")],
)
def test_a_rate_is_told_its_line(polarity: Polarity, said: str) -> None:
    rate = case(8, kind=Kind.RATE, target=Decimal(9), places=1, polarity=polarity)
    assert month_need(rate, 2) == said


@pytest.mark.parametrize(
    "unknown",
    [
        {"target": None},
        {"target": None, "kind": Kind.RATE},
        {"target": None, "polarity": Polarity.LOWER},
        {"kind": Kind.STOCK},
    ],
)
def test_without_target_or_baseline_nothing_can_be_said(unknown: dict[str, object]) -> None:
    assert month_need(case(100, **unknown), 2) == ""


@pytest.mark.parametrize(
    ("actual", "month", "said"),
    [
        ((), 1, "100～200"),
        ((150,), 2, "50～250"),
        ((250,), 2, "0～150"),
        ((500,), 2, "已超上限"),
        ((150, None), 3, ""),
    ],
)
def test_a_flow_in_a_range_is_told_what_keeps_it_there(
    actual: tuple[int | None, ...], month: int, said: str
) -> None:
    given = case(*actual, polarity=Polarity.RANGE, target_high=Decimal(2400))
    assert month_need(given, month) == said


def test_a_rate_in_a_range_is_told_its_bounds() -> None:
    rate = case(
        kind=Kind.RATE,
        target=Decimal(5),
        target_high=Decimal("5.5"),
        places=1,
        polarity=Polarity.RANGE,
    )
    assert month_need(rate, 3) == "5.0～5.5"
    assert month_need(case(polarity=Polarity.RANGE, target=None), 3) == ""


def test_after_a_change_of_the_target_a_month_is_told_the_new_one() -> None:
    old = (Earlier(2, Decimal(1200)),)
    assert month_need(case(100, 100, target=Decimal(2400), earlier=old), 3) == "400"
    rate = {"kind": Kind.RATE, "target": Decimal(9), "earlier": (Earlier(2, Decimal(8)),)}
    assert [month_need(case(**rate), month) for month in (2, 3)] == ["不低于 8", "不低于 9"]

"""The lines of the charts: exact figures, and a band that ends at the forecast."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.courses import cumulative_course, month_course
from tracker.domain.standing import Case, Kind, standing

MARCH = (Decimal(9000), Decimal(7000), Decimal(11000))
LAST = tuple(map(Decimal, (9500,) * 6 + (10500,) * 6))


def flow(**more: object) -> Case:
    given: dict[str, object] = {"target": Decimal(120000), "places": 0, "actual": MARCH}
    return Case(kind=Kind.FLOW, **(given | more))  # type: ignore[arg-type]


def test_the_need_follows_the_quarter_and_then_the_plan() -> None:
    course = month_course(standing(flow()))

    assert course.need is not None
    assert course.need == (None,) * 3 + (11000,) * 3 + (10000,) * 6
    assert course.actual == (*MARCH, *(None,) * 9)


def test_the_cumulative_need_begins_where_one_stands_and_meets_the_target() -> None:
    course = cumulative_course(standing(flow()))

    assert course.need is not None
    assert course.need[:6] == (None, None, 27000, 38000, 49000, 60000)
    assert course.need[11] == 120000


def test_a_surplus_needs_nothing() -> None:
    ahead = Case(kind=Kind.FLOW, target=Decimal(120000), places=0, actual=(Decimal(40000),))

    assert month_course(standing(ahead)).need is None


def test_last_year_is_left_out_where_a_month_is_missing() -> None:
    course = cumulative_course(standing(flow(last_year=(None, *LAST[1:]))))

    assert course.last is None


def test_a_balance_has_no_forecast() -> None:
    loans = Case(
        kind=Kind.STOCK,
        target=Decimal(200),
        places=0,
        baseline=Decimal(100),
        actual=(Decimal(105),),
        last_year=(Decimal(90),) * 12,
    )
    course = cumulative_course(standing(loans))

    assert (course.low, course.high) == (None, None)
    assert course.actual[0] == 105
    assert course.last == (Decimal(90),) * 12


@given(
    st.lists(st.integers(1, 10**9), min_size=12, max_size=12),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=11),
)
def test_the_band_ends_at_the_forecast(last: list[int], actual: list[int]) -> None:
    case = Case(
        kind=Kind.FLOW,
        target=Decimal(10**6),
        places=0,
        actual=tuple(map(Decimal, actual)),
        last_year=tuple(map(Decimal, last)),
    )
    worked = standing(case)
    course = cumulative_course(worked)

    assert worked.forecast is not None
    assert course.low is not None
    assert course.high is not None
    assert (course.low[11], course.high[11]) == (worked.forecast.low, worked.forecast.high)
    assert course.low[len(actual) - 1] == worked.actual_cumulative


@pytest.mark.parametrize("actual", [(Decimal(0), Decimal(0)), (Decimal(5),) * 12])
def test_of_nothing_and_at_the_years_end_nothing_is_forecast(actual: tuple[Decimal, ...]) -> None:
    course = cumulative_course(standing(flow(actual=actual, last_year=LAST)))

    assert (course.low, course.high) == (None, None)


def test_where_the_plan_begins_late_only_last_year_forecasts() -> None:
    late = (Decimal(0),) * 3 + (Decimal(1),) * 9
    course = cumulative_course(standing(flow(weights=late, last_year=LAST)))

    assert course.low == course.high
    assert course.low is not None
    assert course.low[2] == 27000

"""Periods and their neighbours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import FigureError
from tracker.domain.periods import (
    HalfYear,
    Month,
    Quarter,
    TenDays,
    Week,
    Year,
    month_label,
    quarter_label,
    quarter_of,
)

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def test_a_month_has_its_code_labels_and_days() -> None:
    march = Month.from_code("2024-03")
    assert march == Month(2024, 3)
    assert (march.code, march.label, march.long_label) == ("2024-03", "3月", "2024年3月")
    assert (march.first_day, march.last_day) == (date(2024, 3, 1), date(2024, 3, 31))
    assert march.quarter == Quarter(2024, 1)
    assert march.is_quarter_end
    assert not march.next().is_quarter_end


def test_february_follows_the_leap_year() -> None:
    assert Month(2024, 2).last_day == date(2024, 2, 29)
    assert Month(2023, 2).last_day == date(2023, 2, 28)


@pytest.mark.parametrize("code", ["2024-13", "2024-3", "24-03", "2024-00", "0000-01", "2024-03 "])
def test_a_month_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(FigureError, match="月份要写成 2024-03 的样子。"):
        Month.from_code(code)


def test_months_are_ordered_across_years() -> None:
    assert Month(2023, 12) < Month(2024, 1)
    assert Month(2023, 12).next() == Month(2024, 1)
    assert Month(2024, 1).previous() == Month(2023, 12)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Month(2024, 13), "月份应在 1 到 12 之间。"),
        (lambda: Quarter(2024, 0), "季度应在 1 到 4 之间。"),
        (lambda: HalfYear(2024, 3), "半年应在 1 到 2 之间。"),
        (lambda: TenDays(2024, 1, 4), "旬应在 1 到 3 之间。"),
        (lambda: Week(date(2024, 3, 5)), "一周从周一开始。"),
    ],
)
def test_a_period_that_does_not_exist_is_refused(make: type, sentence: str) -> None:
    with pytest.raises(FigureError, match=sentence):
        make()


def test_quarters_and_months_have_chinese_names() -> None:
    assert [quarter_label(q) for q in (1, 2, 3, 4)] == ["一季度", "二季度", "三季度", "四季度"]
    assert [quarter_of(month) for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert month_label(12) == "12月"
    assert (Quarter(2024, 2).label, Quarter(2024, 2).code) == ("二季度", "2024-Q2")


def test_a_quarter_knows_its_months_and_neighbours() -> None:
    second = Quarter(2024, 2)
    assert [month.month for month in second.months] == [4, 5, 6]
    assert (second.first_day, second.last_day) == (date(2024, 4, 1), date(2024, 6, 30))
    assert second.previous().previous() == Quarter(2023, 4)
    assert second.next().next().next() == Quarter(2025, 1)


def test_a_half_year_knows_its_months_and_neighbours() -> None:
    first = HalfYear(2024, 1)
    assert (first.code, first.label, first.next().label) == ("2024-H1", "上半年", "下半年")
    assert [month.month for month in first.months] == [1, 2, 3, 4, 5, 6]
    assert (first.first_day, first.last_day) == (date(2024, 1, 1), date(2024, 6, 30))
    assert first.previous() == HalfYear(2023, 2)
    assert first.next().next() == HalfYear(2025, 1)
    assert first.next().previous() == first


def test_a_year_knows_its_months_and_neighbours() -> None:
    year = Year(2024)
    assert (year.code, year.label) == ("2024", "2024年")
    assert (year.first_day, year.last_day) == (date(2024, 1, 1), date(2024, 12, 31))
    assert year.months[0] == Month(2024, 1)
    assert len(year.months) == 12
    assert (year.previous(), year.next()) == (Year(2023), Year(2025))


def test_ten_days_end_with_the_month() -> None:
    assert [(part.label, part.last_day.day) for part in Month(2024, 2).ten_days] == [
        ("2月上旬", 10),
        ("2月中旬", 20),
        ("2月下旬", 29),
    ]
    assert TenDays.of(date(2024, 1, 31)).code == "2024-01-T3"


def test_a_week_is_named_by_its_monday() -> None:
    week = Week.of(date(2024, 3, 10))
    assert (week.code, week.label) == ("2024-W10", "3月4日—10日")
    assert Week.of(date(2024, 3, 31)).next().previous().label == "3月25日—31日"
    assert Week.of(date(2024, 4, 30)).label == "4月29日—5月5日"
    assert Week.of(date(2024, 12, 31)).code == "2025-W01"


@pytest.mark.parametrize("kind", [Month, TenDays, Week])
@given(day=days)
def test_neighbours_meet_without_gap_or_overlap(
    kind: type[Month] | type[TenDays] | type[Week], day: date
) -> None:
    period = kind.of(day)
    assert period.first_day <= day <= period.last_day
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.next().previous() == period

"""What a plan would be behind with on the day that it is issued."""

from __future__ import annotations

from datetime import date

from tracker.domain.issuing import Arrears, arrears

DUE = [date(2024, month, 5) for month in range(2, 13)] + [date(2025, 1, 6)]


def test_a_plan_of_this_year_owes_the_months_that_are_due() -> None:
    found = arrears(2024, DUE, [date(2024, 3, 31), date(2024, 4, 1), None], date(2024, 4, 1))

    assert found == Arrears(over=False, months=2, tasks=1)
    assert [sentence[:8] for sentence in found.sentences] == ["2 个月的填报期", "1 项任务的时限"]


def test_a_plan_in_january_owes_nothing() -> None:
    found = arrears(2024, DUE, [date(2024, 12, 31)], date(2024, 1, 15))

    assert found == Arrears(over=False, months=0, tasks=0)
    assert found.sentences == ()


def test_a_year_that_has_ended_is_over() -> None:
    assert arrears(2024, DUE, [], date(2025, 1, 6)) == Arrears(over=True, months=11, tasks=0)

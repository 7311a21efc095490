"""Cycles open and fall due as counties set them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import (
    STAGE_WORDS,
    Cycle,
    CycleRule,
    CycleRuleError,
    Stage,
    check_order,
    cycle_of,
    cycles_of,
    digest_day,
    parse_cycle_rule,
    parse_day_rule,
    stage_days,
)
from tracker.domain.periods import Month

# 2024: 清明 4 to 6 April, 7 April worked; 劳动节 1 to 5 May, 28 April and 11 May worked.
SPRING = WorkingCalendar(
    {date(2024, 4, day): False for day in (4, 5, 6)}
    | {date(2024, 5, day): False for day in range(1, 6)}
    | {date(2024, 4, 7): True, date(2024, 4, 28): True, date(2024, 5, 11): True},
    frozenset({2024}),
)
MARCH = Month(2024, 3)

months = st.builds(Month, st.integers(2000, 2050), st.integers(1, 12))
rules = st.one_of(
    st.builds(lambda n: f"day:{n}", st.integers(1, 31)),
    st.builds(lambda n: f"next-day:{n}", st.integers(1, 31)),
    st.builds(lambda n: f"workday:{n}", st.integers(-23, 23).filter(bool)),
    st.builds(lambda n: f"next-workday:{n}", st.integers(-23, 23).filter(bool)),
    st.builds(lambda n: f"weekday:{n}", st.integers(1, 7)),
    st.builds(lambda n: f"next-weekday:{n}", st.integers(1, 7)),
    st.builds(lambda n: f"ten-day:{n}", st.integers(0, 9)),
    st.builds(lambda n: f"quarter-end:{n}", st.integers(-20, 20)),
)


def test_by_default_a_month_opens_on_the_25th_and_is_due_on_the_third_working_day_after() -> None:
    cycle = cycle_of(MARCH, CycleRule(), SPRING)

    assert cycle == Cycle("2024-03", "3月", MARCH, date(2024, 3, 25), date(2024, 4, 3))


def test_december_is_due_in_january() -> None:
    assert cycle_of(Month(2024, 12), CycleRule(), SPRING).due_on == date(2025, 1, 3)


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("day:28", date(2024, 4, 28)),
        ("day:31", date(2024, 4, 30)),
        ("next-day:5", date(2024, 5, 5)),
        ("workday:-5", date(2024, 4, 25)),
        ("workday:20", date(2024, 4, 28)),
        ("next-workday:3", date(2024, 5, 8)),
        ("next-workday:-1", date(2024, 5, 31)),
    ],
)
def test_a_month_is_due_as_the_county_says(due: str, day: date) -> None:
    assert cycle_of(Month(2024, 4), parse_cycle_rule("day:20", due), SPRING).due_on == day


def test_a_cycle_never_opens_after_it_is_due() -> None:
    cycle = cycle_of(Month(2024, 4), parse_cycle_rule("day:28", "workday:-5"), SPRING)

    assert cycle.opens_on == cycle.due_on == date(2024, 4, 25)


def test_weeks_are_reported_by_the_tuesday_after() -> None:
    weekly = parse_cycle_rule("weekday:5", "next-weekday:2")
    cycles = cycles_of(MARCH, weekly, SPRING)

    assert [cycle.code for cycle in cycles] == ["2024-W10", "2024-W11", "2024-W12", "2024-W13"]
    assert cycles[0].opens_on == date(2024, 3, 8)
    assert cycles[0].due_on == date(2024, 3, 12)
    assert cycle_of(MARCH, weekly, SPRING) == cycles[-1]


def test_a_week_may_be_due_within_itself() -> None:
    tuesday = parse_cycle_rule("weekday:1", "weekday:2")

    assert cycles_of(MARCH, tuesday, SPRING)[0].due_on == date(2024, 3, 5)


def test_ten_days_are_due_at_their_end_or_working_days_after() -> None:
    at_end = cycles_of(MARCH, parse_cycle_rule("ten-day:0", "ten-day:0"), SPRING)
    after = cycles_of(MARCH, parse_cycle_rule("ten-day:0", "ten-day:2"), SPRING)

    assert [cycle.code for cycle in at_end] == ["2024-03-T1", "2024-03-T2", "2024-03-T3"]
    assert [cycle.due_on.day for cycle in at_end] == [10, 20, 31]
    assert [cycle.due_on for cycle in after] == [
        date(2024, 3, 12),
        date(2024, 3, 22),
        date(2024, 4, 2),
    ]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("quarter-end", date(2024, 3, 31)),
        ("quarter-end:3", date(2024, 4, 3)),
        ("quarter-end:-5", date(2024, 3, 25)),
    ],
)
def test_a_quarter_is_due_around_its_end(due: str, day: date) -> None:
    rule = parse_cycle_rule("day:20", due)
    cycle = cycle_of(Month(2024, 1), rule, SPRING)

    assert (cycle.code, cycle.month, cycle.due_on) == ("2024-Q1", MARCH, day)
    assert cycles_of(Month(2024, 2), rule, SPRING) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("day:25", "当月25日"),
        ("next-workday:3", "次月第3个工作日"),
        ("workday:-5", "当月倒数第5个工作日"),
        ("next-weekday:2", "次周周二"),
        ("ten-day:0", "旬末"),
        ("quarter-end:0", "季末"),
        ("quarter-end:-5", "季末倒数第5个工作日"),
    ],
)
def test_a_rule_has_chinese_words(text: str, word: str) -> None:
    assert parse_day_rule(text).word == word


def test_a_cycle_rule_reads_as_one_sentence() -> None:
    assert CycleRule().word == "当月25日开启，次月第3个工作日前报送"


@given(rules)
def test_a_rule_survives_its_text(text: str) -> None:
    assert str(parse_day_rule(text)) == text
    assert parse_day_rule(text).word


@pytest.mark.parametrize(
    "text", ["", "day", "day:0", "day:32", "day:x", "workday:0", "fortnight:1", "day:" + "9" * 5000]
)
def test_a_rule_that_makes_no_sense_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CycleRuleError) as caught:
        parse_day_rule(text)
    assert caught.value.message.endswith("。")


def test_opening_and_due_days_must_belong_to_the_same_periods() -> None:
    with pytest.raises(CycleRuleError, match="周期不一致"):
        parse_cycle_rule("day:25", "next-weekday:2")


@given(months, rules, rules)
def test_every_cycle_opens_no_later_than_it_is_due(month: Month, opens: str, due: str) -> None:
    try:
        rule = parse_cycle_rule(opens, due)
    except CycleRuleError:
        return
    for cycle in cycles_of(month, rule, SPRING):
        assert cycle.opens_on <= cycle.due_on


def test_mails_of_a_cycle_go_out_on_working_days() -> None:
    cycle = cycle_of(MARCH, CycleRule(), SPRING)

    assert stage_days(cycle, SPRING) == (
        (Stage.OPEN, date(2024, 3, 25)),
        (Stage.BEFORE, date(2024, 4, 1)),
        (Stage.DUE, date(2024, 4, 3)),
        (Stage.OVERDUE, date(2024, 4, 7)),  # a Sunday that is worked
    )


def test_stages_on_days_off_move_to_the_next_working_day() -> None:
    cycle = cycle_of(Month(2024, 8), parse_cycle_rule("day:25", "day:31"), WorkingCalendar())

    assert stage_days(cycle, WorkingCalendar()) == (
        (Stage.OPEN, date(2024, 8, 26)),  # from Sunday
        (Stage.BEFORE, date(2024, 8, 29)),
        (Stage.DUE, date(2024, 9, 2)),  # from Saturday
        (Stage.OVERDUE, date(2024, 9, 2)),
    )


@given(months, rules)
def test_stages_come_in_order_and_never_before_the_opening(month: Month, due: str) -> None:
    for cycle in cycles_of(month, CycleRule(parse_day_rule(due), parse_day_rule(due)), SPRING):
        days = [day for _, day in stage_days(cycle, SPRING)]

        assert days == sorted(days)
        assert all(SPRING.is_working(day) for day in days)
        assert days[0] >= cycle.opens_on


def test_every_stage_has_its_word() -> None:
    assert set(STAGE_WORDS) == set(Stage)
    assert Stage.BEFORE.word == "临期"


def test_a_weeks_digest_goes_out_on_its_first_working_day() -> None:
    calendar = WorkingCalendar({date(2024, 2, 12 + n): False for n in range(5)})

    assert digest_day(date(2024, 2, 8), calendar) == date(2024, 2, 5)
    assert digest_day(date(2024, 2, 14), calendar) is None


def test_a_rule_that_opens_after_it_is_due_is_refused() -> None:
    check_order(parse_cycle_rule("day:25", "next-workday:3"), 2024, SPRING)

    with pytest.raises(CycleRuleError, match="1月的开启日（当月31日）晚于截止日（当月1日）"):
        check_order(parse_cycle_rule("day:31", "day:1"), 2024, SPRING)

"""Each thing is told to the right person, once, in as few mails as possible, and is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.postbox import (
    CHAIN,
    CHEN,
    CHIEF,
    HEAD,
    HOLIDAYS,
    LEADER,
    RULES,
    TASK_DUE,
    ZHOU,
    Postbox,
    all_notices,
    at,
    march,
    stages_told,
    task,
)
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import CycleRule, Stage, cycle_of
from tracker.domain.escalation import Chain, Ladder
from tracker.domain.periods import Month
from tracker.domain.reminders import (
    Kind,
    OwedReports,
    Rules,
    due_between,
    notices_of_reports,
    notices_of_task,
)


def test_a_month_is_reminded_of_at_its_four_stages() -> None:
    box = Postbox()
    box.run_daily(date(2024, 3, 20), date(2024, 4, 30), march())

    assert stages_told(box, CHEN) == [
        (date(2024, 3, 25), Stage.OPEN),
        (date(2024, 4, 1), Stage.BEFORE),
        (date(2024, 4, 3), Stage.DUE),
        (date(2024, 4, 7), Stage.OVERDUE),
    ]
    assert box.mails[0][1].key == "cycle/2024-03.open/17"


def test_nothing_goes_out_before_nine() -> None:
    box = Postbox()

    assert box.run(at(date(2024, 3, 25), 8, 59), march()) == []
    assert len(box.run(at(date(2024, 3, 25)), march())) == 1


def test_a_second_run_sends_nothing() -> None:
    box = Postbox()
    box.run(at(date(2024, 3, 25)), march())

    assert box.run(at(date(2024, 3, 25), 17), march()) == []


def test_whoever_has_reported_is_left_alone() -> None:
    assert Postbox().run(at(date(2024, 4, 3)), march(reported=True)) == []


def test_the_quarter_comes_first_in_its_last_month() -> None:
    april = OwedReports(CHEN, cycle_of(Month(2024, 4), CycleRule(), HOLIDAYS))

    assert Postbox().run(at(date(2024, 3, 25)), march())[0].quarter_first
    assert not Postbox().run(at(date(2024, 4, 25)), april)[0].quarter_first


def test_a_month_that_closes_no_quarter_is_not_named_after_an_older_one_that_does() -> None:
    april = OwedReports(CHEN, cycle_of(Month(2024, 4), CycleRule(), HOLIDAYS))

    (mail,) = Postbox().run(at(date(2024, 4, 25)), march(), april)

    assert [item.notice.period for item in mail.told] == ["2024-04", "2024-03"]
    assert not mail.quarter_first


def test_what_did_not_bind_yet_was_not_missed() -> None:
    issued = at(date(2024, 4, 2))

    (late,) = Postbox().run(at(date(2024, 4, 3)), replace(march(), since=issued))
    (always,) = Postbox().run(at(date(2024, 4, 3)), march())

    assert late.told[0].skipped == ()
    assert [old.stage for old in always.told[0].skipped] == [Stage.OPEN, Stage.BEFORE]


def test_after_downtime_the_newest_stage_is_sent_once_and_the_skipped_are_listed() -> None:
    (mail,) = Postbox().run(at(date(2024, 4, 3), 15), march())

    assert (mail.key, mail.stage) == ("cycle/2024-03.due/17", Stage.DUE)
    assert [old.stage for old in mail.told[0].skipped] == [Stage.OPEN, Stage.BEFORE]


def test_what_was_listed_as_skipped_is_not_listed_again() -> None:
    box = Postbox()
    (made_up,) = box.run(at(TASK_DUE), task())
    box.run_daily(TASK_DUE, TASK_DUE + timedelta(days=21), task())

    assert [old.stage for old in made_up.told[0].skipped] == [Stage.BEFORE, Stage.BEFORE]
    assert [mail.told[0].skipped for _, mail in box.mails[1:]] == [()] * 4


@pytest.mark.parametrize("due_on", [date(2024, 6, 15), date(2024, 6, 16), date(2024, 10, 1)])
def test_what_is_due_on_a_day_off_is_overdue_on_the_next_working_day_and_nothing_was_skipped(
    due_on: date,
) -> None:
    box = Postbox()
    box.run_daily(due_on - timedelta(days=12), due_on + timedelta(days=21), task(due_on=due_on))

    assert [stage for _, stage in stages_told(box, CHEN)][:4] == [
        Stage.BEFORE,
        Stage.BEFORE,
        Stage.OVERDUE,
        Stage.WEEKLY,
    ]
    assert [item.skipped for _, mail in box.mails for item in mail.told if item.skipped] == []


def test_months_missed_together_come_in_one_mail_named_after_the_newest() -> None:
    april = OwedReports(CHEN, cycle_of(Month(2024, 4), CycleRule(), HOLIDAYS))
    box = Postbox()
    (mail,) = box.run(at(date(2024, 4, 26)), march(), april)

    assert mail.key == "cycle/2024-04.open/17"
    assert [item.notice.key for item in mail.told] == [
        "cycle/2024-04.open/17",
        "cycle/2024-03.overdue/17",
    ]
    assert box.run(at(date(2024, 4, 26), 10), march(), april) == []


def test_a_task_is_reminded_of_before_on_and_after_its_day_then_every_monday() -> None:
    box = Postbox()
    box.run_daily(date(2024, 6, 1), date(2024, 7, 2), task())

    assert stages_told(box, CHEN) == [
        (date(2024, 6, 5), Stage.BEFORE),
        (date(2024, 6, 10), Stage.BEFORE),
        (date(2024, 6, 12), Stage.DUE),
        (date(2024, 6, 13), Stage.OVERDUE),
        (date(2024, 6, 17), Stage.WEEKLY),
        (date(2024, 6, 24), Stage.WEEKLY),
        (date(2024, 7, 1), Stage.WEEKLY),
    ]


def test_a_monday_off_moves_the_weekly_reminder() -> None:
    box = Postbox()
    box.run_daily(date(2024, 9, 10), date(2024, 9, 30), task(due_on=date(2024, 9, 9)))

    assert [day for day, stage in stages_told(box, CHEN) if stage is Stage.WEEKLY] == [
        date(2024, 9, 18),  # Monday 16 and Tuesday 17 September are off
        date(2024, 9, 23),
        date(2024, 9, 30),
    ]


def test_two_mondays_inside_one_holiday_are_one_reminder() -> None:
    closed = WorkingCalendar({date(2024, 7, day): False for day in range(1, 13)})
    notices = notices_of_task(
        task(due_on=date(2024, 6, 27)), Rules(closed), until=date(2024, 7, 16)
    )

    assert [one.at.date() for one in notices if one.stage is Stage.WEEKLY] == [date(2024, 7, 15)]


def test_a_finished_task_and_one_without_a_day_are_not_reminded_of() -> None:
    assert Postbox().run(at(date(2024, 6, 20)), task(finished=True), task(6, due_on=None)) == []


def test_an_extension_is_reminded_of_anew() -> None:
    box = Postbox()
    box.run_daily(date(2024, 6, 1), date(2024, 6, 11), task())
    box.run_daily(date(2024, 6, 12), date(2024, 6, 28), task(due_on=date(2024, 6, 28)))

    assert [day for day, _ in stages_told(box, CHEN)] == [
        date(2024, 6, 5),
        date(2024, 6, 10),
        date(2024, 6, 21),
        date(2024, 6, 26),
        date(2024, 6, 28),
    ]


def test_supporting_units_hear_at_the_first_and_the_last_only() -> None:
    box = Postbox()
    box.run_daily(date(2024, 6, 1), date(2024, 7, 2), task(supporting=(ZHOU, CHEN)))

    assert stages_told(box, ZHOU) == [
        (date(2024, 6, 5), Stage.BEFORE),
        (date(2024, 6, 13), Stage.OVERDUE),
    ]
    assert len(stages_told(box, CHEN)) == 7  # in both parts, told once


def test_tasks_of_one_day_are_one_digest() -> None:
    (mail,) = Postbox().run(at(TASK_DUE), task(5), task(6), task(7))

    assert mail.key == "task/2024-06-12/17"
    assert [item.notice.task_id for item in mail.told] == [5, 6, 7]


def test_what_falls_together_goes_into_one_mail() -> None:
    due_with_cycle = task(due_on=date(2024, 4, 3))
    (mail,) = Postbox().run(at(date(2024, 4, 3)), due_with_cycle, march())

    assert (mail.key, mail.kind) == ("cycle/2024-03.due/17", Kind.CYCLE)
    assert {item.notice.kind for item in mail.told} == {Kind.CYCLE, Kind.TASK}


def test_a_task_handed_over_the_same_day_makes_a_second_digest() -> None:
    box = Postbox()
    box.run(at(TASK_DUE), task(5))
    (second,) = box.run(at(TASK_DUE, 10), task(5), task(6))
    (third,) = box.run(at(TASK_DUE, 11), task(5), task(6), task(7))

    assert second.key == "task/2024-06-12.2/17"
    assert third.key == "task/2024-06-12.3/17"
    assert [item.notice.task_id for item in second.told] == [6]


def test_beyond_the_daily_limit_mails_wait_for_the_next_day() -> None:
    box = Postbox(replace(RULES, daily_limit=1))
    box.run(at(TASK_DUE), task(5))

    assert box.run(at(TASK_DUE, 10), task(5), task(6)) == []
    (carried,) = box.run(at(TASK_DUE + timedelta(days=1)), task(5), task(6))
    assert {item.notice.task_id for item in carried.told} == {5, 6}
    assert [old.stage for item in carried.told for old in item.skipped if old.task_id == 6] == [
        Stage.BEFORE,
        Stage.BEFORE,
        Stage.DUE,
    ]


def test_an_overdue_month_climbs_to_head_leader_and_chief() -> None:
    box = Postbox()
    box.run_daily(date(2024, 4, 3), date(2024, 4, 20), march(chain=CHAIN))

    told = [(mail.person_id, moment.date(), mail.key) for moment, mail in box.mails]
    assert [one for one in told if one[0] != CHEN] == [
        (HEAD, date(2024, 4, 7), "escalation/2024-04-07/3"),
        (LEADER, date(2024, 4, 9), "escalation/2024-04-09/2"),
        (CHIEF, date(2024, 4, 11), "escalation/2024-04-11/1"),
    ]


def test_an_escalation_says_who_owes() -> None:
    box = Postbox()
    (_, mail) = box.run(at(date(2024, 4, 7)), march(chain=CHAIN))[::-1]
    notice = mail.told[0].notice

    assert (notice.person_id, notice.about_id, notice.period) == (HEAD, CHEN, "2024-03")


def test_an_overdue_task_climbs_by_its_plans_ladder() -> None:
    box = Postbox()
    climbing = task(chain=CHAIN, ladder=Ladder(head=None, leader=2, chief=4))
    box.run_daily(TASK_DUE, date(2024, 6, 20), climbing)

    assert stages_told(box, HEAD) == []
    assert stages_told(box, LEADER) == [(date(2024, 6, 14), Stage.LEADER)]
    assert stages_told(box, CHIEF) == [(date(2024, 6, 18), Stage.CHIEF)]


def test_one_person_at_two_levels_hears_the_highest_after_downtime() -> None:
    both = Chain(heads=(), leaders=(LEADER,), chiefs=(LEADER,))
    mails = Postbox().run(at(date(2024, 7, 1)), task(chain=both))
    (mail,) = [mail for mail in mails if mail.person_id == LEADER]

    assert [(item.notice.stage, len(item.skipped)) for item in mail.told] == [(Stage.CHIEF, 1)]


def test_what_would_fall_due_is_what_daily_runs_send() -> None:
    owed = (march(chain=CHAIN), march(ZHOU), task(5, due_on=date(2024, 4, 3)), task(6, chain=CHAIN))
    start, end = date(2024, 3, 1), date(2024, 7, 31)
    box = Postbox()
    box.run_daily(start, end, *owed)
    foreseen = due_between(all_notices(owed, end), start, end)

    assert [mail.key for mail in foreseen] == [mail.key for _, mail in box.mails]
    assert [mail.told for mail in foreseen] == [
        tuple(replace(item, skipped=()) for item in mail.told) for _, mail in box.mails
    ]


def test_what_would_fall_due_keeps_to_its_days() -> None:
    notices = list(notices_of_reports(march(), RULES))

    assert [mail.stage for mail in due_between(notices, date(2024, 4, 1), date(2024, 4, 3))] == [
        Stage.BEFORE,
        Stage.DUE,
    ]


@pytest.mark.parametrize("down_days", [1, 3, 35, 95, 400])
def test_after_any_downtime_a_person_gets_at_most_one_mail(down_days: int) -> None:
    owed = [task(n, due_on=date(2024, 3, n), chain=CHAIN) for n in range(1, 20)]
    months = [
        OwedReports(CHEN, cycle_of(Month(2024, n), CycleRule(), HOLIDAYS), chain=CHAIN)
        for n in range(1, 13)
    ]
    box = Postbox()
    box.run_daily(date(2024, 2, 20), date(2024, 3, 10), *owed, *months)
    back = at(date(2024, 3, 10) + timedelta(days=down_days))
    mails = box.run(back, *owed, *months)

    assert len({mail.person_id for mail in mails}) == len(mails)
    assert box.run(back + timedelta(hours=1), *owed, *months) == []


hours = st.integers(0, 24 * 200)


@settings(max_examples=60)
@given(st.lists(hours, max_size=25), st.integers(1, 3))
def test_whatever_the_clock_does_nothing_is_told_twice(moments: list[int], limit: int) -> None:
    owed = (march(chain=CHAIN), march(ZHOU), task(5, supporting=(ZHOU,), chain=CHAIN), task(6))
    box = Postbox(replace(RULES, daily_limit=limit))
    for hour in moments:
        mails = box.run(at(date(2024, 3, 1)) + timedelta(hours=hour), *owed)
        assert len({mail.person_id for mail in mails}) == len(mails)

    mail_keys = [mail.key for _, mail in box.mails]
    notice_keys = [item.notice.key for _, mail in box.mails for item in mail.told]
    assert len(set(mail_keys)) == len(mail_keys)
    assert len(set(notice_keys)) == len(notice_keys)

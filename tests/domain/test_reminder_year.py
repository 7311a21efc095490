"""A whole year of reminders, run again and again, against a model that works it out another way."""

from __future__ import annotations

from datetime import date, timedelta

from tests.domain.postbox import CHEN, HOLIDAYS, Postbox, at, days, task
from tracker.domain.cycles import CycleRule, cycle_of
from tracker.domain.periods import Month
from tracker.domain.reminders import Kind, Notice, OwedReports, OwedTask

WORKED = [
    day
    for day in days(date(2023, 12, 1), date(2025, 3, 31))
    if HOLIDAYS.exceptions.get(day, day.weekday() < 5)
]


def _first_worked(day: date) -> date:
    return next(one for one in WORKED if one >= day)


def _expected_year(due_days: list[date]) -> set[tuple[date, str]]:
    """Work the year out again, by places in a list of days and without the code under test."""
    expected: set[tuple[date, str]] = set()
    for month in range(1, 13):
        expected |= _expected_month(month)
    for number, due in enumerate(due_days):
        expected |= {(day, f"task{number}.{stage}") for day, stage in _expected_task(due).items()}
    return {one for one in expected if date(2024, 1, 1) <= one[0] <= date(2024, 12, 31)}


def _expected_month(month: int) -> set[tuple[date, str]]:
    place = WORKED.index(_first_worked(date(2024 + month // 12, month % 12 + 1, 1)))
    stages = {"before": 0, "due": 2, "overdue": 3}
    after = {(WORKED[place + offset], f"{month}.{name}") for name, offset in stages.items()}
    return after | {(_first_worked(date(2024, month, 25)), f"{month}.open")}


def _expected_task(due: date) -> dict[date, str]:
    place = WORKED.index(_first_worked(due))
    stages = {WORKED[place - offset]: "before" for offset in (5, 2)}
    stages[WORKED[place]] = "due"
    late = place if WORKED[place] > due else place + 1
    stages[WORKED[late]] = "overdue"
    for monday in days(WORKED[late] + timedelta(days=1), date(2024, 12, 31)):
        if monday.weekday() == 0:
            stages[_first_worked(monday)] = "weekly"
    return stages


def test_a_whole_year_of_runs_sends_what_an_independent_model_expects() -> None:
    due_days = [date(2024, 3, 9), date(2024, 5, 2), date(2024, 9, 17), date(2024, 10, 1)]
    owed: list[OwedReports | OwedTask] = [
        OwedReports(CHEN, cycle_of(Month(2024, n), CycleRule(), HOLIDAYS)) for n in range(1, 13)
    ]
    owed += [task(number, due_on=due) for number, due in enumerate(due_days)]
    box = Postbox()
    for day in days(date(2024, 1, 1), date(2024, 12, 31)):
        for hour in (8, 9, 9, 12, 23):
            box.run(at(day, hour), *owed)

    told = [
        (moment.date(), _short_name(item.notice))
        for moment, mail in box.mails
        for item in mail.told
    ]
    assert len(told) == len(set(told))
    assert set(told) == _expected_year(due_days)
    assert len({(mail.person_id, moment.date()) for moment, mail in box.mails}) == len(box.mails)


def _short_name(notice: Notice) -> str:
    if notice.kind is Kind.CYCLE:
        return f"{int(notice.period[-2:])}.{notice.stage}"
    return f"task{notice.task_id}.{notice.stage}"

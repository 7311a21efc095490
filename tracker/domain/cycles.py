"""Reporting cycles (填报期): when a period opens and is due, and the days of its mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.errors import TrackerError
from tracker.domain.periods import Month, Quarter, TenDays, Week, Year

Span = Week | TenDays | Month | Quarter

WORKING_DAYS_BEFORE = 2
THURSDAY = 3
WEEKDAYS = "一二三四五六日"


class CycleRuleError(TrackerError):
    """A rule of opening and due days that cannot be read or does not hold together."""


class Rhythm(StrEnum):
    """How often a period comes round (周期)."""

    WEEK = "week"
    TEN_DAYS = "ten-days"
    MONTH = "month"
    QUARTER = "quarter"


class Form(StrEnum):
    """The ways in which counties name a day; `DayRule.word` explains the number beside it."""

    DAY = "day"
    NEXT_DAY = "next-day"
    WORKDAY = "workday"
    NEXT_WORKDAY = "next-workday"
    WEEKDAY = "weekday"
    NEXT_WEEKDAY = "next-weekday"
    TEN_DAY = "ten-day"
    QUARTER_END = "quarter-end"


@dataclass(frozen=True, slots=True)
class _Shape:
    """A form's periods, the numbers it takes, and its words from 1, from -1 and at 0."""

    rhythm: Rhythm
    numbers: range
    word: str
    from_end: str = ""
    at_zero: str = ""


_SHAPES = {
    Form.DAY: _Shape(Rhythm.MONTH, range(1, 32), "当月{}日"),
    Form.NEXT_DAY: _Shape(Rhythm.MONTH, range(1, 32), "次月{}日"),
    Form.WORKDAY: _Shape(Rhythm.MONTH, range(-23, 24), "当月第{}个工作日", "当月倒数第{}个工作日"),
    Form.NEXT_WORKDAY: _Shape(
        Rhythm.MONTH, range(-23, 24), "次月第{}个工作日", "次月倒数第{}个工作日"
    ),
    Form.WEEKDAY: _Shape(Rhythm.WEEK, range(1, 8), "当周周{}"),
    Form.NEXT_WEEKDAY: _Shape(Rhythm.WEEK, range(1, 8), "次周周{}"),
    Form.TEN_DAY: _Shape(Rhythm.TEN_DAYS, range(10), "旬后第{}个工作日", at_zero="旬末"),
    Form.QUARTER_END: _Shape(
        Rhythm.QUARTER, range(-20, 21), "季后第{}个工作日", "季末倒数第{}个工作日", "季末"
    ),
}


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day of a period, as data: 'day:25', 'next-workday:3', 'workday:-5', 'weekday:2'."""

    form: Form
    number: int

    def __str__(self) -> str:
        return f"{self.form}:{self.number}"

    @property
    def rhythm(self) -> Rhythm:
        """The periods that this rule names a day of."""
        return _SHAPES[self.form].rhythm

    @property
    def word(self) -> str:
        """The rule in Chinese: 次月第3个工作日, 当月倒数第5个工作日."""
        shape = _SHAPES[self.form]
        if self.number == 0:
            return shape.at_zero
        if self.rhythm is Rhythm.WEEK:
            return shape.word.format(WEEKDAYS[self.number - 1])
        return (shape.word if self.number > 0 else shape.from_end).format(abs(self.number))


def parse_day_rule(text: str) -> DayRule:
    """Read the compact form of a rule. Raises CycleRuleError."""
    name, _, digits = text.strip().partition(":")
    try:
        rule = DayRule(Form(name), int(digits or "0"))
    except ValueError:
        raise CycleRuleError(f"看不懂的日期规则“{text[:40]}”。") from None
    shape = _SHAPES[rule.form]
    if rule.number not in shape.numbers or (rule.number == 0 and not shape.at_zero):
        raise CycleRuleError(f"日期规则“{text[:40]}”中的数字不在可用的范围内。")
    return rule


@dataclass(frozen=True, slots=True)
class CycleRule:
    """When a period opens and when it is due (开启日、截止日)."""

    opens: DayRule = DayRule(Form.DAY, 25)
    due: DayRule = DayRule(Form.NEXT_WORKDAY, 3)

    @property
    def rhythm(self) -> Rhythm:
        """How often a period comes round."""
        return self.due.rhythm

    @property
    def word(self) -> str:
        """The rule in Chinese, for the settings page."""
        return f"{self.opens.word}开启，{self.due.word}前报送"


def parse_cycle_rule(opens: str, due: str) -> CycleRule:
    """Read both halves of a rule; a quarter may open on a day of its last month."""
    rule = CycleRule(parse_day_rule(opens), parse_day_rule(due))
    fitting = {rule.rhythm, Rhythm.MONTH} if rule.rhythm is Rhythm.QUARTER else {rule.rhythm}
    if rule.opens.rhythm not in fitting:
        words = f"开启日（{rule.opens.word}）与截止日（{rule.due.word}）"
        raise CycleRuleError(f"{words}的周期不一致。")
    return rule


@dataclass(frozen=True, slots=True)
class Cycle:
    """One period to be reported; `code` names it in keys, `month` is its (last) month."""

    code: str
    label: str
    month: Month
    opens_on: date
    due_on: date


def cycle_of(month: Month, rule: CycleRule, calendar: WorkingCalendar) -> Cycle:
    """Return a month's cycle: its quarter's for a quarterly rule, its last for a shorter one."""
    if rule.rhythm is Rhythm.QUARTER:
        month = month.quarter.months[-1]
    return cycles_of(month, rule, calendar)[-1]


def cycles_of(month: Month, rule: CycleRule, calendar: WorkingCalendar) -> tuple[Cycle, ...]:
    """Return a month's cycles in order: weeks by their Thursday, a quarter by its last month."""
    return tuple(_cycle(span, month, rule, calendar) for span in _spans(month, rule.rhythm))


def _cycle(span: Span, month: Month, rule: CycleRule, calendar: WorkingCalendar) -> Cycle:
    due_on = _day(rule.due, span, month, calendar)
    opens_on = min(_day(rule.opens, span, month, calendar), due_on)
    return Cycle(span.code, span.label, month, opens_on, due_on)


def check_order(rule: CycleRule, year: int, calendar: WorkingCalendar) -> None:
    """Refuse a rule under which a period of the year would open after it is due. Raises CycleRuleError."""
    for month in Year(year).months:
        for span in _spans(month, rule.rhythm):
            if _day(rule.opens, span, month, calendar) > _day(rule.due, span, month, calendar):
                words = f"{month.label}的开启日（{rule.opens.word}）晚于截止日（{rule.due.word}）"
                raise CycleRuleError(f"{words}，请改其中一个。")


def _spans(month: Month, rhythm: Rhythm) -> Sequence[Span]:
    match rhythm:
        case Rhythm.WEEK:
            return _weeks(month)
        case Rhythm.TEN_DAYS:
            return month.ten_days
        case Rhythm.MONTH:
            return (month,)
        case _:
            return (month.quarter,) if month.is_quarter_end else ()


def _weeks(month: Month) -> list[Week]:
    thursday = month.first_day + timedelta(days=(THURSDAY - month.first_day.weekday()) % 7)
    weeks = []
    while thursday <= month.last_day:
        weeks.append(Week.of(thursday))
        thursday += timedelta(days=7)
    return weeks


def _day(rule: DayRule, span: Span, month: Month, calendar: WorkingCalendar) -> date:
    match rule.form:
        case Form.DAY:
            return _day_of_month(month, rule.number)
        case Form.NEXT_DAY:
            return _day_of_month(month.next(), rule.number)
        case Form.WORKDAY:
            return calendar.nth_working_of_month(month, rule.number)
        case Form.NEXT_WORKDAY:
            return calendar.nth_working_of_month(month.next(), rule.number)
        case Form.WEEKDAY:
            return span.first_day + timedelta(days=rule.number - 1)
        case Form.NEXT_WEEKDAY:
            return span.last_day + timedelta(days=rule.number)
        case _:
            return _at_end(rule.number, span, month, calendar)


def _day_of_month(month: Month, day: int) -> date:
    return date(month.year, month.month, min(day, month.last_day.day))


def _at_end(number: int, span: Span, month: Month, calendar: WorkingCalendar) -> date:
    if number < 0:
        return calendar.nth_working_of_month(month, number)
    return calendar.add_working_days(span.last_day, number)


class Stage(StrEnum):
    """A moment of a cycle or a task at which a mail goes out, in order (阶段)."""

    OPEN = "open"
    BEFORE = "before"
    DUE = "due"
    OVERDUE = "overdue"
    WEEKLY = "weekly"
    HEAD = "head"
    LEADER = "leader"
    CHIEF = "chief"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return STAGE_WORDS[self]


STAGE_WORDS = {
    Stage.OPEN: "开启",
    Stage.BEFORE: "临期",
    Stage.DUE: "当日到期",
    Stage.OVERDUE: "逾期",
    Stage.WEEKLY: "逾期每周一催",
    Stage.HEAD: "报责任人",
    Stage.LEADER: "报分管领导",
    Stage.CHIEF: "报主要领导",
}


def stage_days(cycle: Cycle, calendar: WorkingCalendar) -> tuple[tuple[Stage, date], ...]:
    """Return the working day of each of a cycle's mails, in order and never before its opening."""
    opened = calendar.next_working(cycle.opens_on)
    before = calendar.add_working_days(cycle.due_on, -WORKING_DAYS_BEFORE)
    return (
        (Stage.OPEN, opened),
        (Stage.BEFORE, max(opened, before)),
        (Stage.DUE, max(opened, calendar.next_working(cycle.due_on))),
        (Stage.OVERDUE, calendar.add_working_days(cycle.due_on, 1)),
    )


def digest_day(day: date, calendar: WorkingCalendar) -> date | None:
    """Return the day of a week's digest (滞后周报): its first working day; None for a week without one."""
    week = Week.of(day)
    first = calendar.next_working(week.monday)
    return first if first <= week.last_day else None

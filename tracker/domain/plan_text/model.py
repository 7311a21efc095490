"""What is found in a plan's text: plain frozen values, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SectionKind(StrEnum):
    """部分的性质: what a part of the document speaks of."""

    REVIEW = "review"
    PROBLEMS = "problems"
    PLAN = "plan"
    OTHER = "other"


class Measure(StrEnum):
    """指标的量法: how a quantity is to be understood."""

    GROWTH = "growth"
    AMOUNT = "amount"
    COUNT = "count"
    SHARE = "share"
    REDUCTION = "reduction"
    INCREASE = "increase"
    RANK = "rank"
    COMPLETION = "completion"


class Bound(StrEnum):
    """目标的界: whether the figure is a point, a floor, a ceiling or a rough size."""

    EQUAL = "eq"
    AT_LEAST = "ge"
    AT_MOST = "le"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of the text as read, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """部分: a top-level part of the document."""

    heading: str
    kind: SectionKind
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """计划条目: a heading inside a plan section; `parent` is an index into the items."""

    number: str
    title: str
    level: int
    parent: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class PlanTask:
    """任务（举措）: one sentence that asks for something to be done or reached."""

    text: str
    item: int | None
    span: Span
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due_text: str | None = None
    due_on: date | None = None
    due_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """目标值: a quantified target; `value` is None when the document masks it."""

    name: str
    measure: Measure
    value: str | None
    unit: str
    bound: Bound
    base: str | None
    quote: str
    span: Span
    item: int | None = None
    task: int | None = None
    quarters: tuple[str, ...] | None = None
    #: It says how a year's target splits over the quarters, and stands on that one as `quarters`.
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """完成数: a quantified result of a review section."""

    name: str
    measure: Measure
    value: str | None
    unit: str
    bound: Bound
    base: str | None
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """读稿提示: a Chinese sentence that names the place it speaks of."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A whole document as it was understood."""

    text: str
    plan_year: int | None
    title: str
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    tasks: tuple[PlanTask, ...]
    targets: tuple[Target, ...]
    results: tuple[Result, ...]
    problems: tuple[Problem, ...]

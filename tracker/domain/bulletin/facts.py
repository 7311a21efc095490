"""What a bulletin is written from: a review's frozen facts as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.agenda import Part, ReviewKind
from tracker.domain.case import Kind, Polarity
from tracker.domain.lights import Light


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """An indicator as it stood; percentages with one place, None where unknown. `need`: month and amount."""

    name: str
    unit: str
    kind: Kind
    polarity: Polarity
    places: int
    unit_name: str
    light: Light
    word: str
    target: Decimal | None = None
    actual: Decimal | None = None
    last: Decimal | None = None
    month: int | None = None
    completion: Decimal | None = None
    ahead: Decimal | None = None
    yoy: Decimal | None = None
    guard: str = ""
    need: tuple[tuple[int, Decimal], ...] = ()
    reason: str = ""
    next_step: str = ""

    @property
    def printed_places(self) -> int:
        """Return the places with which its figures are printed: a percentage has one in a bulletin."""
        return min(self.places, 1) if self.unit == "%" else self.places


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit's line: its indicators by light, its tasks that lag, the reports that it owes."""

    name: str
    indicators: int
    lights: Mapping[Light, int]
    tasks: int
    unreported: int


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task that lags or falls due."""

    text: str
    unit_name: str
    owner: str
    due: date | None
    progress: str
    days_overdue: int = 0


@dataclass(frozen=True, slots=True)
class UnreportedFact:
    """A unit that owes reports, and of what."""

    unit_name: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """What the review decided."""

    text: str
    unit_name: str
    due: date


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks there are, are done, are open, are overdue, are behind without being overdue."""

    all: int
    done: int
    open: int
    overdue: int
    behind: int

    @property
    def other(self) -> int:
        """Return how many are neither done nor open: suspended ones."""
        return self.all - self.done - self.open


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a bulletin of a closed review can say. `day` is the day of its figures."""

    bureau: str
    kind: ReviewKind
    day: date
    month: int | None
    lights: Mapping[Light, int]
    indicators: tuple[IndicatorFact, ...]
    tasks: TaskCounts
    lagging_tasks: tuple[TaskFact, ...]
    unreported: tuple[UnreportedFact, ...]
    units: tuple[UnitFact, ...]
    due: tuple[TaskFact, ...]
    decisions: tuple[DecisionFact, ...]

    @property
    def lagging(self) -> tuple[IndicatorFact, ...]:
        """Return the indicators that are behind their line, the worst first."""
        return tuple(one for one in self.indicators if one.light.is_lagging)

    @property
    def good(self) -> tuple[IndicatorFact, ...]:
        """Return the indicators that are done or not behind."""
        return tuple(one for one in self.indicators if one.light in {Light.BLUE, Light.GREEN})

    @property
    def grey_words(self) -> Mapping[str, int]:
        """Return why indicators are grey (未报、未到时 …), and how many for each reason."""
        return Counter(one.word for one in self.indicators if one.light is Light.GREY)


def facts_of(
    bureau: str,
    kind: ReviewKind,
    frozen: Mapping[str, Any],
    items: Iterable[tuple[str, str, Mapping[str, Any]]],
    decisions: Sequence[DecisionFact],
) -> Facts:
    """Read a review's frozen JSON; `items` are the agenda's part, title and facts in their order."""
    agenda = list(items)
    words = {
        facts.get("id"): (facts.get("reason") or "", facts.get("next") or "")
        for part, _, facts in agenda
        if part == Part.INDICATOR
    }
    return Facts(
        bureau=bureau,
        kind=kind,
        day=date.fromisoformat(frozen["day"]),
        month=frozen.get("month"),
        lights={light: frozen["lights"].get(light.value, 0) for light in Light},
        indicators=tuple(
            _indicator(one, words.get(one.get("id"), ("", ""))) for one in frozen["indicators"]
        ),
        tasks=TaskCounts(
            **{name: frozen["tasks"][name] for name in ("all", "done", "open", "overdue", "behind")}
        ),
        lagging_tasks=tuple(_task(one["text"], one) for one in frozen["overdue_tasks"]),
        unreported=tuple(
            UnreportedFact(one["unit_name"], one["count"], tuple(one["names"]))
            for one in frozen["unreported"]
        ),
        units=tuple(_unit(one) for one in frozen["units"]),
        due=tuple(_task(title, facts) for part, title, facts in agenda if part == Part.DUE),
        decisions=tuple(decisions),
    )


def _indicator(frozen: Mapping[str, Any], words: tuple[str, str]) -> IndicatorFact:
    one_place = frozen.get("one_place") or {}
    return IndicatorFact(
        name=frozen["name"],
        unit=frozen["unit"],
        kind=Kind(frozen["kind"]),
        polarity=Polarity(frozen["polarity"]),
        places=frozen["places"],
        unit_name=frozen["unit_name"],
        light=Light(frozen["light"]),
        word=frozen["word"],
        target=_figure(frozen.get("target")),
        actual=_figure(frozen.get("actual")),
        last=_figure(frozen.get("last")),
        month=frozen.get("month"),
        completion=_figure(one_place.get("completion")),
        ahead=_figure(one_place.get("ahead")),
        yoy=_figure(one_place.get("yoy")),
        guard=frozen.get("guard") or "",
        need=tuple((month, Decimal(amount)) for month, amount in frozen.get("need") or ()),
        reason=words[0],
        next_step=words[1],
    )


def _unit(frozen: Mapping[str, Any]) -> UnitFact:
    return UnitFact(
        frozen["unit_name"],
        frozen["indicators"],
        {light: frozen[light.value] for light in Light},
        frozen["tasks"],
        frozen["unreported"],
    )


def _task(text: str, frozen: Mapping[str, Any]) -> TaskFact:
    due = frozen.get("due")
    return TaskFact(
        text,
        frozen["unit_name"],
        frozen.get("owner") or "",
        date.fromisoformat(due) if due else None,
        frozen["progress"],
        frozen.get("days_overdue") or 0,
    )


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

"""Supervision orders (督办单): their colours and states, who may move them, and when they follow from a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import Stage
from tracker.domain.errors import NotAllowedError, NotReadyError, TransitionError
from tracker.domain.escalation import Ladder, ladder_days
from tracker.domain.roles import Role

#: First parts of the keys of an order's mails: when it is issued or sent back, and when nobody answered in time.
MAIL, LATE_MAIL = "order", "order-late"
#: The longest reason, demand or answer.
LONGEST = 2000


class Colour(StrEnum):
    """督办单的颜色, by how far up it goes: the owner's head, the leader in charge, the chief."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return COLOUR_WORDS[self]

    @property
    def rank(self) -> int:
        """How grave it is, 0 to 2."""
        return list(Colour).index(self)


COLOUR_WORDS = {Colour.BLUE: "蓝色", Colour.YELLOW: "黄色", Colour.RED: "红色"}
OF_LEVEL = {Stage.HEAD: Colour.BLUE, Stage.LEADER: Colour.YELLOW, Stage.CHIEF: Colour.RED}
#: Working days after issuing within which each colour must be answered.
REPLY_DAYS = {Colour.BLUE: 5, Colour.YELLOW: 3, Colour.RED: 2}


class OrderState(StrEnum):
    """督办单的状态."""

    ISSUED = "issued"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return STATE_WORDS[self]

    @property
    def waits_for_answer(self) -> bool:
        """Tell whether the unit owes an answer."""
        return self in UNANSWERED

    @property
    def is_live(self) -> bool:
        """Tell whether anybody still has to do something about it."""
        return self in LIVE


STATE_WORDS = {
    OrderState.ISSUED: "待答复",
    OrderState.ANSWERED: "已答复",
    OrderState.RETURNED: "退回重答",
    OrderState.CLOSED: "已销号",
    OrderState.WITHDRAWN: "已撤回",
}
UNANSWERED = frozenset({OrderState.ISSUED, OrderState.RETURNED})
LIVE = UNANSWERED | {OrderState.ANSWERED}

_UNIT = frozenset({Role.REPORTER, Role.HEAD})
_OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True)
class OrderStep:
    """A step that an order may take: its Chinese verb, who takes it, and the words it asks for, if any."""

    source: OrderState
    target: OrderState
    verb: str
    roles: frozenset[Role]
    needs: str = ""


def _table() -> tuple[OrderStep, ...]:
    state = OrderState
    answer = tuple(
        OrderStep(source, state.ANSWERED, verb, _UNIT, "办理情况")
        for source, verb in ((state.ISSUED, "答复"), (state.RETURNED, "重新答复"))
    )
    check = (
        OrderStep(state.ANSWERED, state.CLOSED, "销号", _OFFICE),
        OrderStep(state.ANSWERED, state.RETURNED, "退回", _OFFICE, "退回的理由"),
    )
    withdraw = tuple(
        OrderStep(source, state.WITHDRAWN, "撤回", _OFFICE, "撤回的理由")
        for source in (state.ISSUED, state.ANSWERED, state.RETURNED)
    )
    return answer + check + withdraw


STEPS = _table()
_BY_STEP = {(step.source, step.target): step for step in STEPS}


def order_steps(state: OrderState, roles: Iterable[Role]) -> tuple[OrderStep, ...]:
    """Return the steps that somebody with these roles may take, in the order of the table."""
    held = frozenset(roles)
    return tuple(step for step in STEPS if step.source is state and step.roles & held)


def check_step(
    source: OrderState, target: OrderState, roles: Iterable[Role], *, words: str
) -> OrderStep:
    """Return the step from one state to another.

    Raises TransitionError where there is none, NotAllowedError for the wrong role, and NotReadyError
    where its words are missing or too long.
    """
    step = _BY_STEP.get((source, target))
    if step is None:
        raise TransitionError(f"督办单{source.word}，不能改为{target.word}。")
    if not step.roles & frozenset(roles):
        who = "、".join(role.word for role in Role if role in step.roles)
        raise NotAllowedError(f"{step.verb}由{who}办理。")
    if step.needs and not words.strip():
        raise NotReadyError((f"{step.verb}要写明{step.needs}。",))
    check_length(step.verb, words)
    return step


def check_length(name: str, words: str) -> None:
    """Refuse words that are too long. Raises NotReadyError."""
    if len(words.strip()) > LONGEST:
        raise NotReadyError((f"{name}不能超过 {LONGEST} 字，现有 {len(words.strip())} 字。",))


@dataclass(frozen=True, slots=True)
class Reached:
    """The colour that a deadline has come to, and since which working day."""

    colour: Colour
    since: date


def reached(due_on: date, today: date, ladder: Ladder, calendar: WorkingCalendar) -> Reached | None:
    """Return the gravest colour that something overdue has come to; None while the ladder tells nobody."""
    passed = [
        Reached(OF_LEVEL[level], day)
        for level, day in ladder_days(due_on, ladder, calendar)
        if day <= today
    ]
    return passed[-1] if passed else None


def reply_day(colour: Colour, issued_on: date, calendar: WorkingCalendar) -> date:
    """Return the day by which an order that is issued on a day must be answered."""
    return calendar.add_working_days(issued_on, REPLY_DAYS[colour])


def late_day(reply_due_on: date, calendar: WorkingCalendar) -> date:
    """Return the first working day after the reply day, on which who has not answered hears of it."""
    return calendar.add_working_days(reply_due_on, 1)


def number_words(year: int, number: int) -> str:
    """Return an order's number as it is printed: 督办〔2024〕第3号."""
    return f"督办〔{year}〕第{number}号"


def usual_demand(colour: Colour) -> str:
    """Return what an order of a colour demands where nobody writes anything else."""
    return _DEMANDS[colour]


_DEMANDS = {
    Colour.BLUE: "请查明滞后原因，提出整改措施和完成时间，抓紧办理，按期书面答复。",
    Colour.YELLOW: "请责任人牵头，查明滞后原因，倒排整改进度并报分管领导，按期书面答复。",
    Colour.RED: "请责任人当面向分管领导、主要领导说明情况，立即整改，明确完成时间，按期书面答复。",
}

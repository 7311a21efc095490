"""What the office may do to several tasks at once (批量办理), and which of them it may not be done to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tracker.domain.errors import NotAllowedError, TransitionError
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState, check_transition

#: Stands for the reason and the proof while only the state is asked about.
_GIVEN = "理由"


class BulkAct(StrEnum):
    """批量办理: close out, return, suspend, or change who answers."""

    CLOSE_OUT = "close_out"
    RETURN = "return"
    SUSPEND = "suspend"
    ASSIGN = "assign"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return BULK_WORDS[self]

    @property
    def target(self) -> TaskState | None:
        """The state to which it takes a task; none where only the duties change."""
        return _TARGETS.get(self)

    @property
    def needs_reason(self) -> bool:
        """Tell whether the office must say why."""
        return self is not BulkAct.CLOSE_OUT


BULK_WORDS = {
    BulkAct.CLOSE_OUT: "销号",
    BulkAct.RETURN: "退回",
    BulkAct.SUSPEND: "暂缓",
    BulkAct.ASSIGN: "调整责任",
}
_TARGETS = {
    BulkAct.CLOSE_OUT: TaskState.CLOSED_OUT,
    BulkAct.RETURN: TaskState.RETURNED,
    BulkAct.SUSPEND: TaskState.SUSPENDED,
}


def why_not(act: BulkAct, state: TaskState, roles: Iterable[Role]) -> str:
    """Return why this may not be done to a task in this state; empty where it may."""
    target = act.target
    if target is None:
        going = state.is_open or state is TaskState.SUSPENDED
        return "" if going else f"任务{state.word}，不能再调整责任。"
    try:
        check_transition(state, target, roles, reason=_GIVEN, proofs=1)
    except (TransitionError, NotAllowedError) as error:
        return error.message
    return ""

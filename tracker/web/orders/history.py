"""An order's history in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.orders import OrderState
from tracker.queries.orders import Step
from tracker.web.filters import day as day_words

WORDS = {
    OrderState.ISSUED: "发出",
    OrderState.ANSWERED: "答复",
    OrderState.RETURNED: "退回",
    OrderState.CLOSED: "销号",
    OrderState.WITHDRAWN: "撤回",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A step as the timeline shows it."""

    iso: str
    when: str
    text: str
    who: str
    was: str


def history_line(step: Step, now: datetime) -> HistoryLine:
    """Return a step in the bureau's own time."""
    local = step.at.astimezone(now.tzinfo)
    words = f"{local.month}月{local.day}日 {local:%H:%M}"
    when = words if local.year == now.year else f"{local.year}年{words}"
    said = f"{WORDS[step.state]}：{step.words}" if step.words else WORDS[step.state]
    reply = f"回复期限 {day_words(step.reply_due_on, now.year)}" if step.reply_due_on else ""
    return HistoryLine(local.isoformat(timespec="minutes"), when, said, step.who, reply)

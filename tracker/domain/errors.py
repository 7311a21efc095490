"""Errors that a rule or a use case can raise, each with a sentence for the person."""

from __future__ import annotations


class TrackerError(Exception):
    """Base of every expected error; `message` may be shown to the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FigureError(TrackerError):
    """A number that cannot be taken (数字有误)."""


class DocumentError(TrackerError):
    """A file that cannot be read (文件有误)."""


class NotAllowedError(TrackerError):
    """The person may not do this to this record (无权办理)."""


class PeriodClosedError(TrackerError):
    """The period is closed and its figures are frozen (已封账)."""


class StaleError(TrackerError):
    """Somebody else changed the record in between (内容已被他人修改)."""


class NotReadyError(TrackerError):
    """Something is missing before the step may be taken; `problems` lists all of it (条件不齐)."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


class TransitionError(TrackerError):
    """The record's state does not allow this step (当前状态不能这样办)."""


class NotFoundError(TrackerError):
    """There is no such record, or it is not this person's (没有找到)."""

"""Errors carry the sentence that the person is shown."""

from __future__ import annotations

from tracker.domain.errors import FigureError, NotReadyError, TrackerError


def test_an_error_carries_its_sentence() -> None:
    assert FigureError("数字有误。").message == "数字有误。"
    assert isinstance(FigureError("数字有误。"), TrackerError)


def test_what_is_not_ready_lists_all_that_is_missing() -> None:
    refused = NotReadyError(("1 项任务没有责任人", "2 项没有期限"))
    assert refused.problems == ("1 项任务没有责任人", "2 项没有期限")
    assert refused.message == "1 项任务没有责任人；2 项没有期限"

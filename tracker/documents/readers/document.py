"""What every reader hands back."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.plan_text.model import Problem


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as text: table cells are parted by tabs, rows by line ends."""

    text: str
    kind: str
    problems: tuple[Problem, ...] = ()

"""A mail that tells one person something (通知): its words, and the letter that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.outbox.enqueue import Letter
from tracker.outbox.render import render
from tracker.queries.mail_facts import Recipient


@dataclass(frozen=True, slots=True)
class Line:
    """Something that a mail lists, and a word on it."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of a mail, as its templates name them: titled `groups` of lines, `facts` (name, text), or `lines`."""

    bureau: str
    person: str
    contact: str
    why: str
    heading: str
    subject: str
    opening: str
    url: str
    button: str
    groups: Sequence[tuple[str, Sequence[Line]]] = ()
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[Any] = ()
    rest: str = ""
    skipped: str = ""

    def letter(
        self,
        layout: str,
        *,
        key: str,
        person: Recipient,
        top_unit_id: int,
        notices: tuple[str, ...] = (),
    ) -> Letter:
        """Return the letter in a layout of templates/mail."""
        rendered = render(layout, {"mail": self})
        return Letter(
            key=key,
            person_id=person.id,
            top_unit_id=top_unit_id,
            address=person.address,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            notices=notices,
        )

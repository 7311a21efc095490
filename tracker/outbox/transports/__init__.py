"""Ways to send: a module each. A transport sends one message, or says why not and whether to try again."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class RefusedError(Exception):
    """The other side will not take this mail, ever; the words are its own."""


class TryLaterError(Exception):
    """The mail could not be handed over now; `slow` when that took as long as it may."""

    def __init__(self, words: str, *, slow: bool = False) -> None:
        super().__init__(words)
        self.slow = slow


class Transport(Protocol):
    """Sends messages, one recipient each."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand one message over. Raises RefusedError or TryLaterError."""

    def close(self) -> None:
        """Let go of whatever is open."""

"""Mails as files, where no mail server is set: instance/mail/*.eml."""

from __future__ import annotations

import os
import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from tracker.outbox.transports import TryLaterError


class FileTransport:
    """Writes each message to a file of its own, named after its key: a repeat replaces it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Write the message whole or not at all."""
        path = self._folder / _file_name(message)
        draft = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(message.as_bytes())
            draft.replace(path)
        except OSError as error:
            raise TryLaterError(f"邮件文件写不进去：{error.strerror or error}") from error

    def close(self) -> None:
        """Nothing is open between messages."""


def _file_name(message: EmailMessage) -> str:
    day = parsedate_to_datetime(message["Date"])
    return f"{day:%Y%m%d}-{re.sub(r'[^A-Za-z0-9.-]', '_', message['X-Tracker-Key'])}.eml"

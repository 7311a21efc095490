"""A queued mail as the message that goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

#: The default policy folds at 78 characters and breaks long References and List-Unsubscribe.
POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """What is stored of a mail that is about to be sent."""

    id: int
    key: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    queued_at: datetime
    attempts: int


def build_message(mail: QueuedMail, sender: str) -> EmailMessage:
    """Return the message: one recipient, the Message-ID of its queueing, text and HTML."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = mail.message_id
    message["X-Tracker-Key"] = mail.key
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message

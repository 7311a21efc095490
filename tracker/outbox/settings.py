"""The settings of mail, read from the program's configuration once and handed down as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tracker.outbox.deliver import Sending
from tracker.outbox.transports import Transport
from tracker.outbox.transports.file import FileTransport
from tracker.outbox.transports.smtp import SmtpSettings, SmtpTransport

#: A claim outlives the mail's deadline by this much before somebody else may take it.
LEASE_MARGIN = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What reminders are decided and written by."""

    base_url: str
    zone: ZoneInfo
    send_at: time
    daily_limit: int

    @property
    def domain(self) -> str:
        """The host that ends Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"


def mail_settings(config: Mapping[str, Any]) -> MailSettings:
    """Return what reminders are decided and written by."""
    return MailSettings(
        base_url=config["BASE_URL"],
        zone=ZoneInfo(config["TIMEZONE"]),
        send_at=time(config["MAIL_HOUR"]),
        daily_limit=config["MAIL_DAILY_LIMIT"],
    )


def make_transport(config: Mapping[str, Any]) -> Transport:
    """Return the way to send: SMTP where a server is set, else files."""
    if not config["SMTP_HOST"]:
        return FileTransport(Path(config["MAIL_DIR"]))
    return SmtpTransport(
        SmtpSettings(
            host=config["SMTP_HOST"],
            port=config["SMTP_PORT"],
            security=config["SMTP_SECURITY"],
            user=config["SMTP_USER"],
            password=config["SMTP_PASSWORD"],
            ca_file=config["SMTP_CA_FILE"],
            timeout=config["SMTP_TIMEOUT"],
            deadline=config["SMTP_DEADLINE"],
            own_name=mail_settings(config).domain,
        )
    )


def make_sending(
    config: Mapping[str, Any],
    now: Callable[[], datetime],
    wall: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Sending:
    """Return how to send, by the program's clock and the machine's."""
    return Sending(
        sender=config["MAIL_FROM"],
        schedule=config["MAIL_RETRY_SCHEDULE"],
        lease=timedelta(seconds=config["SMTP_DEADLINE"]) + LEASE_MARGIN,
        now=now,
        wall=wall,
        stopping=stopping,
    )

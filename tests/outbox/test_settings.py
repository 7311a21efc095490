"""Where mails go follows from the settings."""

from __future__ import annotations

from datetime import time, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.outbox.conftest import NOON, Server
from tracker.outbox.settings import mail_settings, make_sending, make_transport
from tracker.outbox.transports.file import FileTransport


def test_without_a_server_mails_are_files(app: Flask) -> None:
    assert isinstance(make_transport(app.config), FileTransport)


def test_with_a_server_they_go_there(app: Flask, server: Server) -> None:
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=server.port)
    message = EmailMessage()
    message["From"], message["To"] = "tracker@gz.example", "chen@example.cn"
    transport = make_transport(app.config)
    transport.send(message, "chen@example.cn")
    transport.close()

    assert len(server.mailbox.messages) == 1


def test_reminders_go_by_the_bureaus_hour_and_zone(app: Flask) -> None:
    app.config.update(BASE_URL="https://gz.example/tracker", MAIL_HOUR=8)
    settings = mail_settings(app.config)

    assert (settings.send_at, settings.zone.key) == (time(8), "Asia/Shanghai")
    assert (settings.daily_limit, settings.domain) == (3, "gz.example")


@pytest.mark.parametrize("deadline", [60, 120])
def test_a_claim_outlives_the_deadline_of_its_mail(app: Flask, deadline: int) -> None:
    app.config["SMTP_DEADLINE"] = deadline
    sending = make_sending(app.config, lambda: NOON, lambda: NOON)

    assert sending.lease > timedelta(seconds=deadline)
    assert not sending.stopping()

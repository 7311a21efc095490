"""A real SMTP server, a rude one, and mails that wait."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import update

from tests.bureau import Bureau, make_bureau
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import OutboxMessage
from tracker.outbox.deliver import Sending
from tracker.outbox.enqueue import Letter, enqueue

NOON = datetime(2024, 4, 1, 4, tzinfo=UTC)


@dataclass
class Mailbox:
    """What an SMTP server took, and how it answers: by step, or by recipient."""

    messages: list[EmailMessage] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    data: str = ""

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return self.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.data:
            return self.data
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert envelope.rcpt_tos == [message["To"]], "one recipient each"
        self.messages.append(message)  # type: ignore[arg-type]
        return "250 taken"


@dataclass
class Server:
    """A running SMTP server."""

    port: int
    mailbox: Mailbox


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    """Start SMTP servers on loopback; they stop with the test."""
    running: list[Controller] = []

    def start(**options: Any) -> Server:
        mailbox = Mailbox()
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        return Server(controller.port, mailbox)

    yield start
    for controller in running:
        controller.stop(no_assert=True)


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A server that takes everything."""
    return start_server()


Rude = Callable[[socket.socket], None]


@pytest.fixture
def rude_server() -> Iterator[Callable[[Rude], int]]:
    """Start servers that do with each connection what a function says; gives the port."""
    listeners: list[socket.socket] = []

    def start(treat: Rude) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        Thread(target=_serve, args=(listener, treat), daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.close()


def _serve(listener: socket.socket, treat: Rude) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        Thread(target=_treat, args=(connection, treat), daemon=True).start()


def _treat(connection: socket.socket, treat: Rude) -> None:
    with connection:
        try:
            treat(connection)
        except OSError:
            return


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def queue(app: Flask, bureau: Bureau) -> Callable[..., OutboxMessage]:
    """Queue a mail and return its row."""

    def queue_one(key: str = "cycle/2024-03.open/17", **changed: Any) -> OutboxMessage:
        values = {
            "key": key,
            "person_id": bureau.clerk.id,
            "top_unit_id": bureau.top.id,
            "address": "chen@example.cn",
            "subject": "3月填报已开启",
            "text": "陈晓燕同志：您要填 1 项指标。\n",
            "html": "<p>陈晓燕同志：您要填 1 项指标。</p>\n",
        }
        enqueue([Letter(**(values | changed))], now=NOON, domain="gz.example")
        db.session.commit()
        return reread(db.session.query(OutboxMessage).filter_by(key=key).one())

    return queue_one


class FakeClock:
    """The program's clock and the machine's, set by the test."""

    def __init__(self) -> None:
        self.now = NOON
        self.wall = datetime(2030, 1, 1, tzinfo=UTC)

    def sending(self, **changed: Any) -> Sending:
        values = {
            "sender": "计划跟踪 <tracker@gz.example>",
            "schedule": [1, 5, 15, 30],
            "lease": timedelta(seconds=150),
            "now": lambda: self.now,
            "wall": lambda: self.wall,
        }
        return Sending(**(values | changed))

    def pass_(self, **span: int) -> None:
        self.now += timedelta(**span)
        self.wall += timedelta(**span)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """A certificate for 127.0.0.1 by an authority of our own: its file, and a server's context."""
    folder = tmp_path_factory.mktemp("tls")
    certificate_file, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate_file), "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key)
    return str(certificate_file), context


def reread(row: OutboxMessage) -> OutboxMessage:
    """Read the row again and return it, loaded and apart from any transaction."""
    db.session.rollback()
    if row not in db.session:
        db.session.add(row)
    db.session.refresh(row)
    db.session.expunge(row)
    db.session.commit()
    return row


def change(row: OutboxMessage, **values: Any) -> None:
    """Write columns of the row, as another process would."""
    with db.engine.begin() as connection:
        connection.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(values))

"""Over SMTP every fault leads to the right state: refused, or tried again."""

from __future__ import annotations

import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.outbox.conftest import FakeClock, Rude, Server, reread
from tracker.models import OutboxMessage
from tracker.outbox.deliver import deliver_due
from tracker.outbox.transports.smtp import SmtpSettings, SmtpTransport

Queue = Callable[..., OutboxMessage]


def transport_to(port: int, **changed: object) -> SmtpTransport:
    values: dict[str, object] = {"host": "127.0.0.1", "port": port, "timeout": 5, "deadline": 5}
    return SmtpTransport(SmtpSettings(**(values | changed)))  # type: ignore[arg-type]


def deliver(clock: FakeClock, port: int, **changed: object) -> None:
    deliver_due(transport_to(port, **changed), clock.sending())


def test_a_mail_arrives_as_it_was_written(queue: Queue, clock: FakeClock, server: Server) -> None:
    row = queue(
        text="一行\n.以点开头的行\n",
        subject="3月填报已开启：11 项指标、2 项任务，4月3日（周三）前" * 2,
    )
    deliver(clock, server.port)
    (message,) = server.mailbox.messages
    text, html = message.iter_parts()

    assert reread(row).state == "sent"
    assert message["Subject"] == row.subject
    assert message["Message-ID"] == row.message_id
    assert message["X-Tracker-Key"] == row.key
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "chen@example.cn"
    assert message["From"] == "计划跟踪 <tracker@gz.example>"
    assert text.get_content().splitlines() == row.text.splitlines()
    assert html.get_content_type() == "text/html"
    assert html.get_content().splitlines() == row.html.splitlines()


def test_mails_share_a_connection(queue: Queue, clock: FakeClock, server: Server) -> None:
    for number in range(5):
        queue(f"task/{number}/1")
    deliver(clock, server.port)

    assert len(server.mailbox.messages) == 5


@pytest.mark.parametrize("code", [421, 450, 451, 452])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_temporary_refusal_is_tried_again(
    queue: Queue, clock: FakeClock, server: Server, step: str, code: int
) -> None:
    row = queue()
    answer(server, step, f"{code} later please")
    deliver(clock, server.port)

    assert (reread(row).state, row.error) == ("queued", f"{code} later please")
    answer(server, step, "")
    clock.pass_(minutes=1)
    deliver(clock, server.port)
    assert reread(row).state == "sent"
    assert len(server.mailbox.messages) == 1


@pytest.mark.parametrize("code", [550, 552, 554])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_final_refusal_stops_and_shows_the_servers_words(
    queue: Queue, clock: FakeClock, server: Server, step: str, code: int
) -> None:
    row = queue()
    answer(server, step, f"{code} not here")
    deliver(clock, server.port)

    assert (reread(row).state, row.error) == ("failed", f"{code} not here")


def answer(server: Server, step: str, words: str) -> None:
    if step == "rcpt":
        server.mailbox.rcpt = {"chen@example.cn": words} if words else {}
    else:
        setattr(server.mailbox, step, words)


def test_one_refused_recipient_does_not_stop_the_others(
    queue: Queue, clock: FakeClock, server: Server
) -> None:
    server.mailbox.rcpt = {"gone@example.cn": "550 gone"}
    rows = [
        queue(f"task/{number}/1", address=address)
        for number, address in enumerate(("a@example.cn", "gone@example.cn", "b@example.cn"))
    ]
    deliver(clock, server.port)

    assert [reread(row).state for row in rows] == ["sent", "failed", "sent"]


def test_nobody_listens(queue: Queue, clock: FakeClock) -> None:
    row = queue()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        deliver(clock, probe.getsockname()[1])

    assert reread(row).state == "queued"
    assert "ConnectionRefusedError" in row.error


def hang(connection: socket.socket) -> None:
    connection.recv(1)
    time.sleep(20)


def drip(connection: socket.socket) -> None:
    for byte in b"220 " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def hang_after_greeting(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    hang(connection)


@pytest.mark.parametrize("treat", [hang, drip, hang_after_greeting])
def test_no_server_outlives_the_deadline(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int], treat: Rude
) -> None:
    row = queue()
    deliver(clock, rude_server(treat), timeout=30, deadline=0.3)

    assert reread(row).state == "queued"
    assert "超过 0.3 秒" in row.error


def test_a_server_that_times_out_does_not_hold_up_the_round_mail_by_mail(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int]
) -> None:
    for number in range(5):
        queue(f"task/{number}/1")
    outcomes = deliver_due(transport_to(rude_server(hang), timeout=0.2), clock.sending())

    assert outcomes == Counter(queued=3)


def conversation(*, after_data: bytes | None) -> Rude:
    """Play a server up to the end of the data, then answer so and hang up, or just hang up."""

    def treat(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 hello\r\n")
        for reply in (b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            lines.readline()
            connection.sendall(reply)
        while lines.readline() != b".\r\n":
            pass
        if after_data:
            connection.sendall(after_data)

    return treat


def test_a_connection_that_breaks_before_the_final_answer_is_tried_again(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int]
) -> None:
    row = queue()
    deliver(clock, rude_server(conversation(after_data=None)))

    assert reread(row).state == "queued"


def test_one_that_breaks_after_it_is_sent(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int]
) -> None:
    rows = [queue(f"task/{number}/1") for number in range(2)]
    deliver(clock, rude_server(conversation(after_data=b"250 taken\r\n")))

    assert [reread(row).state for row in rows] == ["sent", "sent"]  # the second connects anew


def test_a_greeting_that_refuses_stops(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int]
) -> None:
    row = queue()
    deliver(clock, rude_server(lambda connection: connection.sendall(b"554 go away\r\n")))

    assert (reread(row).state, row.error) == ("failed", "554 go away")


Tls = tuple[str, ssl.SSLContext]


def test_starttls_is_used_and_verified(
    queue: Queue, clock: FakeClock, start_server: Callable[..., Server], certificate: Tls
) -> None:
    file, context = certificate
    server = start_server(tls_context=context, require_starttls=True)
    row = queue()
    deliver(clock, server.port, security="starttls")

    assert reread(row).state == "queued"
    assert "certificate verify failed" in row.error.lower()
    clock.pass_(minutes=1)
    deliver(clock, server.port, security="starttls", ca_file=file)
    assert reread(row).state == "sent"


def test_tls_from_the_first_byte_is_verified(
    queue: Queue, clock: FakeClock, start_server: Callable[..., Server], certificate: Tls
) -> None:
    file, context = certificate
    server = start_server(ssl_context=context)
    row = queue()
    deliver(clock, server.port, security="tls")

    assert reread(row).state == "queued"
    clock.pass_(minutes=1)
    deliver(clock, server.port, security="tls", ca_file=file)
    assert reread(row).state == "sent"


def test_without_starttls_nothing_is_sent_in_the_clear(
    queue: Queue, clock: FakeClock, server: Server
) -> None:
    row = queue()
    deliver(clock, server.port, security="starttls")

    assert reread(row).state == "queued"
    assert server.mailbox.messages == []


def test_a_wrong_password_is_ours_to_mend_and_loses_no_mail(
    queue: Queue, clock: FakeClock, rude_server: Callable[[Rude], int]
) -> None:
    def refuse_login(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 hello\r\n")
        for reply in (b"250-hi\r\n250 AUTH PLAIN\r\n", b"535 wrong password\r\n"):
            lines.readline()
            connection.sendall(reply)
        lines.readline()

    row = queue()
    deliver(clock, rude_server(refuse_login), user="tracker", password="wrong")  # noqa: S106

    assert (reread(row).state, row.error) == ("queued", "535 wrong password")

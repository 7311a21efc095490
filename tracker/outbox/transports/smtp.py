"""Mails over SMTP, with TLS that is verified and a deadline that a dripping server cannot outlive."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from threading import Timer

from tracker.outbox.clean import one_line
from tracker.outbox.transports import RefusedError, TryLaterError

MAILS_PER_CONNECTION = 100
PERMANENT = 500
WORDS = 500


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how to hand mails over; `timeout` for one operation, `deadline` for one mail."""

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = ""
    ca_file: str = ""
    timeout: float = 20
    deadline: float = 60
    own_name: str = "localhost"


class _Watchdog:
    """Breaks a connection when a mail's time is up, whatever step it hangs in.

    It holds a duplicate of the socket: a shutdown there ends the connection even while another
    thread waits in a read or a TLS handshake.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.expired = False

    def guard(self, connection: socket.socket) -> None:
        self.release()
        self._socket = connection.dup()
        if self.expired:
            self._break()

    def release(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        self.expired = False
        timer = Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        self._break()

    def _break(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Client(smtplib.SMTP):
    """An SMTP client whose socket is guarded from its first byte, and wrapped for implicit TLS."""

    def __init__(self, settings: SmtpSettings, watchdog: _Watchdog) -> None:
        self._settings, self._watchdog = settings, watchdog
        # Never shorter than the deadline by accident: the watchdog is to be the one that breaks it.
        timeout = min(settings.timeout, settings.deadline + 1)
        super().__init__(settings.host, settings.port, settings.own_name, timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), timeout)
        self._watchdog.guard(connection)
        if self._settings.security == "tls":
            return _tls(self._settings).wrap_socket(connection, server_hostname=host)
        return connection


class SmtpTransport:
    """Sends over one connection at a time, which it keeps while the server is content."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._watchdog = _Watchdog()
        self._client: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand one message over before its deadline. Raises RefusedError or TryLaterError."""
        sender = parseaddr(str(message["From"]))[1]
        content = message.as_bytes()
        try:
            with self._watchdog.deadline(self._settings.deadline):
                self._ready().sendmail(sender, [recipient], content)
        except (smtplib.SMTPException, OSError) as error:
            raise self._failure(error) from error
        self._sent += 1

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(smtplib.SMTPException, OSError), self._watchdog.deadline(5):
                client.quit()
            client.close()
        self._watchdog.release()

    def _ready(self) -> smtplib.SMTP:
        """Return a client that the server still answers, connecting anew where it does not."""
        if self._client is not None and self._sent < MAILS_PER_CONNECTION:
            with suppress(smtplib.SMTPException, OSError):
                if self._client.noop()[0] == 250:
                    return self._client
        self.close_quietly()
        self._client, self._sent = self._connect(), 0
        return self._client

    def _connect(self) -> smtplib.SMTP:
        client = _Client(self._settings, self._watchdog)
        try:
            client.ehlo_or_helo_if_needed()
            if self._settings.security == "starttls":
                client.starttls(context=_tls(self._settings))
                client.ehlo()
            if self._settings.user:
                client.login(self._settings.user, self._settings.password)
        except BaseException:
            client.close()
            raise
        return client

    def close_quietly(self) -> None:
        """Drop the connection without another word to the server."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._watchdog.release()

    def _failure(self, error: Exception) -> RefusedError | TryLaterError:
        code, words = _reply(error)
        if self._watchdog.expired:
            self.close_quietly()
            limit = f"{self._settings.deadline:g}"
            return TryLaterError(f"一封邮件发送超过 {limit} 秒，已中断", slow=True)
        if code >= PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError):
            return RefusedError(words)
        if not code or code == 421:
            self.close_quietly()
        return TryLaterError(words, slow=_timed_out(error))


def _timed_out(error: Exception) -> bool:
    """Tell whether an operation ran into its own timeout; smtplib calls that a disconnection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _tls(settings: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file or None)


def _reply(error: Exception) -> tuple[int, str]:
    """Return the server's code (0 when it gave none) and what to show of its words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, _words(code, said)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return error.smtp_code, _words(error.smtp_code, error.smtp_error)
    return 0, one_line(f"{type(error).__name__}: {error}", WORDS)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(f"{code} {text}", WORDS)

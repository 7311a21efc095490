"""Settings from the environment: plain values out. Nothing in `tracker` imports this module's internals."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PREFIX = "TRACKER_"
ROOT = Path(__file__).resolve().parent
KNOWN_SECRETS = {"dev", "secret", "changeme", "change-me", "test"}


class SettingsError(Exception):
    """A setting that the program will not start with; the message names it and says what to do."""


def _number(text: str) -> int:
    return int(text)


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(text)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]


#: name → (how to read it, default, what it is for). `.env.example` is written from this table.
SETTINGS: dict[str, tuple[Callable[[str], Any], Any, str]] = {
    "DATABASE_URL": (str, "", "SQLite in instance/ when empty; postgresql://… for PostgreSQL"),
    "SECRET_KEY": (
        str,
        "",
        "made and kept in instance/secret_key when empty; at least 32 characters",
    ),
    "BASE_URL": (
        str,
        "http://127.0.0.1:8000",
        "how people reach the program; links in mails start with it",
    ),
    "TRUSTED_HOSTS": (
        _words,
        [],
        "host names that requests may name; BASE_URL's and loopback when empty",
    ),
    "TRUSTED_PROXIES": (_number, 0, "how many reverse proxies stand in front"),
    "TIMEZONE": (str, "Asia/Shanghai", "the bureau's time zone"),
    "SMTP_HOST": (str, "", "mail server; when empty, mails are written to instance/mail/"),
    "SMTP_PORT": (_number, 25, "its port"),
    "SMTP_USER": (str, "", "sign-in name, if it wants one"),
    "SMTP_PASSWORD": (str, "", "its password"),
    "SMTP_SECURITY": (str, "none", "none, starttls or tls"),
    "SMTP_CA_FILE": (str, "", "certificate of the bureau's own authority, PEM"),
    "SMTP_TIMEOUT": (_number, 20, "seconds for one operation"),
    "SMTP_DEADLINE": (_number, 60, "seconds for one mail in all"),
    "MAIL_FROM": (str, "计划跟踪 <tracker@localhost>", "sender"),
    "MAIL_RETRY_SCHEDULE": (
        _numbers,
        [1, 5, 15, 30],
        "minutes before each retry; hourly after, for five days",
    ),
    "MAIL_HOUR": (_number, 9, "hour from which reminders go out"),
    "MAIL_DAILY_LIMIT": (_number, 3, "reminders that one person gets on one day at most"),
    "UPLOAD_MAX_BYTES": (_number, 10_000_000, "largest upload"),
    "SESSION_IDLE": (_number, 3600 * 2, "seconds without a click after which one signs in again"),
    "SESSION_MAX": (_number, 3600 * 12, "seconds after which one signs in again in any case"),
    "AUDIT_KEY": (str, "", "made and kept in instance/audit_key when empty"),
    "AUDIT_RETENTION_DAYS": (_number, 1095, "days that audit entries are kept; never below 183"),
    "BACKUP_DIR": (str, "", "where backups go; instance/backup when empty"),
    "LOG_FORMAT": (str, "text", "text or json"),
    "TEST_CLOCK": (str, "", "an ISO time or a file that holds one; only with ALLOW_TEST_CLOCK=1"),
    "ALLOW_TEST_CLOCK": (_flag, False, "1 to let TEST_CLOCK stand in for the clock"),
}

CHOICES = {"SMTP_SECURITY": ("none", "starttls", "tls"), "LOG_FORMAT": ("text", "json")}


def settings_from(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """Return the configuration that `environ` gives.

    Unknown, malformed or dangerous settings raise SettingsError with one sentence.
    """
    values = _read(environ)
    _check(values)
    try:
        instance.mkdir(parents=True, exist_ok=True)
        values["SECRET_KEY"] = _kept_key(values["SECRET_KEY"], instance / "secret_key")
        values["AUDIT_KEY"] = _kept_key(values["AUDIT_KEY"], instance / "audit_key")
    except OSError as error:
        raise SettingsError(f"不能读写文件夹 {instance}：{error.strerror}。") from None
    values["BACKUP_DIR"] = values["BACKUP_DIR"] or str(instance / "backup")
    values["MAIL_DIR"] = str(instance / "mail")
    values["INSTANCE_DIR"] = str(instance)
    return values | _flask_settings(values, instance)


def _read(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name.removeprefix(PREFIX): text for name, text in environ.items() if name.startswith(PREFIX)
    }
    unknown = sorted(set(given) - set(SETTINGS))
    if unknown:
        raise SettingsError(f"不认识的设置 {PREFIX}{unknown[0]}。可用的设置见 .env.example。")
    values: dict[str, Any] = {}
    for name, (read, default, _purpose) in SETTINGS.items():
        try:
            values[name] = read(given[name]) if given.get(name) else default
        except ValueError:
            raise SettingsError(f"设置 {PREFIX}{name} 的值 {given[name]!r} 读不懂。") from None
    return values


def _check(values: dict[str, Any]) -> None:
    _check_keys(values)
    _check_choices(values)
    if values["TEST_CLOCK"] and not values["ALLOW_TEST_CLOCK"]:
        raise SettingsError(
            f"设了 {PREFIX}TEST_CLOCK 而没有设 {PREFIX}ALLOW_TEST_CLOCK=1，不能启动。"
        )
    if not _is_clock(values["TEST_CLOCK"]):
        raise SettingsError(
            f"{PREFIX}TEST_CLOCK 要是 ISO 时间（如 2024-04-01T10:00），或写着它的文件。"
        )
    if values["AUDIT_RETENTION_DAYS"] < 183:
        raise SettingsError(f"{PREFIX}AUDIT_RETENTION_DAYS 不得少于 183 天。")
    if values["MAIL_HOUR"] not in range(24):
        raise SettingsError(f"{PREFIX}MAIL_HOUR 要在 0 到 23 之间。")


def _is_clock(text: str) -> bool:
    try:
        path = Path(text)
        said = path.read_text(encoding="utf-8") if text and path.is_file() else text
        return not said or bool(datetime.fromisoformat(said.strip()))
    except (OSError, ValueError):
        return False


def _check_keys(values: dict[str, Any]) -> None:
    key = values["SECRET_KEY"]
    if key and (len(key) < 32 or key.lower() in KNOWN_SECRETS or len(set(key)) < 8):
        raise SettingsError(
            f"{PREFIX}SECRET_KEY 太短或太简单，请用至少 32 位的随机串，或留空由程序生成。"
        )
    if values["AUDIT_KEY"] and len(values["AUDIT_KEY"]) < 32:
        raise SettingsError(f"{PREFIX}AUDIT_KEY 至少 32 位。")


def _check_choices(values: dict[str, Any]) -> None:
    for name, choices in CHOICES.items():
        if values[name] not in choices:
            raise SettingsError(f"{PREFIX}{name} 只能是 {'、'.join(choices)} 之一。")
    if not values["BASE_URL"].startswith(("http://", "https://")):
        raise SettingsError(f"{PREFIX}BASE_URL 要以 http:// 或 https:// 开头。")
    try:
        ZoneInfo(values["TIMEZONE"])
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"{PREFIX}TIMEZONE 不是已知的时区。") from None


def _kept_key(given: str, path: Path) -> str:
    """Return the key given, or the one kept in `path`, made on first use and readable by us alone."""
    if given:
        return given
    if not path.exists():
        _keep_new_key(path)
    return path.read_text(encoding="ascii").strip()


def _keep_new_key(path: Path) -> None:
    """Make a key and put it in place whole: of two processes that start together, one makes it and both read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody was faster
    finally:
        draft.unlink()


#: Nobody waits without an end for a database that is away, or for a row that somebody else holds.
_POSTGRESQL: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_timeout": 8,
    "connect_args": {"connect_timeout": 5, "options": "-c lock_timeout=8000"},
}


def _flask_settings(values: dict[str, Any], instance: Path) -> dict[str, Any]:
    url = values["DATABASE_URL"] or f"sqlite:///{instance / 'tracker.sqlite3'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = "postgresql+psycopg://" + url.removeprefix(short)
    secure = values["BASE_URL"].startswith("https://")
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": {} if url.startswith("sqlite") else _POSTGRESQL,
        "MAX_CONTENT_LENGTH": values["UPLOAD_MAX_BYTES"] + 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 5_000_000,
        "MAX_FORM_PARTS": 20_000,
        "WTF_I18N_ENABLED": False,  # WTForms speaks Chinese by itself (tracker.extensions)
        "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "tracker",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BOOTSTRAP_SERVE_LOCAL": True,
        "TEMPLATES_AUTO_RELOAD": False,
    }

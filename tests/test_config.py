"""Settings: what the program refuses to start with, and what it makes by itself."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import SettingsError, settings_from


def test_keys_are_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    first = settings_from({}, tmp_path)
    second = settings_from({}, tmp_path)

    assert len(first["SECRET_KEY"]) == 64
    assert second["SECRET_KEY"] == first["SECRET_KEY"] != first["AUDIT_KEY"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRT_KEY", "x", "不认识的设置 TRACKER_SECRT_KEY"),
        ("SECRET_KEY", "changeme", "太短或太简单"),
        ("SECRET_KEY", "a" * 40, "太短或太简单"),
        ("AUDIT_KEY", "short", "至少 32 位"),
        ("SMTP_PORT", "mail", "读不懂"),
        ("SMTP_SECURITY", "ssl", "none、starttls、tls"),
        ("LOG_FORMAT", "xml", "text、json"),
        ("AUDIT_RETENTION_DAYS", "182", "不得少于 183 天"),
        ("BASE_URL", "tracker.local", "http"),
        ("TIMEZONE", "Asia/Nowhere", "不是已知的时区"),
        ("TEST_CLOCK", "2024-01-01", "ALLOW_TEST_CLOCK=1"),
        ("ALLOW_TEST_CLOCK", "perhaps", "读不懂"),
        ("MAIL_HOUR", "24", "0 到 23"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        settings_from({f"TRACKER_{name}": value}, tmp_path)


def test_a_test_clock_must_be_a_time_or_a_file_that_holds_one(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2024-04-01T10:00\n", encoding="utf-8")
    allowed = {"TRACKER_ALLOW_TEST_CLOCK": "1"}

    assert settings_from(allowed | {"TRACKER_TEST_CLOCK": str(clock)}, tmp_path)["TEST_CLOCK"]
    for wrong in ("tomorrow", str(tmp_path / "nowhere")):
        with pytest.raises(SettingsError, match="TEST_CLOCK"):
            settings_from(allowed | {"TRACKER_TEST_CLOCK": wrong}, tmp_path)


def test_processes_that_start_together_read_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings_from({}, tmp_path)["SECRET_KEY"], range(16)))

    assert [len(key) for key in keys] == [64]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit_key", "secret_key"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")

    with pytest.raises(SettingsError, match="不能读写文件夹"):
        settings_from({}, in_the_way / "instance")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_postgresql_is_reached_through_psycopg(tmp_path: Path, given: str, used: str) -> None:
    settings = settings_from({"TRACKER_DATABASE_URL": given}, tmp_path)

    assert settings["SQLALCHEMY_DATABASE_URI"] == used


def test_cookies_are_secure_only_where_the_address_is_https(tmp_path: Path) -> None:
    assert (
        settings_from({"TRACKER_BASE_URL": "https://t.cn"}, tmp_path)["SESSION_COOKIE_SECURE"]
        is True
    )
    assert settings_from({}, tmp_path)["SESSION_COOKIE_SECURE"] is False


def test_lists_and_numbers_are_read(tmp_path: Path) -> None:
    settings = settings_from(
        {"TRACKER_TRUSTED_HOSTS": "a.cn, b.cn", "TRACKER_MAIL_RETRY_SCHEDULE": "2,4"}, tmp_path
    )

    assert settings["TRUSTED_HOSTS"] == ["a.cn", "b.cn"]
    assert settings["MAIL_RETRY_SCHEDULE"] == [2, 4]

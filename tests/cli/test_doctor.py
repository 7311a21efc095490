"""`flask doctor`: says in words what is wrong, and whether it is grave."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import settings
from tests.makers import Maker
from tracker import create_app
from tracker.extensions import db
from tracker.models import AuditEntry, CalendarYear, Lease, OutboxMessage, Unit
from tracker.services import audit

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)


@pytest.fixture
def top(app: Flask, make: Maker, tmp_path: Path) -> Unit:
    """A bureau in which all is well, on a machine on which all is well."""
    top = make.top()
    for role in ("office", "system_admin", "security_admin", "auditor"):
        make.post(top, role, make.person(top, role))
    db.session.add(CalendarYear(top_unit_id=top.id, year=2024))
    db.session.add(Lease(name="tick", beat_at=NOW))
    db.session.commit()
    app.config |= {"SMTP_HOST": "mail.example.cn", "INSTANCE_DIR": str(tmp_path)}
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    for name in ("echarts.min.js", "htmx.min.js"):
        (vendor / name).touch()
    app.static_folder = str(tmp_path)
    return top


def doctor(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["doctor", *options])


def test_only_the_test_clock_and_the_missing_backup_are_found(app: Flask, top: Unit) -> None:
    result = doctor(app)

    assert result.output.splitlines() == [
        "要紧　设置：用的是测试时钟，日期都不是真的。",
        "留意　备份：还没有验证过的备份；请运行 flask backup create 和 flask backup verify。",
    ]
    assert result.exit_code == 1


def test_each_thing_that_is_wrong_has_its_sentence(app: Flask, make: Maker, top: Unit) -> None:
    section = make.unit(top, "预算股")
    make.task(make.plan(top), section, owner_post_id=make.post(section, "head", title="股长").id)
    clerk = make.person(top, email="", name="陈晓燕")
    clerk.password_hash = None
    make.post(section, "reporter", clerk)
    person = make.person(top)
    db.session.add(
        OutboxMessage(
            top_unit_id=top.id,
            key="cycle/2024-03/1",
            kind="cycle",
            person_id=person.id,
            address="a@example.cn",
            subject="",
            text="",
            html="",
            message_id="<1@tracker>",
            queued_at=NOW,
            next_at=NOW - timedelta(hours=2),
        )
    )
    db.session.delete(db.session.get_one(Lease, "tick"))
    db.session.query(CalendarYear).delete()
    db.session.commit()
    app.config |= {"SMTP_HOST": "", "BASE_URL": "http://tracker.example.cn"}
    (Path(app.config["INSTANCE_DIR"]) / "secret_key").touch(mode=0o644)
    (Path(str(app.static_folder)) / "vendor" / "htmx.min.js").unlink()

    said = doctor(app).output

    for words in (
        "从未运行，提醒和邮件不会发出",
        "有邮件从 2024-04-01 08:00 等到现在还没有发",
        "预算股「股长」（责任人）空缺，名下有 1 项任务，没有人收到提醒",
        "陈晓燕没有登记邮箱",
        "陈晓燕没有密码",
        "2024年节假日安排没有录入",
        "没有设 SMTP_HOST",
        "BASE_URL 不是 https",
        "别人也能读，请改为 600",
        "缺 htmx.min.js",
    ):
        assert words in said


def test_a_bureau_without_its_administrators_is_told(app: Flask, make: Maker, top: Unit) -> None:
    make.top("云泽县财政局")
    db.session.commit()

    said = doctor(app).output

    for role in ("督查办", "系统管理员", "安全管理员", "审计管理员"):
        assert f"云泽县财政局：没有人任{role}" in said


def test_a_record_that_was_tampered_with_is_a_fault_of_its_own(app: Flask, top: Unit) -> None:
    audit.record(top.id, "export", now=NOW, detail={"rows": 1})
    db.session.commit()
    entry = db.session.query(AuditEntry).one()
    entry.detail = {"rows": 2}
    db.session.commit()

    result = doctor(app, "--json")

    assert result.exit_code == 3
    assert "审计记录" in {row["where"] for row in json.loads(result.output)}


def test_an_empty_database_says_how_to_begin(app: Flask) -> None:
    assert "还没有单位；请用 flask unit import" in doctor(app).output


def test_a_database_without_its_tables_is_said_in_words(tmp_path: Path) -> None:
    other = create_app(settings(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "other"))

    result = other.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "flask db upgrade" in result.output

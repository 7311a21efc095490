"""What is wrong with a running house: each ailment shows, and goes when it is cured."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import CalendarYear, Lease, OutboxMessage
from tracker.queries.ailments import ailments
from tracker.queries.health import VERIFIED

NOW = at("2024-04-01T10:00")
WALL = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    said = {"created_at": (NOW - timedelta(days=1)).isoformat()}
    (tmp_path / VERIFIED).write_text(json.dumps(said))
    return tmp_path


@pytest.fixture
def bureau(make: Maker, backups: Path) -> Bureau:
    """A house in which all is well on 1 April 2024."""
    bureau = make_bureau(make)
    db.session.add(CalendarYear(top_unit_id=bureau.top.id, year=2024))
    db.session.add(Lease(name="scheduler", beat_at=WALL - timedelta(minutes=1)))
    db.session.flush()
    return bureau


@pytest.fixture
def mail(bureau: Bureau) -> OutboxMessage:
    mail = OutboxMessage(
        top_unit_id=bureau.top.id,
        key="cycle/2024-03.open/1",
        kind="cycle",
        person_id=bureau.clerk.id,
        address="clerk@example.cn",
        subject="请填报",
        text="",
        html="",
        message_id="<1@example.cn>",
        queued_at=NOW - timedelta(minutes=59),
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def found(backups: Path, now: datetime = NOW) -> dict[str, str]:
    db.session.flush()
    return {one.what: one.words for one in ailments(now=now, wall=WALL, backups=backups)}


def test_a_healthy_house(bureau: Bureau, backups: Path) -> None:
    assert found(backups) == {}


def test_a_house_without_a_bureau(app: object, backups: Path) -> None:
    assert set(found(backups)) == {"units", "scheduler"}


def test_a_scheduler_that_never_ran_or_stopped(bureau: Bureau, backups: Path) -> None:
    lease = db.session.get_one(Lease, "scheduler")
    lease.beat_at = WALL - timedelta(minutes=11)
    assert "停了" in found(backups)["scheduler"]

    lease.beat_at = None
    assert "从未运行" in found(backups)["scheduler"]


def test_mails_that_failed_or_wait_long(backups: Path, mail: OutboxMessage) -> None:
    assert found(backups) == {}

    mail.queued_at, mail.error = NOW - timedelta(hours=1), "451 greylisted\nlater"
    assert found(backups) == {
        "mail_waiting": "1 封邮件等了一小时以上还没有发出，最近的原因：451 greylisted later。"
    }

    mail.state = "failed"
    assert set(found(backups)) == {"mail_failed"}


def test_the_coming_years_calendar_is_missed_once_it_can_be_had(
    bureau: Bureau, backups: Path
) -> None:
    def missing(now: str) -> str:
        return found(backups, at(now)).get("calendar", "")

    assert missing("2024-10-31T10:00") == ""
    assert "2025年节假日安排没有录入" in missing("2024-11-01T10:00")
    assert "2025年节假日安排没有录入" in missing("2025-01-01T10:00")


def test_vacant_posts_and_what_waits_there(make: Maker, bureau: Bureau, backups: Path) -> None:
    make.post(bureau.section, "reporter", title="副联络员")
    assert found(backups) == {"vacancy": "1 个岗位空缺：预算股「副联络员」。"}

    make_task(make, bureau, "2024-06-30")
    make_task(make, bureau, "2024-06-30", state="closed_out")
    bureau.head_post.title, bureau.head.active = "股长", False
    assert found(backups)["task_owner"] == ("1 项已下达的任务责任岗位空缺：预算股「股长」1 项。")


def test_posts_out_of_use_may_be_vacant(make: Maker, bureau: Bureau, backups: Path) -> None:
    make.post(bureau.section, "reporter").active = False
    closed = make.unit(bureau.top, "撤销的股")
    closed.active = False
    make.post(closed, "head")

    assert found(backups) == {}


def test_a_backup_is_missed_where_there_is_something_to_lose(
    bureau: Bureau, backups: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    assert "没有验证过的备份" in found(nowhere)["backup"]
    assert "已超过七天" in found(backups, NOW + timedelta(days=7))["backup"]

    bureau.plan.state = "draft"
    assert found(nowhere) == {}


def test_each_bureau_is_named(make: Maker, bureau: Bureau, backups: Path) -> None:
    other = make.top("云泽县财政局", code="YZ")
    make.post(other, "chief", title="局长")
    db.session.flush()

    said = [(one.unit, one.what) for one in ailments(now=NOW, wall=WALL, backups=backups)]

    assert said == [("YZ", "calendar"), ("YZ", "vacancy")]

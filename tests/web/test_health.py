"""What monitors ask: does the process answer, is it ready, which version is it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

import tracker
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Lease, OutboxMessage

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)


@pytest.fixture
def no_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is gone: its folder is not there."""
    gone = create_engine("sqlite:////nowhere/at/all.sqlite3")
    monkeypatch.setitem(db._app_engines[app], None, gone)


def test_the_process_says_that_it_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.usefixtures("no_database")
def test_the_process_answers_without_its_database(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/version").status_code == 200


def test_the_version_is_the_program_s(client: FlaskClient) -> None:
    assert client.get("/version").json == {"version": tracker.VERSION}


def test_a_fresh_database_is_ready_before_the_scheduler_has_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "database": True,
        "schema": True,
        "scheduler_tick": None,
        "oldest_unsent_mail": None,
        "last_verified_backup": None,
    }


def test_the_last_tick_and_the_mail_that_waits_longest_are_named(
    make: Maker, client: FlaskClient
) -> None:
    top = make.top()
    person = make.person(top)
    db.session.add(Lease(name="tick", beat_at=NOW))
    for hour, state in ((1, "queued"), (0, "sent")):
        db.session.add(
            OutboxMessage(
                top_unit_id=top.id,
                key=f"cycle/{hour}",
                kind="cycle",
                person_id=person.id,
                address="a@example.cn",
                subject="",
                text="",
                html="",
                message_id=f"<{hour}@tracker>",
                state=state,
                queued_at=NOW.replace(hour=hour),
            )
        )
    db.session.commit()

    said = client.get("/readyz").json

    assert said is not None
    assert datetime.fromisoformat(said["scheduler_tick"]) == NOW
    assert datetime.fromisoformat(said["oldest_unsent_mail"]) == NOW.replace(hour=1)


def test_an_older_schema_is_not_ready(client: FlaskClient) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.session.commit()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["database"], answer.json["schema"]) == (True, False)


@pytest.mark.usefixtures("no_database")
def test_no_database_is_an_answer_and_not_an_error(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["database"], answer.json["ready"]) == (False, False)


def test_a_database_that_takes_not_every_statement_is_not_ready(client: FlaskClient) -> None:
    db.session.execute(text("DROP TABLE lease"))
    db.session.commit()

    assert client.get("/readyz").status_code == 503


def test_a_look_leaves_nothing_behind(client: FlaskClient) -> None:
    db.session.add(Lease(name="none", beat_at=NOW))
    db.session.commit()

    client.get("/readyz")

    db.session.expire_all()
    assert [lease.name for lease in db.session.query(Lease)] == ["none"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_monitors_need_no_account(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.mimetype == "application/json"
    assert "Set-Cookie" not in answer.headers


def samples(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    return {
        sample.name + "".join(f"|{value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_monitor_collects_numbers(client: FlaskClient, make: Maker) -> None:
    top = make.top()
    person = make.person(top)
    for number, state in enumerate(("queued", "sent", "sent")):
        db.session.add(mail(top.id, person.id, number, state))
    db.session.add(Lease(name="scheduler", beat_at=NOW - timedelta(seconds=90)))
    db.session.commit()

    found = samples(client)

    assert found[f"tracker_info|{tracker.VERSION}"] == 1
    assert found["tracker_ready|database"] == found["tracker_ready|schema"] == 1
    assert found["tracker_scheduler_tick_age_seconds"] == 90
    assert found["tracker_oldest_unsent_mail_age_seconds"] == 600
    assert [found[f"tracker_mails|{state}"] for state in ("queued", "sent", "failed")] == [1, 2, 0]


@pytest.mark.usefixtures("no_database")
def test_without_a_database_what_is_not_known_is_left_out(client: FlaskClient) -> None:
    found = samples(client)

    assert found["tracker_ready|database"] == 0
    assert not any(name.startswith(("tracker_mails", "tracker_oldest")) for name in found)


def mail(top_unit_id: int, person_id: int, number: int, state: str) -> OutboxMessage:
    return OutboxMessage(
        top_unit_id=top_unit_id,
        key=f"cycle/{number}/{person_id}",
        kind="cycle",
        person_id=person_id,
        address="a@example.cn",
        subject="提醒",
        text="提醒",
        html="<p>提醒</p>",
        message_id=f"<{number}@example.cn>",
        state=state,
        queued_at=NOW - timedelta(minutes=10),
    )

"""`flask remind`, `flask mail` and `flask scheduler`, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.bureau import Bureau, make_bureau, make_task
from tests.makers import Maker
from tracker.extensions import db
from tracker.models import OutboxMessage, Plan

Command = Callable[..., Result]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def flask(app: Flask, bureau: Bureau) -> Command:
    """Run a command in the test's program."""

    def run(*words: str) -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=list(words))

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    listed: list[dict[str, Any]] = json.loads(result.stdout)
    return listed


def test_run_prints_what_it_queued_and_the_second_run_nothing(
    flask: Command, bureau: Bureau
) -> None:
    clerk = bureau.clerk.id
    (row,) = rows(flask("remind", "run", "--at", "2024-01-25T09:00", "--json"))

    assert row == {
        "at": "2024-01-25T09:00:00+08:00",
        "key": f"cycle/2024-01.open/{clerk}",
        "kind": "cycle",
        "stage": "open",
        "period": "2024-01",
        "task": None,
        "person": clerk,
        "name": "陈晓燕",
        "about": None,
        "quarter_first": False,
        "skipped": [],
    }
    assert rows(flask("remind", "run", "--at", "2024-01-25T09:00", "--json")) == []


def test_a_dry_run_leaves_the_outbox_empty(flask: Command) -> None:
    assert len(rows(flask("remind", "run", "--at", "2024-01-25T09:00", "--dry-run", "--json"))) == 1
    assert rows(flask("mail", "list", "--json")) == []


def test_without_a_time_it_is_the_clocks(flask: Command) -> None:
    result = flask("remind", "run")

    assert result.exit_code == 0
    assert "2024-02" in result.stdout  # the clock stands at 1 April 2024: February is overdue


def test_due_lists_the_stages_of_a_month(flask: Command, bureau: Bureau) -> None:
    listed = rows(flask("remind", "due", "--from", "2024-03-20", "--to", "2024-04-20", "--json"))
    march = [row for row in listed if row["period"] == "2024-03"]

    assert [(row["at"][:16], row["kind"], row["stage"], row["person"]) for row in march] == [
        ("2024-03-25T09:00", "cycle", "open", bureau.clerk.id),
        ("2024-04-01T09:00", "cycle", "before", bureau.clerk.id),
        ("2024-04-03T09:00", "cycle", "due", bureau.clerk.id),
        ("2024-04-07T09:00", "cycle", "overdue", bureau.clerk.id),
        ("2024-04-07T09:00", "escalation", "head", bureau.head.id),
        ("2024-04-09T09:00", "escalation", "leader", bureau.leader.id),
        ("2024-04-11T09:00", "escalation", "chief", bureau.chief.id),
    ]
    assert all(row["quarter_first"] for row in march if row["kind"] == "cycle")


def test_due_lists_the_stages_of_a_task(flask: Command, bureau: Bureau, make: Maker) -> None:
    task = make_task(make, bureau, "2024-06-12").id
    db.session.commit()
    listed = rows(flask("remind", "due", "--from", "2024-06-01", "--to", "2024-06-24", "--json"))

    stages = {
        (row["at"][:10], row["stage"], row["person"]) for row in listed if row["task"] == task
    }
    head, leader, chief = bureau.head.id, bureau.leader.id, bureau.chief.id

    assert stages == {
        ("2024-06-05", "before", head),
        ("2024-06-10", "before", head),
        ("2024-06-12", "due", head),
        ("2024-06-13", "overdue", head),
        ("2024-06-13", "head", head),
        ("2024-06-17", "weekly", head),
        ("2024-06-17", "leader", leader),
        ("2024-06-19", "chief", chief),
        ("2024-06-24", "weekly", head),
    }


@pytest.mark.parametrize(
    "words",
    [
        ("remind", "due", "--from", "2024-05-01", "--to", "2024-04-01"),
        ("remind", "due", "--from", "2024-04-31", "--to", "2024-05-01"),
        ("remind", "due"),
        ("remind", "run", "--at", "morgen"),
        ("mail", "list", "--state", "lost"),
        ("mail", "send", "--max", "-1"),
        ("mail", "retry", "x"),
        ("scheduler", "run", "--at", "2024-04-01"),
    ],
)
def test_wrong_usage_is_2(flask: Command, words: tuple[str, ...]) -> None:
    assert flask(*words).exit_code == 2


def test_mails_are_listed_sent_and_listed_again(flask: Command, bureau: Bureau) -> None:
    flask("remind", "run", "--at", "2024-01-25T09:00")
    (waiting,) = rows(flask("mail", "list", "--state", "queued", "--json"))
    result = flask("mail", "send", "--at", "2024-01-25T09:00", "--json")
    (sent,) = rows(flask("mail", "list", "--json"))

    assert list(waiting) == [
        *("id", "key", "kind", "to", "state", "attempts", "subject", "message_id"),
        *("queued_at", "next_at", "sent_at", "error"),
    ]
    assert json.loads(result.stdout) == {"sent": 1, "queued": 0, "failed": 0, "dropped": 0}
    assert (sent["state"], sent["attempts"]) == ("sent", 1)
    assert sent["message_id"] == waiting["message_id"]


def test_sending_speaks_chinese(flask: Command) -> None:
    flask("remind", "run", "--at", "2024-01-25T09:00")

    assert flask("mail", "send", "--at", "2024-01-25T09:00").stdout == "已发 1。\n"
    assert flask("mail", "send", "--at", "2024-01-25T09:00").stdout == "没有要发的邮件。\n"


def test_max_sends_no_more(flask: Command) -> None:
    flask("remind", "run", "--at", "2024-01-25T09:00")

    assert flask("mail", "send", "--max", "0").stdout == "没有要发的邮件。\n"


def test_a_failed_mail_is_sent_again_to_the_address_of_today(
    flask: Command, bureau: Bureau
) -> None:
    bureau.clerk.email = ""
    db.session.commit()
    flask("remind", "run", "--at", "2024-01-25T09:00")
    (row,) = rows(flask("mail", "list", "--state", "failed", "--json"))
    without = flask("mail", "retry", str(row["id"]))
    bureau.clerk.email = "new@example.cn"
    db.session.commit()
    again = flask("mail", "retry", str(row["id"]))

    assert (without.exit_code, "没有登记邮箱" in without.stderr) == (1, True)
    assert again.exit_code == 0
    (row,) = rows(flask("mail", "list", "--json"))
    assert (row["state"], row["to"], row["attempts"]) == ("queued", "new@example.cn", 0)


def test_a_sent_mail_is_not_sent_again(flask: Command) -> None:
    flask("scheduler", "run", "--once", "--at", "2024-01-25T09:00")
    (row,) = rows(flask("mail", "list", "--json"))
    result = flask("mail", "retry", str(row["id"]))

    assert result.exit_code == 1
    assert result.stderr == "这封邮件已经发出或正在发，不能重发。\n"


def test_a_mail_that_is_not_there_is_refused(flask: Command) -> None:
    result = flask("mail", "retry", "999")

    assert (result.exit_code, result.stderr) == (1, "没有编号为 999 的邮件。\n")


def test_one_pass_of_the_scheduler_decides_and_sends(
    flask: Command, app: Flask, bureau: Bureau
) -> None:
    first = flask("scheduler", "run", "--once", "--at", "2024-01-25T09:00", "--json")
    second = flask("scheduler", "run", "--once", "--at", "2024-01-25T10:00")

    assert json.loads(first.stdout) == {"queued": 1, "sent": 1, "deferred": 0, "failed": 0}
    assert second.stdout == "排队 0 封，发出 0 封，稍后再试 0 封，失败 0 封。\n"
    assert len(list(Path(app.config["MAIL_DIR"]).glob("*.eml"))) == 1


def test_a_bureau_that_fails_is_told_as_try_later(
    flask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.scheduler import jobs

    def fail(**_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "open_cycles", fail)
    result = flask("scheduler", "run", "--once", "--at", "2024-01-25T09:00")

    assert result.exit_code == 75
    assert "1 个单位" in result.stderr


def test_commands_that_print_nothing_say_so(flask: Command) -> None:
    assert flask("mail", "list").stdout == "没有邮件。\n"
    assert flask("remind", "run", "--at", "2024-01-02T09:00").stdout == "没有要提醒的。\n"
    assert db.session.query(OutboxMessage).count() == 0


def test_orders_that_a_run_raises_and_late_answers_to_come_are_listed(
    flask: Command, bureau: Bureau, make: Maker
) -> None:
    plan = db.session.get_one(Plan, bureau.plan.id)
    plan.auto_orders = True
    task = make_task(make, bureau, "2024-06-12").id
    db.session.commit()
    clerk, head = bureau.clerk.id, bureau.head.id

    run = rows(flask("remind", "run", "--at", "2024-06-13T09:00", "--json"))
    due = rows(flask("remind", "due", "--from", "2024-06-14", "--to", "2024-06-30", "--json"))

    raised = [row for row in run if row["kind"] == "order"]
    late = [row for row in due if row["kind"] == "order-late"]
    assert {row["person"] for row in raised} == {row["person"] for row in late} == {clerk, head}
    assert {(row["task"], row["stage"]) for row in raised} == {(task, "issued")}
    assert {row["at"][:16] for row in late} == {
        "2024-06-21T09:00"
    }  # answer due on Thursday, the 20th
    assert {row["key"].rpartition("/")[0] for row in late} == {"order-late/1"}


def test_weekly_digests_are_listed_once(flask: Command, bureau: Bureau) -> None:
    db.session.get_one(Plan, bureau.plan.id).weekly_digest = True
    db.session.commit()
    leader, chief = bureau.leader.id, bureau.chief.id

    first = rows(flask("remind", "run", "--at", "2024-01-08T09:00", "--json"))
    again = rows(flask("remind", "run", "--at", "2024-01-09T09:00", "--json"))

    told = [row for row in first if row["kind"] == "digest"]
    assert {(row["period"], row["person"]) for row in told} == {
        ("2024-W02", leader),
        ("2024-W02", chief),
    }
    assert not any(row["kind"] == "digest" for row in again)

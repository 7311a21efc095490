"""The notice of issuing goes out like any mail: to its owner, once."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

from tests.makers import Maker
from tests.outbox.conftest import FakeClock
from tests.plan_office import NOW, complete, draft_of_text, make_office
from tests.services.reminding import SETTINGS
from tracker.extensions import db
from tracker.outbox.deliver import deliver_due
from tracker.outbox.transports.file import FileTransport
from tracker.services.issue_plan import issue_plan


def test_issuing_sends_each_owner_a_notice(make: Maker, clock: FakeClock, tmp_path: Path) -> None:
    office = make_office(make)
    plan = draft_of_text(office)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW, settings=SETTINGS)
    db.session.commit()

    for _ in range(2):
        deliver_due(FileTransport(tmp_path), clock.sending())

    messages = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(tmp_path.glob("*.eml"))
    ]
    assert {message["To"] for message in messages} == {
        "head@example.cn",
        "reporter@example.cn",
    }
    for message in messages:
        assert message["X-Tracker-Key"].startswith(f"issue/plan-{plan.id}/")
        body = message.get_body(("plain",))
        assert body is not None
        assert "已经下达，其中 5 项任务、3 项指标由您负责" in body.get_content()
        html = message.get_body(("html",))
        assert html is not None
        assert "下达通知" in html.get_content()

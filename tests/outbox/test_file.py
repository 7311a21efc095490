"""Without a mail server mails are files, one each."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

from tests.outbox.conftest import FakeClock, change, reread
from tracker.models import OutboxMessage
from tracker.outbox.deliver import deliver_due
from tracker.outbox.transports.file import FileTransport

Queue = Callable[..., OutboxMessage]


def test_a_mail_is_a_file_named_after_its_key(
    queue: Queue, clock: FakeClock, tmp_path: Path
) -> None:
    row = queue()
    deliver_due(FileTransport(tmp_path / "mail"), clock.sending())
    (file,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)

    assert file.name == "20240401-cycle_2024-03.open_17.eml"
    assert message["Message-ID"] == row.message_id
    assert reread(row).state == "sent"


def test_a_repeat_replaces_the_file(queue: Queue, clock: FakeClock, tmp_path: Path) -> None:
    row = queue()
    deliver_due(FileTransport(tmp_path), clock.sending())
    change(row, state="queued", next_at=clock.now)
    deliver_due(FileTransport(tmp_path), clock.sending())

    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_a_folder_that_cannot_be_written_is_tried_again(
    queue: Queue, clock: FakeClock, tmp_path: Path
) -> None:
    row = queue()
    (tmp_path / "mail").write_text("a file stands in the way")
    deliver_due(FileTransport(tmp_path / "mail"), clock.sending())

    assert reread(row).state == "queued"
    assert row.error.startswith("邮件文件写不进去")

"""Backups on both databases: what is written can be read, is found damaged when it is, and comes back whole."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, delete, func, select, text, update

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.documents.backup import postgres_dump, sqlite_copy
from tracker.documents.backup.archive import DamagedError
from tracker.documents.backup.tables import BusyError
from tracker.domain.errors import TrackerError
from tracker.extensions import db
from tracker.models import AuditEntry, Person, PlanDocument, Unit, WebSession
from tracker.queries.health import VERIFIED, last_verified
from tracker.services import audit
from tracker.services.create_backup import create_backup
from tracker.services.restore_backup import Restored, has_data, restore_backup
from tracker.services.verify_backup import Verified, note_verified, verify_backup

NOW = at("2024-04-01T10:00")
#: Everything that a text copy of a database could trip over.
AWKWARD = 'a\tb\\n c\\\r\n"引号" \\N \\. COPY x (y) FROM stdin;\n\\.\n结束'


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """A bureau with a record, a session and a document full of awkward signs."""
    bureau = make_bureau(make)
    for number in range(12):
        audit.record(bureau.top.id, "issue", now=NOW, detail={"名称": AWKWARD, "序": number})
    db.session.add(
        WebSession(
            top_unit_id=bureau.top.id,
            token_hash="x" * 64,
            person_id=bureau.head.id,
            created_at=NOW,
            seen_at=NOW,
        )
    )
    db.session.execute(update(PlanDocument).values(text=AWKWARD, content=AWKWARD.encode()))
    db.session.commit()
    return bureau


@pytest.fixture(autouse=True)
def tools(app: Flask) -> None:
    """PostgreSQL is copied by its own tools."""
    if db.engine.dialect.name == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed (Debian: apt-get install postgresql-client)")


@pytest.fixture
def keys(app: Flask) -> dict[str, str]:
    return {"secret_key": app.config["SECRET_KEY"], "audit_key": app.config["AUDIT_KEY"]}


@pytest.fixture
def backup(bureau: Bureau, tmp_path: Path, keys: dict[str, str]) -> Path:
    return create_backup(folder=tmp_path / "backup", keys=keys, version="0.1.0", now=NOW).file


def counts() -> tuple[int | None, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(table))
        for table in (Unit, Person, PlanDocument, AuditEntry)
    )


def faults(file: Path) -> str:
    """What is wrong with a backup, whichever way it is told."""
    try:
        return "".join(verify_backup(file=file).faults)
    except DamagedError as error:
        return error.message


def repacked(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a backup whose parts were changed and packed again."""
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    other = file.with_name("tracker-other.zip")
    with zipfile.ZipFile(other, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return other


def restore(file: Path, tmp_path: Path, keys: dict[str, str]) -> Restored:
    return restore_backup(file=file, instance=tmp_path / "instance", keys=keys, now=NOW)


def test_what_was_written_can_be_restored(backup: Path) -> None:
    found = verify_backup(file=backup)

    assert (found.faults, found.is_newest) == ((), True)
    assert found.contents.counts["person"] == 5
    assert found.contents.counts["audit_entry"] == 12
    assert found.manifest.created_at == NOW
    assert backup.name == "tracker-20240401T100000.zip"


def test_only_we_can_read_it_and_nothing_else_is_left(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in backup.parent.iterdir()] == [backup.name]


def test_two_in_one_second_are_two_files(backup: Path, keys: dict[str, str]) -> None:
    made = create_backup(folder=backup.parent, keys=keys, version="0.1.0", now=NOW)

    assert made.file.name == "tracker-20240401T100000-2.zip"


def test_everything_comes_back(backup: Path, tmp_path: Path, keys: dict[str, str]) -> None:
    before = counts()
    db.session.execute(update(Person).values(name="谁"))
    db.session.execute(delete(PlanDocument))
    db.session.commit()

    restored = restore(backup, tmp_path, keys)

    assert (restored.is_newest, restored.other_keys) == (True, ())
    assert counts() == (*before[:3], 13)  # and that it was restored
    assert db.session.scalars(select(Person.name).order_by(Person.id)).first() == "陈晓燕"
    document = db.session.scalars(select(PlanDocument)).one()
    assert (document.text, document.content) == (AWKWARD, AWKWARD.encode())
    assert audit.broken_links(document.top_unit_id) == []


def test_the_program_writes_on_after_a_restore(
    make: Maker, backup: Path, tmp_path: Path, keys: dict[str, str]
) -> None:
    restore(backup, tmp_path, keys)

    top = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
    make.person(top, login="newcomer")
    db.session.commit()

    assert db.session.scalar(select(func.count(Person.id))) == 6


def test_old_cookies_are_worth_nothing_after_a_restore(
    backup: Path, tmp_path: Path, keys: dict[str, str]
) -> None:
    restore(backup, tmp_path, keys)

    assert db.session.scalar(select(func.count(WebSession.id))) == 0


def test_that_it_was_restored_is_written_down(
    backup: Path, tmp_path: Path, keys: dict[str, str]
) -> None:
    restore(backup, tmp_path, keys)

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail["file"]) == ("restore", backup.name)


def test_an_emptied_database_is_filled_again(
    backup: Path, tmp_path: Path, keys: dict[str, str]
) -> None:
    assert has_data()
    db.session.remove()
    with db.engine.begin() as connection:
        db.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    assert not has_data()

    restore(backup, tmp_path, keys)

    assert has_data()


class TestKeys:
    OTHER = "another-house-0123456789abcdefghij"

    def test_the_backups_keys_take_the_place_of_those_kept_here(
        self, backup: Path, tmp_path: Path, keys: dict[str, str]
    ) -> None:
        for name in keys:
            (tmp_path / "instance" / name).write_text(self.OTHER, encoding="ascii")

        restored = restore(backup, tmp_path, dict.fromkeys(keys, self.OTHER))

        kept = tmp_path / "instance" / "audit_key"
        assert restored.other_keys == ()
        assert kept.read_text(encoding="ascii") == keys["audit_key"]
        assert kept.stat().st_mode & 0o777 == 0o600

    def test_a_key_of_the_environment_is_named_not_overwritten(
        self, backup: Path, tmp_path: Path, keys: dict[str, str]
    ) -> None:
        restored = restore(backup, tmp_path, keys | {"audit_key": self.OTHER})

        assert restored.other_keys == ("audit_key",)

    def test_the_record_is_checked_by_the_backups_own_key(self, backup: Path) -> None:
        audit.use_key(self.OTHER)

        assert verify_backup(file=backup).faults == ()


class TestDamage:
    def test_a_changed_byte(self, backup: Path) -> None:
        whole = backup.read_bytes()
        backup.write_bytes(whole[: len(whole) // 2] + b"\x00\xff" + whole[len(whole) // 2 + 2 :])

        assert faults(backup)

    def test_a_file_cut_short(self, backup: Path) -> None:
        backup.write_bytes(backup.read_bytes()[:-200])

        assert "打不开" in faults(backup)

    def test_something_else(self, tmp_path: Path) -> None:
        other = tmp_path / "notes.zip"
        other.write_bytes(b"not a backup")
        assert "打不开" in faults(other)
        with zipfile.ZipFile(other, "w") as packed:
            packed.writestr("计划.txt", "一")
        assert "没有清单" in faults(other)

    def test_a_part_that_is_not_what_the_manifest_says(self, backup: Path) -> None:
        def change(parts: dict[str, bytes]) -> None:
            parts["secret_key"] = b"y" * len(parts["secret_key"])

        assert "secret_key 与清单的校验和不符" in faults(repacked(backup, change))

    def test_a_part_that_the_manifest_does_not_name(self, backup: Path) -> None:
        for extra in ("more.txt", "../outside"):
            other = repacked(backup, lambda parts, name=extra: parts.update({name: b"1"}))
            assert "与清单不符" in faults(other)

    def test_a_manifest_that_is_none(self, backup: Path) -> None:
        newer = b'{"form": 2, "created_at": "2024-04-01T10:00:00+08:00", "files": {}}'
        for said in (b"{", b"[]", b"{}", newer):
            other = repacked(backup, lambda parts, one=said: parts.update({"manifest.json": one}))
            assert "清单读不懂" in faults(other)

    def test_rows_that_the_manifest_does_not_count(self, backup: Path) -> None:
        def change(parts: dict[str, bytes]) -> None:
            manifest = json.loads(parts["manifest.json"])
            manifest["counts"]["person"] = 6
            manifest["schema"] = "0001"
            parts["manifest.json"] = json.dumps(manifest).encode()

        said = faults(repacked(backup, change))

        assert "表 person 有 5 行，清单上是 6 行。" in said
        assert "清单上是 0001" in said

    def test_a_record_that_was_changed_before_the_backup(
        self, bureau: Bureau, tmp_path: Path, keys: dict[str, str]
    ) -> None:
        ids = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
        changed = update(AuditEntry).where(AuditEntry.id == ids[9]).values(action="nothing")
        db.session.execute(changed)
        db.session.commit()

        made = create_backup(folder=tmp_path / "backup", keys=keys, version="0.1.0", now=NOW)

        assert made.contents.broken == (ids[9],)
        assert faults(made.file) == f"审计记录对不上：编号 {ids[9]}。"

    def test_a_schema_that_this_program_does_not_know(
        self, bureau: Bureau, tmp_path: Path, keys: dict[str, str]
    ) -> None:
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()

        made = create_backup(folder=tmp_path / "backup", keys=keys, version="9.0.0", now=NOW)

        assert "9999 是本程序不认识的" in faults(made.file)

    def test_a_damaged_backup_is_not_restored(
        self, bureau: Bureau, backup: Path, tmp_path: Path, keys: dict[str, str]
    ) -> None:
        before = counts()
        other = repacked(backup, lambda parts: parts.update({"audit_key": b"z" * 34}))

        with pytest.raises(DamagedError):
            restore(other, tmp_path, keys)
        assert counts() == before


def test_an_older_schema_is_said(bureau: Bureau, tmp_path: Path, keys: dict[str, str]) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    db.session.commit()

    made = create_backup(folder=tmp_path / "backup", keys=keys, version="0.1.0", now=NOW)
    found = verify_backup(file=made.file)

    assert (found.faults, found.is_newest) == ((), False)


def test_a_folder_that_cannot_be_made_is_refused(
    bureau: Bureau, tmp_path: Path, keys: dict[str, str]
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(TrackerError, match="不能写入备份文件夹"):
        create_backup(folder=tmp_path / "file/backup", keys=keys, version="0.1.0", now=NOW)


class TestNote:
    def note(self, file: Path, found: Verified, made: datetime | None = None) -> None:
        note_verified(file=file, created_at=made or found.manifest.created_at, now=NOW)

    def test_the_newest_verified_backup_is_noted(self, backup: Path) -> None:
        assert last_verified(backup.parent) is None
        found = verify_backup(file=backup)

        self.note(backup, found)
        assert last_verified(backup.parent) == "2024-04-01T10:00:00+08:00"

        self.note(backup, found, at("2023-12-31T10:00"))
        assert last_verified(backup.parent) == "2024-04-01T10:00:00+08:00"

        self.note(backup, found, at("2024-04-02T10:00"))
        assert last_verified(backup.parent) == "2024-04-02T10:00:00+08:00"

    @pytest.mark.parametrize("said", ["", "{}", "[]", '{"created_at": 7}'])
    def test_a_note_that_is_none_is_written_anew(self, backup: Path, said: str) -> None:
        (backup.parent / VERIFIED).write_text(said)
        assert last_verified(backup.parent) is None

        self.note(backup, verify_backup(file=backup))

        assert last_verified(backup.parent) is not None


def test_a_backup_of_the_other_kind_of_database_is_refused(
    backup: Path, tmp_path: Path, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "sqlite" if db.engine.dialect.name == "postgresql" else "postgresql"
    monkeypatch.setattr(db.engine.dialect, "name", other)

    with pytest.raises(TrackerError, match="不能恢复"):
        restore(backup, tmp_path, keys)


@pytest.fixture
def writer(bureau: Bureau) -> Iterator[Connection]:
    """Somebody in the middle of a change."""
    apart = create_engine(db.engine.url, poolclass=NullPool)  # a restore disposes the program's own
    with apart.connect() as connection:
        connection.execute(update(Person).values(name="还没有存"))
        yield connection
        connection.rollback()


def test_a_change_under_way_is_not_in_the_copy(
    writer: Connection, tmp_path: Path, keys: dict[str, str]
) -> None:
    made = create_backup(folder=tmp_path / "backup", keys=keys, version="0.1.0", now=NOW)
    writer.rollback()
    restore(made.file, tmp_path, keys)

    assert "还没有存" not in db.session.scalars(select(Person.name)).all()


def test_a_database_in_use_is_not_replaced(
    backup: Path, writer: Connection, tmp_path: Path, keys: dict[str, str], impatient: None
) -> None:
    with pytest.raises(BusyError):
        restore(backup, tmp_path, keys)
    writer.rollback()

    assert counts()[3] == 12


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment instead of a quarter of a minute."""
    monkeypatch.setattr(sqlite_copy, "TRIES", 1)
    monkeypatch.setattr(postgres_dump, "WAIT", "100ms")

"""Use case: write a backup while the program runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.documents.backup.archive import AUDIT_KEY, Manifest, write_archive
from tracker.documents.backup.postgres_dump import dump_postgres
from tracker.documents.backup.sqlite_copy import copy_sqlite
from tracker.domain.errors import TrackerError
from tracker.extensions import db
from tracker.services.backup_contents import Contents, contents_of

PATTERN = "tracker-*.zip"


@dataclass(frozen=True, slots=True)
class Made:
    """The file, and what it holds."""

    file: Path
    contents: Contents


def create_backup(*, folder: Path, keys: Mapping[str, str], version: str, now: datetime) -> Made:
    """Copy the database and the keys into a new file of the folder.

    `keys`: the contents of the members in archive.KEYS. Raises TrackerError (BusyError, DamagedError).
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".making-", dir=folder) as work:
            return _make(folder, Path(work), keys, version, now)
    except OSError as error:
        raise TrackerError(f"不能写入备份文件夹 {folder}：{error.strerror}。") from None


def _make(folder: Path, work: Path, keys: Mapping[str, str], version: str, now: datetime) -> Made:
    copy = _copy_database(work)
    contents = contents_of(copy, keys[AUDIT_KEY])
    members = {copy.name: copy}
    for name, key in keys.items():
        members[name] = work / name
        members[name].write_text(key, encoding="ascii")
    manifest = Manifest(
        created_at=now,
        version=version,
        database=copy.name,
        schema=contents.schema,
        counts=contents.counts,
    )
    target = _free_name(folder, now)
    write_archive(target, manifest, members)
    return Made(target, contents)


def _copy_database(work: Path) -> Path:
    db.session.remove()  # a transaction of ours would keep the copy waiting
    url = db.engine.url
    if db.engine.dialect.name == "postgresql":
        dump_postgres(url, work / "database.sql")
        return work / "database.sql"
    copy_sqlite(Path(url.database or ""), work / "database.sqlite3")
    return work / "database.sqlite3"


def _free_name(folder: Path, now: datetime) -> Path:
    stem = f"tracker-{now:%Y%m%dT%H%M%S}"
    target, number = folder / f"{stem}.zip", 1
    while target.exists():
        number += 1
        target = folder / f"{stem}-{number}.zip"
    return target

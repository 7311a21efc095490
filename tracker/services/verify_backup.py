"""Use case: find out whether a backup could be restored: its sums, schema, rows and record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.documents.backup.archive import AUDIT_KEY, DamagedError, Manifest, unpack_archive
from tracker.queries.health import VERIFIED, is_known_schema, newest_schema
from tracker.services.backup_contents import Contents, contents_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What a backup says of itself and what it holds; without `faults` it can be restored."""

    manifest: Manifest
    contents: Contents
    faults: tuple[str, ...]

    @property
    def is_newest(self) -> bool:
        """Tell whether its schema is this program's newest."""
        return self.contents.schema == newest_schema()


def verify_backup(*, file: Path) -> Verified:
    """Unpack a backup beside the system's other temporary files and look through it.

    Raises DamagedError where it is none or cannot be read.
    """
    with TemporaryDirectory(prefix="tracker-backup-") as work:
        return look_through(file, Path(work))


def look_through(file: Path, work: Path) -> Verified:
    """Unpack a backup into a folder and look through it. Raises DamagedError."""
    manifest = unpack_archive(file, work)
    try:
        key = (work / AUDIT_KEY).read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        raise DamagedError("备份里的密钥读不懂。") from None
    contents = contents_of(work / manifest.database, key)
    return Verified(manifest, contents, tuple(_faults(manifest, contents)))


def note_verified(*, file: Path, created_at: datetime, now: datetime) -> None:
    """Leave a note beside a verified backup for /readyz; one of a newer backup stays. Raises OSError."""
    note = file.parent / VERIFIED
    try:
        before = datetime.fromisoformat(json.loads(note.read_text("utf-8"))["created_at"])
    except (OSError, ValueError, KeyError, TypeError):
        before = None
    if before is not None and before > created_at:
        return
    said = {"file": file.name, "created_at": created_at.isoformat(), "verified_at": now.isoformat()}
    draft = note.with_suffix(".part")
    draft.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    draft.replace(note)


def _faults(manifest: Manifest, contents: Contents) -> Iterator[str]:
    if not is_known_schema(contents.schema):
        yield f"数据库版本 {contents.schema} 是本程序不认识的，备份可能来自更新的程序。"
    if contents.schema != manifest.schema:
        yield f"数据库版本是 {contents.schema}，清单上是 {manifest.schema}。"
    for table in sorted({*manifest.counts, *contents.counts}):
        said, there = manifest.counts.get(table), contents.counts.get(table)
        if said != there:
            yield f"表 {table} 有 {there or 0} 行，清单上是 {said or 0} 行。"
    if contents.broken:
        yield f"审计记录对不上：编号 {'、'.join(map(str, contents.broken))}。"

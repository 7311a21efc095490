"""Use case: put a backup in the place of what is there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, inspect, select

from tracker.documents.backup.archive import AUDIT_KEY, KEYS, DamagedError, Manifest
from tracker.documents.backup.postgres_dump import put_back_postgres
from tracker.documents.backup.sqlite_copy import put_back_sqlite
from tracker.domain.errors import TrackerError
from tracker.extensions import db
from tracker.models import Unit, WebSession
from tracker.queries.bureaus import top_units
from tracker.services import audit
from tracker.services.verify_backup import look_through


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `other_keys` names keys that the environment sets, and sets otherwise."""

    manifest: Manifest
    is_newest: bool
    other_keys: tuple[str, ...]


def has_data() -> bool:
    """Tell whether the database holds anything that a restore would replace."""
    if not inspect(db.engine).has_table(Unit.__tablename__):
        return False
    return db.session.scalar(select(Unit.id).limit(1)) is not None


def restore_backup(
    *, file: Path, instance: Path, keys: Mapping[str, str], now: datetime
) -> Restored:
    """Check a backup, then replace the database and the keys kept in `instance` by it; everybody is signed out.

    `keys` are those in use. Raises TrackerError (BusyError, DamagedError); then nothing is changed.
    """
    with TemporaryDirectory(prefix="tracker-restore-") as folder:
        work = Path(folder)
        found = look_through(file, work)
        if found.faults:
            raise DamagedError(f"备份有问题，没有恢复：{''.join(found.faults)}")
        _put_back(work / found.manifest.database, set(found.contents.counts))
        kept = {name: (work / name).read_text(encoding="ascii").strip() for name in KEYS}
    other = tuple(name for name in KEYS if not _keep(instance / name, keys[name], kept[name]))
    if found.is_newest:
        _sign_out_everybody()
        if AUDIT_KEY not in other:
            audit.use_key(kept[AUDIT_KEY])
            _record(file.name, found.manifest, now)
    return Restored(found.manifest, found.is_newest, other)


def _put_back(copy: Path, tables: set[str]) -> None:
    url, dialect = db.engine.url, db.engine.dialect.name
    kind = "sqlite" if copy.suffix == ".sqlite3" else "postgresql"
    if kind != dialect:
        raise TrackerError(f"备份来自 {kind}，这里用的是 {dialect}，不能恢复。")
    db.session.remove()
    db.engine.dispose()
    if kind == "sqlite":
        put_back_sqlite(copy, Path(url.database or ""))
    else:
        put_back_postgres(url, copy, tables | set(db.metadata.tables))


def _keep(path: Path, used: str, restored: str) -> bool:
    """Keep a restored key; tell whether it will be used, not one that the environment sets."""
    from_file = path.is_file() and path.read_text(encoding="ascii").strip() == used
    if used == restored or not from_file:
        return used == restored
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(restored)
    draft.replace(path)
    return True


def _sign_out_everybody() -> None:
    """End the sessions that came with the backup: a cookie that was good then is good no longer."""
    db.session.execute(delete(WebSession))
    db.session.commit()


def _record(name: str, manifest: Manifest, now: datetime) -> None:
    said = {"file": name, "made": manifest.created_at.isoformat()}
    for top in top_units():
        audit.record(top, "restore", now=now, object_type="backup", detail=said)
    db.session.commit()

"""The archive of a backup (.zip): a manifest, the copy of the database, the keys."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.domain.errors import TrackerError

MANIFEST = "manifest.json"
AUDIT_KEY, SECRET_KEY = "audit_key", "secret_key"
KEYS = (SECRET_KEY, AUDIT_KEY)
FORM = 1
LARGEST_MANIFEST = 1_000_000
_CHUNK = 1 << 20


class DamagedError(TrackerError):
    """A backup that is not what was written (备份已损坏)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `database` names the copy, whose ending says of which kind."""

    created_at: datetime
    version: str
    database: str
    schema: str
    counts: Mapping[str, int]


def write_archive(target: Path, manifest: Manifest, members: Mapping[str, Path]) -> None:
    """Pack the members with their sums, readable by us alone; the file has its name only when it is whole."""
    said = {
        "form": FORM,
        "created_at": manifest.created_at.isoformat(),
        "version": manifest.version,
        "database": manifest.database,
        "schema": manifest.schema,
        "counts": dict(manifest.counts),
        "files": {
            name: {"size": p.stat().st_size, "sha256": _sum(p)} for name, p in members.items()
        },
    }
    draft = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))
                for name, path in members.items():
                    packed.write(path, name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def unpack_archive(archive: Path, folder: Path) -> Manifest:
    """Unpack a backup into a folder, every part checked against its sum. Raises DamagedError."""
    try:
        with zipfile.ZipFile(archive) as packed:
            said = _said(packed)
            for name, part in said["files"].items():
                _unpack(packed, name, part, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DamagedError(f"{archive.name} 打不开：{error}。") from None
    return Manifest(
        created_at=said["created_at"],
        version=said["version"],
        database=said["database"],
        schema=said["schema"],
        counts=said["counts"],
    )


def _said(packed: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest, after a look at whether it is one and names just what is there."""
    there = {entry.filename: entry for entry in packed.infolist()}
    entry = there.pop(MANIFEST, None)
    if entry is None or entry.file_size > LARGEST_MANIFEST:
        raise DamagedError("这不是本程序的备份：里面没有清单。")
    try:
        said: dict[str, Any] = json.loads(packed.read(entry))
        said["created_at"] = datetime.fromisoformat(said["created_at"])
        listed = {name: int(part["size"]) for name, part in said["files"].items()}
        whole = said["form"] == FORM and {*KEYS, said["database"]} == set(listed)
        plain = said["database"] in ("database.sqlite3", "database.sql")
        whole = whole and plain and isinstance(said["counts"], dict) and bool(said["version"])
        whole = whole and said["created_at"].tzinfo is not None and bool(said["schema"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedError("备份的清单读不懂。") from None
    if not whole:
        raise DamagedError("备份的清单读不懂，可能来自更新的程序。")
    if {name: one.file_size for name, one in there.items()} != listed:
        raise DamagedError("备份里的文件与清单不符。")
    return said


def _unpack(packed: zipfile.ZipFile, name: str, part: Mapping[str, Any], folder: Path) -> None:
    total = hashlib.sha256()
    with packed.open(name) as source, (folder / name).open("wb") as target:
        while chunk := source.read(_CHUNK):
            total.update(chunk)
            target.write(chunk)
    if total.hexdigest() != part.get("sha256"):
        raise DamagedError(f"备份里的 {name} 与清单的校验和不符。")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

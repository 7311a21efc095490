"""`flask backup create | verify | restore`: the drill that a bureau should have done before it needs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import (
    FAULT,
    TRY_LATER,
    as_json_option,
    print_json,
    refuse,
    refusing,
)
from tracker.clock import local_now
from tracker.documents.backup.archive import AUDIT_KEY, SECRET_KEY, DamagedError
from tracker.documents.backup.tables import BusyError
from tracker.services.create_backup import PATTERN, create_backup
from tracker.services.restore_backup import Restored, has_data, restore_backup
from tracker.services.verify_backup import Verified, note_verified, verify_backup

F = TypeVar("F", bound=Callable[..., Any])
group = AppGroup("backup", help="Backups: write, look into, put back.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def faulting(command: F) -> F:
    """Turn a damaged backup into exit code 3, and a database in use into 75."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DamagedError as error:
            refuse(error.message, FAULT)
        except BusyError as error:
            refuse(error.message, TRY_LATER)

    return wrapped  # type: ignore[return-value]


@group.command()
@as_json_option
@refusing
@faulting
def create(as_json: bool) -> None:
    """Write database and keys into one new file of BACKUP_DIR, while the program runs.

    PostgreSQL is dumped by pg_dump, which must be installed. The file holds the keys: keep it safe.
    """
    made = create_backup(
        folder=_folder(), keys=_keys(), version=current_app.config["VERSION"], now=local_now()
    )
    rows = sum(made.contents.counts.values())
    size = made.file.stat().st_size
    if as_json:
        said = {"file": made.file, "bytes": size, "schema": made.contents.schema, "rows": rows}
        print_json(said | {"counts": dict(made.contents.counts)})
    else:
        click.echo(f"已备份到 {made.file}：{rows} 行，{size // 1000:,} kB。")
    if made.contents.broken:
        ids = "、".join(map(str, made.contents.broken))
        refuse(f"备份已写好，但审计记录对不上：编号 {ids}。", FAULT)


@group.command()
@click.argument("file", type=FILE, required=False)
@as_json_option
@refusing
@faulting
def verify(file: Path | None, as_json: bool) -> None:
    """Open a backup (the newest of BACKUP_DIR by default) and check sums, schema, rows and the record.

    Exit 3 when it could not be restored; else /readyz says when it was made.
    """
    file, now = file or _newest(), local_now()
    found = verify_backup(file=file)
    if as_json:
        print_json(_shown(file, found))
    if found.faults:
        refuse(f"{file.name} 有问题：{''.join(found.faults)}", FAULT)
    try:
        note_verified(file=file, created_at=found.manifest.created_at, now=now)
    except OSError as error:
        click.echo(f"没有记下这次验证：{error.strerror}。", err=True)
    if not as_json:
        rows = sum(found.contents.counts.values())
        older = "" if found.is_newest else "，恢复后要运行 flask db upgrade"
        click.echo(
            f"{file.name} 可以恢复：{found.manifest.created_at.isoformat()} 备份，"
            f"{rows} 行，审计记录完整，数据库版本 {found.contents.schema}{older}。"
        )


@group.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace the data that is there; it is backed up first.")
@as_json_option
@refusing
@faulting
def restore(file: Path, yes: bool, as_json: bool) -> None:
    """Put a backup in the place of the database, all or nothing; stop web and scheduler first."""
    before = None
    if has_data():
        if not yes:
            refuse("这里已有数据，没有恢复。要用备份替换它，请加 --yes（现有数据会先备份）。")
        version = current_app.config["VERSION"]
        verify_backup(file=file)
        before = create_backup(folder=_folder(), keys=_keys(), version=version, now=local_now())
    instance = Path(current_app.config["INSTANCE_DIR"])
    done = restore_backup(file=file, instance=instance, keys=_keys(), now=local_now())
    if as_json:
        print_json(
            {
                "file": file,
                "created_at": done.manifest.created_at,
                "replaced": before.file if before else None,
                "needs_upgrade": not done.is_newest,
                "other_keys": list(done.other_keys),
            }
        )
        return
    if before:
        click.echo(f"原有数据备份在 {before.file}。")
    click.echo(_restored(done))


def _folder() -> Path:
    return Path(current_app.config["BACKUP_DIR"])


def _keys() -> dict[str, str]:
    config = current_app.config
    return {SECRET_KEY: config["SECRET_KEY"], AUDIT_KEY: config["AUDIT_KEY"]}


def _newest() -> Path:
    """Return the newest backup by what it is called after, not by when its file was copied."""
    found = sorted(_folder().glob(PATTERN), key=lambda file: (file.stem[:23], len(file.stem), file))
    if not found:
        refuse(f"{_folder()} 里没有备份，请先运行 flask backup create。")
    return found[-1]


def _shown(file: Path, found: Verified) -> dict[str, Any]:
    return {
        "file": file,
        "ok": not found.faults,
        "created_at": found.manifest.created_at,
        "version": found.manifest.version,
        "schema": found.contents.schema,
        "newest_schema": found.is_newest,
        "counts": dict(found.contents.counts),
        "broken_audit": list(found.contents.broken),
        "faults": list(found.faults),
    }


def _restored(done: Restored) -> str:
    said = f"已恢复 {done.manifest.created_at.isoformat()} 的备份，所有人须重新登录。"
    if not done.is_newest:
        said += "请运行 flask db upgrade。"
    if done.other_keys:
        names = "、".join(f"TRACKER_{name.upper()}" for name in done.other_keys)
        said += f"环境变量 {names} 与备份中的不同，请改为备份里的值。"
    return said + "请重启网页和定时任务。"

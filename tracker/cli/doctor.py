"""`flask doctor`: what is wrong here, in words."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from tracker.cli.output import REFUSED, as_json_option, print_json
from tracker.clock import local_now, wall_now
from tracker.extensions import db
from tracker.queries.ailments import Ailment, ailments
from tracker.queries.health import readiness


@click.command("doctor")
@as_json_option
@with_appcontext
def group(as_json: bool) -> None:
    """Look over settings, database, scheduler, mails, calendar, posts and backups; exit 1 when anything is wrong."""
    found = [*_settings(), *_files(), *_database()]
    if as_json:
        print_json([asdict(one) for one in found])
    elif not found:
        click.echo("一切正常。")
    for one in () if as_json else found:
        click.echo(f"{one.unit}：{one.words}" if one.unit else one.words)
    if found:
        raise SystemExit(REFUSED)


def _settings() -> Iterator[Ailment]:
    config = current_app.config
    if config["TEST_CLOCK"]:
        now = local_now().isoformat()
        yield Ailment("clock", f"用的是测试时钟（{now}），不是真实时间：去掉 TRACKER_TEST_CLOCK。")
    if not config["SMTP_HOST"]:
        mails = config["MAIL_DIR"]
        yield Ailment("smtp", f"没有设邮件服务器，邮件只写到 {mails}：设 TRACKER_SMTP_HOST。")


def _files() -> Iterator[Ailment]:
    instance = Path(current_app.config["INSTANCE_DIR"])
    try:
        with tempfile.TemporaryFile(dir=instance):
            pass
    except OSError as error:
        yield Ailment("instance", f"文件夹 {instance} 不能写入：{error.strerror}。")
    for name in ("secret_key", "audit_key") if os.name == "posix" else ():
        path = instance / name
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            mode = stat.S_IMODE(path.stat().st_mode)
            yield Ailment(name, f"{path} 别人也能读（权限 {mode:o}）：chmod 600 {path}。")


def _database() -> Iterator[Ailment]:
    """Look at the database, as far as it can be looked at; never make one."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield Ailment("database", f"没有数据库文件 {url.database}：运行 flask db upgrade。")
        return
    backups = Path(current_app.config["BACKUP_DIR"])
    state = readiness()
    if not state.database:
        where = url.render_as_string(hide_password=True)
        yield Ailment("database", f"数据库连不上，或不能写入：{where}。")
    elif not state.schema:
        yield Ailment("schema", "数据库结构不是最新的：先备份，再运行 flask db upgrade。")
    else:
        try:
            yield from ailments(now=local_now(), wall=wall_now(), backups=backups)
        except SQLAlchemyError as error:
            yield Ailment("database", f"查询数据库时出错：{error}。")

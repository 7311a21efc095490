"""`flask doctor`: what is wrong here, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker.cli.output import FAULT, REFUSED, as_json_option, print_json, refusing
from tracker.clock import local_now
from tracker.queries.ailments import Ailment, bureau_ailments, machine_ailments
from tracker.queries.bureaus import top_units
from tracker.queries.health import Readiness, readiness
from tracker.services.audit import broken_links

LIBRARIES = ("echarts.min.js", "htmx.min.js")
RECORD = "审计记录"


@click.command("doctor")
@as_json_option
@refusing
@with_appcontext
def group(as_json: bool) -> None:
    """Say what is wrong here; exit 1 if something does not work now, 3 if the record was tampered with."""
    found = list(_ailments(local_now()))
    if as_json:
        print_json([asdict(ailment) for ailment in found])
    else:
        _say(found)
    if any(ailment.where == RECORD for ailment in found):
        raise SystemExit(FAULT)
    if any(ailment.grave for ailment in found):
        raise SystemExit(REFUSED)


def _say(found: list[Ailment]) -> None:
    if not found:
        click.echo("一切正常。")
    for ailment in sorted(found, key=lambda one: not one.grave):
        click.echo(f"{'要紧' if ailment.grave else '留意'}　{ailment.where}：{ailment.words}")


def _ailments(now: datetime) -> Iterator[Ailment]:
    state = readiness(Path(current_app.config["BACKUP_DIR"]))
    yield from _settings()
    yield from _database(state)
    if not state.ready:
        return
    yield from machine_ailments(now)
    for top in top_units():
        yield from bureau_ailments(top, now)
        if broken := broken_links(top):
            words = f"对不上，可能被改动、删除或插入（{len(broken)} 处）；见 flask audit verify。"
            yield Ailment(RECORD, words, grave=True)


def _database(state: Readiness) -> Iterator[Ailment]:
    if not state.database:
        yield Ailment("数据库", "连不上，或不能写；请查 TRACKER_DATABASE_URL。", grave=True)
    elif not state.schema:
        yield Ailment("数据库", "表结构不是最新的；请运行 flask db upgrade。", grave=True)
    elif not top_units():
        yield Ailment("单位", "还没有单位；请用 flask unit import 导入组织架构。", grave=True)
    if state.ready and state.last_verified_backup is None:
        yield Ailment(
            "备份", "还没有验证过的备份；请运行 flask backup create 和 flask backup verify。"
        )


def _settings() -> Iterator[Ailment]:
    config = current_app.config
    if config.get("TEST_CLOCK"):
        yield Ailment("设置", "用的是测试时钟，日期都不是真的。", grave=True)
    if not config["SMTP_HOST"]:
        yield Ailment("设置", f"没有设 SMTP_HOST，邮件写到 {config['MAIL_DIR']}，不会寄出。")
    if config["BASE_URL"].startswith("http://") and "127.0.0.1" not in config["BASE_URL"]:
        yield Ailment("设置", "BASE_URL 不是 https，密码在网上是明文。")
    for name in ("secret_key", "audit_key"):
        path = Path(config["INSTANCE_DIR"]) / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Ailment("设置", f"{path} 别人也能读，请改为 600。", grave=True)
    vendor = Path(current_app.static_folder or "") / "vendor"
    missing = [name for name in LIBRARIES if not (vendor / name).is_file()]
    if missing:
        yield Ailment(
            "页面", f"缺 {'、'.join(missing)}，图表只显示为表；请运行 python3 dev.py setup。"
        )

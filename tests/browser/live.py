"""The demonstration bureau behind a server of our own, at a fixed clock, with a draft and everybody signed in."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zoneinfo import ZoneInfo

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.conftest import settings
from tracker import create_app
from tracker.clock import local_now, parse_moment
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task, Unit
from tracker.services.import_plan import import_plan, read_upload
from tracker.services.load_demo import DEMO_LOGINS, DEMO_PASSWORD, load_demo

#: July is being filled in: the third working day of August is the 5th.
CLOCK = "2026-08-03T10:24"
#: The demonstration knows of nothing after this day, so that nobody has reported July.
LOADED = "2026-07-24T16:00"
COOKIE = "tracker"

#: Next year's plan as it comes in: more than twenty tasks, a target without a figure, nobody named.
DRAFT = """临溪县财政局2027年工作计划
（一）抓好收入组织。一般公共预算收入完成132000万元，增长5%。非税收入完成XX万元。完善财税会商制度，定期分析重点税源。开展零散税收清查。规范非税收入收缴流程。建立土地出让收入逐宗跟踪台账。
（二）优化支出结构。严格执行部门预算，压减会议培训支出。落实教育经费保障机制。兑现城乡居民养老保险提标政策。加快衔接资金拨付进度。开展惠农补贴发放核查。
（三）深化财政改革。推进零基预算改革，重新梳理支出标准。修订政府采购内部控制制度。建设财政数据共享平台。完善预算绩效指标体系。健全国有资产出租管理办法。
（四）守住风险底线。制定到期债务偿还计划。清理历年暂付款。组织会计信息质量检查。排查政府投资项目超概算问题。建立财会监督整改台账。
（五）加强队伍建设。举办财会人员业务培训班。组织岗位练兵比武。选派干部到基层挂职。
"""


class QuietHandler(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep silent."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running server: its program, whose cookie is which, and the numbers that addresses need."""

    app: Flask
    cookies: Mapping[str, str]
    places: Mapping[str, int]
    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def address(self) -> str:
        """Return the address that browsers open."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        """Stop serving and let go of the database."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        release(self.app)


@dataclass(frozen=True, slots=True)
class Template:
    """A database file to copy, and what a copy's server has to know."""

    path: Path
    cookies: Mapping[str, str]
    places: Mapping[str, int]

    def serve(self, folder: Path, *, reading: bool = False) -> Site:
        """Serve a copy kept in `folder`; a site for reading takes nothing but GET."""
        shutil.copy(self.path, folder / "bureau.sqlite3")
        app = make_app(folder / "bureau.sqlite3")
        served = only_reading(app) if reading else app
        server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        return Site(app, self.cookies, self.places, server, thread)


def make_app(path: Path, clock: str = CLOCK) -> Flask:
    """Return the program as in service (forms need their token), on this SQLite file and at a fixed clock."""
    as_in_service: dict[str, Any] = {
        "TEST_CLOCK": clock,
        "TESTING": False,
        "WTF_CSRF_ENABLED": True,
    }
    return create_app(settings(f"sqlite:///{path}", path.parent / "instance", **as_in_service))


def only_reading(app: Flask) -> WSGIApplication:
    """Return the program for tests that share a database: whatever would write is a server's error."""

    def served(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start("500 Only reading", [("Content-Type", "text/plain")])
            return [b"a test that writes needs a bureau of its own"]
        return app(environ, start)

    return served


def make_template(folder: Path, loaded: str = LOADED) -> Template:
    """Migrate a database, load the demonstration as of `loaded` and a draft, and sign everybody in."""
    path = folder / "template.sqlite3"
    app = make_app(path)
    with app.app_context():
        upgrade()
        load_demo(now=parse_moment(loaded, ZoneInfo(app.config["TIMEZONE"])))
        draft = import_draft()
        db.session.commit()
        places = {"draft": draft.id} | places_of(draft)
    cookies = {person.login: sign_in(app, person.login) for person in DEMO_LOGINS}
    release(app)
    return Template(path, cookies, places)


def release(app: Flask) -> None:
    """Close every connection; the last one to close writes SQLite's log back into the file."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def import_draft() -> Plan:
    """Import next year's plan into the bureau, and leave it a draft."""
    bureau = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
    upload = read_upload(name="2027年工作计划.txt", content=DRAFT.encode(), limit_bytes=1_000_000)
    return import_plan(unit=bureau, upload=upload, year=2027, person_id=None, now=local_now()).plan


def places_of(draft: Plan) -> dict[str, int]:
    """Return the numbers of what pages are opened on: rows of the draft, of the plan in force, and a section."""
    units = {unit.name: unit.id for unit in db.session.scalars(select(Unit))}
    going = Task.lead_unit_id == units["国库股"], Task.state == "in_progress"
    held = Indicator.lead_unit_id == units["预算股"], Indicator.kind == "flow"
    asked = {
        "plan": select(Plan.id).where(Plan.state == "issued"),
        "task": select(Task.id).where(*going),
        "finished": select(Task.id).where(Task.state == "finished"),
        "indicator": select(Indicator.id).where(*held, Indicator.state == "issued"),
        "draft_task": select(Task.id).where(Task.plan_id == draft.id),
        "draft_target": select(Indicator.id).where(Indicator.plan_id == draft.id),
    }
    found = {name: db.session.scalars(chosen.limit(1)).one() for name, chosen in asked.items()}
    return {**found, "unit": units["预算股"]}


def sign_in(app: Flask, login: str) -> str:
    """Sign in through the page and return the cookie's value."""
    client = app.test_client()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text)
    assert found, "the sign-in page has no token"
    typed = {"username": login, "password": DEMO_PASSWORD, "csrf_token": found[1]}
    answer = client.post("/login", data=typed)
    assert answer.status_code == 302, answer.text
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None, "signing in left no cookie"
    return cookie.value

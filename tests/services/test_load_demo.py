from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bureau import at
from tests.conftest import settings
from tracker import create_app
from tracker.domain.amounts import round_half_up
from tracker.domain.errors import TrackerError
from tracker.domain.tasks import OPEN_STATES
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Cycle,
    Holding,
    Indicator,
    Person,
    Post,
    Report,
    SheetDraft,
    Standing,
    Task,
    TaskEvent,
    TaskReport,
    Unit,
)
from tracker.queries.shown import shown_on
from tracker.services.audit import broken_links
from tracker.services.demo import reference
from tracker.services.demo.indicators import INDICATORS, SHARE_OF_TAXES
from tracker.services.demo.organisation import SECTIONS
from tracker.services.load_demo import (
    DEMO_LOGINS,
    DEMO_PASSWORD,
    Loaded,
    demo_is_loaded,
    load_demo,
)
from tracker.services.sessions import check_password_strength, sign_in

#: What somebody fills in: the share of taxes is worked out.
TYPED = [made for made in INDICATORS if made.name != SHARE_OF_TAXES[0]]
NEW_YEAR = "2028-01-01T10:00"  # December is not due yet
NOVEMBER = "2026-11-24T10:00"
LIGHTS = {"blue", "green", "yellow", "red", "grey"}
STATES = {
    "issued",
    "acknowledged",
    "in_progress",
    "finished",
    "closed_out",
    "returned",
    "suspended",
}


@pytest.fixture(scope="module")
def november_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The program with the demonstration of 24 November; its tests only read."""
    folder = tmp_path_factory.mktemp("november")
    shutil.copy(sqlite_template, folder / "test.sqlite3")
    app = create_app(settings(f"sqlite:///{folder / 'test.sqlite3'}", folder / "instance"))
    with app.app_context():
        load_demo(now=at(NOVEMBER))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture
def november(november_app: Flask) -> Iterator[None]:
    """A session on the demonstration of 24 November."""
    with november_app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def tasks() -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.state != "cancelled")))


def shown(moment: str) -> dict[str, Standing]:
    rows = db.session.execute(
        select(Indicator.name, Standing)
        .join(Indicator, shown_on(at(moment).date()))
        .where(Indicator.state == "issued")
    )
    return dict(rows.all())


def reported_months() -> dict[str, int]:
    rows = db.session.execute(
        select(Indicator.name, func.count(func.distinct(Report.month)))
        .join(Report, Report.indicator_id == Indicator.id)
        .group_by(Indicator.name)
    )
    return dict(rows.all())


def check_board(loaded: Loaded) -> None:
    assert set(loaded.lights) == LIGHTS
    assert sum(loaded.lights.values()) == loaded.indicators == len(INDICATORS)


def check_tasks(moment: str) -> None:
    today, rows = at(moment).date(), tasks()
    assert 36 <= len(rows) <= 44
    assert {task.state for task in rows} == STATES
    late = [task for task in rows if task.state in OPEN_STATES and task.due_on < today]
    assert len(late) >= 2
    done = [(task.due_on, task.finished_on) for task in rows if task.finished_on is not None]
    assert max(finished for _, finished in done) < today
    assert max(due - finished for due, finished in done) > timedelta(days=14)


@pytest.mark.parametrize(
    ("moment", "year", "last_month"),
    [
        (NEW_YEAR, 2027, 12),
        ("2028-02-10T10:00", 2028, 1),
        ("2028-02-29T10:00", 2028, 1),
        ("2026-12-31T10:00", 2026, 11),
    ],
)
def test_on_any_day_of_any_year_there_is_every_light_and_every_state(
    app: Flask, moment: str, year: int, last_month: int
) -> None:
    loaded = load_demo(now=at(moment))

    check_board(loaded)
    check_tasks(moment)
    assert f"{year - 1}年工作总结和{year}年工作计划" in loaded.plan.title
    assert db.session.scalar(select(func.max(Report.month))) == last_month


def test_a_month_that_is_not_due_yet_has_drafts(app: Flask) -> None:
    load_demo(now=at("2026-04-01T10:00"))

    missing = {made.name: 3 - max(made.missing, 1 if made.late else 0) for made in TYPED}
    assert reported_months() == missing
    drafts = db.session.scalars(select(SheetDraft)).all()
    late = sum(made.late for made in TYPED)
    assert sum(name.endswith("-amount") for draft in drafts for name in draft.fields) == late


@pytest.mark.usefixtures("november")
def test_a_month_that_is_due_lacks_only_what_nobody_reported() -> None:
    assert reported_months() == {made.name: 10 - made.missing for made in TYPED}


@pytest.mark.usefixtures("november")
def test_the_share_of_taxes_follows_from_its_two_parts() -> None:
    rows = shown(NOVEMBER)
    share, tax, income = (rows[name] for name in SHARE_OF_TAXES)

    assert tax.actual is not None
    assert income.actual is not None
    assert share.actual == round_half_up(Fraction(tax.actual) / Fraction(income.actual) * 100, 2)
    assert (share.parts_known, share.parts) == (2, 2)


@pytest.mark.usefixtures("november")
def test_months_before_the_newest_are_closed_and_frozen() -> None:
    closed = db.session.scalars(
        select(Cycle.month).where(Cycle.closed_at.is_not(None)).order_by(Cycle.month)
    )
    assert list(closed) == list(range(1, 10))
    assert db.session.scalar(select(func.count()).where(Standing.frozen)) == 9 * len(INDICATORS)


@pytest.mark.usefixtures("november")
def test_the_year_tells_of_lost_quarters_repaired_months_and_quarters_at_risk() -> None:
    rows = shown(NOVEMBER)

    rent = rows["行政事业单位资产出租收入"].figures
    assert rent["quarters_lost"] == [3]
    assert rent["months"][7:10] == ["repaired:10", "repaired:10", "met"]
    assert rows["资产处置收益"].figures["months"][8] == "repaired:10"
    assert rows["政府性基金收入"].quarter_guard == "at_risk"
    assert rows["申报专项债券项目"].status == "done_early"
    assert rows["一般公共预算收入"].yoy_pct is not None


@pytest.mark.usefixtures("november")
def test_who_lags_says_why_and_what_comes_next() -> None:
    lagging = {
        (row.indicator_id, row.month)
        for row in shown(NOVEMBER).values()
        if row.light in {"yellow", "red"} and row.parts is None
    }
    reports = db.session.scalars(select(Report).where(Report.note != "", Report.next_step != ""))

    assert len(lagging) >= 8
    assert lagging <= {(report.indicator_id, report.month) for report in reports}


@pytest.mark.usefixtures("november")
def test_a_figure_was_corrected_with_its_reason() -> None:
    first, second = db.session.scalars(
        select(Report)
        .join(Indicator)
        .where(Indicator.name == "一般公共预算支出", Report.month == 9)
        .order_by(Report.revision)
    )

    assert second.amount - first.amount == 386
    assert second.why


@pytest.mark.usefixtures("november")
def test_tasks_in_work_were_reported_for_the_newest_month() -> None:
    reported = set(db.session.scalars(select(TaskReport.task_id).where(TaskReport.month == 10)))

    assert {task.id for task in tasks() if task.state == "in_progress"} <= reported


@pytest.mark.usefixtures("november")
def test_history_is_in_the_order_of_time_and_its_chain_holds() -> None:
    moments = list(db.session.scalars(select(TaskEvent.at).order_by(TaskEvent.id)))
    top = db.session.scalars(select(Unit).where(Unit.code == "LXCZ")).one()

    assert moments == sorted(moments)
    assert moments[-1] <= at(NOVEMBER)
    assert broken_links(top.id) == []


@pytest.mark.usefixtures("november")
def test_everything_that_was_read_has_an_owner_a_reporter_and_a_leader() -> None:
    rows = [*tasks(), *db.session.scalars(select(Indicator).where(Indicator.state == "issued"))]

    for row in rows:
        assert None not in {row.owner_post_id, row.reporter_post_id, row.leader_post_id}


@pytest.mark.usefixtures("november")
def test_thirty_people_hold_the_posts_of_eleven_sections() -> None:
    roles = Counter(db.session.scalars(select(Post.role)))
    proxies = db.session.scalars(select(Holding).where(Holding.proxy)).all()

    assert db.session.scalar(select(func.count(Person.id))) == 30
    assert roles["head"] == roles["reporter"] == len(SECTIONS) == 11
    assert roles["leader"] == 3
    assert [one.from_on <= at(NOVEMBER).date() <= one.until_on for one in proxies] == [True]
    assert all(unit.duties for unit in db.session.scalars(select(Unit)))


@pytest.mark.usefixtures("november")
def test_everybody_who_is_named_can_sign_in() -> None:
    for one in DEMO_LOGINS:
        check_password_strength(DEMO_PASSWORD, one.login)
        assert sign_in(
            login=one.login, password=DEMO_PASSWORD, address="", agent="", now=at(NOVEMBER)
        )
    db.session.rollback()


def test_it_is_not_loaded_twice(app: Flask) -> None:
    load_demo(now=at("2028-02-10T10:00"))
    before = db.session.scalar(select(func.count(AuditEntry.id)))

    with pytest.raises(TrackerError, match="LXCZ"):
        load_demo(now=at(NOVEMBER))

    assert db.session.scalar(select(func.count(AuditEntry.id))) == before
    assert db.session.scalar(select(func.count(Unit.id))) == 1 + len(SECTIONS)


def test_the_reference_data_set_has_twelve_months_for_every_indicator(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "INDICATORS", 120)
    monkeypatch.setattr(reference, "TASKS", 150)

    loaded = load_demo(now=at("2027-01-20T09:30"), size="reference")

    assert (loaded.indicators, loaded.tasks) == (120, 150)
    assert db.session.scalar(select(func.count(Standing.id))) == 12 * 120
    assert db.session.scalar(select(func.count(Unit.id))) == 60
    assert set(loaded.lights) == LIGHTS
    assert demo_is_loaded("reference")
    assert not demo_is_loaded()

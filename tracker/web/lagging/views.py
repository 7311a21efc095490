"""Pages of the board: what lags, its export, and the closing of a month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, select, true

from tracker.clock import local_now
from tracker.domain.errors import (
    NotFoundError,
    NotReadyError,
    PeriodClosedError,
    TrackerError,
)
from tracker.domain.lights import Light
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.outbox.settings import mail_settings
from tracker.queries.board import (
    LAGGING,
    BoardRow,
    View,
    Wanted,
    added_up,
    board_rows,
    in_charge_of,
    light_counts_by_unit,
    units_below,
    worst_first,
)
from tracker.queries.closing import closings
from tracker.queries.duty_names import DutyNames, duty_names
from tracker.queries.heat_map import heat_map
from tracker.queries.indicator_ledger import choices
from tracker.queries.lagging import (
    LaggingTask,
    Unreported,
    lagging_tasks,
    latest_words,
    overdue_reports,
    scope_of,
    unreported_units,
)
from tracker.queries.mail_facts import unit_names
from tracker.queries.plan_choices import PlanChoices, plan_choices
from tracker.queries.unit_groups import unit_groups
from tracker.services.close_period import close_period, reopen_period
from tracker.services.remind_now import Pressed, remind_now
from tracker.web.access import actor, load_indicator, load_plan
from tracker.web.downloads import ledger_download
from tracker.web.lagging.groups import group_board
from tracker.web.lagging.page import (
    COLUMNS,
    board_sentence,
    board_table,
    chips,
    heat_heads,
    heat_rows,
    lag_lines,
    month_choices,
    summary,
    task_lines,
    unit_lines,
)
from tracker.web.listing import (
    address,
    choice_in_address,
    id_in_address,
    page_in_address,
    page_links,
    range_words,
)

bp = Blueprint("lagging", __name__, url_prefix="/lagging")

PAGE_SIZE = 50
LIGHTS = [light.value for light in Light]


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind on the day looked at: a page of indicators or all of them; all tasks and units."""

    rows: list[BoardRow]
    tasks: list[LaggingTask]
    units: list[Unreported]
    names: DutyNames

    def page_of_tasks(self, page: int) -> list[LaggingTask]:
        """Return the tasks of a page."""
        return self.tasks[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]

    @property
    def overdue(self) -> int:
        """Return how many of the tasks are overdue; the others are badly behind."""
        return sum(bool(task.days_overdue) for task in self.tasks)

    def page_of_units(self, page: int) -> list[Unreported]:
        """Return the units of a page."""
        return self.units[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what lags: in one sentence, by unit and month, and one by one."""
    day, page, plans = local_now().date(), page_in_address(), _plans()
    view, wanted, scope = _view(plans), _wanted(), scope_of(actor())
    by_unit = light_counts_by_unit(scope.indicators, view, wanted)
    counts = added_up(by_unit.values())
    total = counts[wanted.light]
    found = _found(view, page)
    groups = unit_groups(actor().top_unit_id, wanted.unit_id)
    heat = heat_map(scope.indicators, replace(view, month=None), wanted, groups)
    heads = heat_heads(heat, view.month)
    month = view.month or next((i for i, head in enumerate(heads, start=1) if head.now), None)
    return render_template(
        "lagging/index.html",
        sentence=summary(counts, found.overdue, len(found.tasks) - found.overdue, month),
        chips=chips(counts, wanted.light if wanted.light != LAGGING else ""),
        chosen=wanted,
        view=view,
        plans=plans,
        choices=choices(actor(), view),
        groups=None if groups is None else group_board(groups, by_unit),
        months=month_choices(day, plans.shown),
        heads=heads,
        heat=heat_rows(heat),
        lines=lag_lines(found.rows, found.names, latest_words(found.rows)),
        **_further(found, day.year),
        total=total,
        words=range_words(page, total, PAGE_SIZE, len(found.rows)),
        pages=page_links("lagging.index", page, total, PAGE_SIZE),
        exports=[(kind, address("lagging.export", kind=kind)) for kind in ("xlsx", "csv")],
        closings=closings(actor(), day) if actor().has(Role.OFFICE) else [],
        may_remind=actor().has(Role.OFFICE, Role.LEADER),
        may_order=actor().has(Role.OFFICE),
        filtered=bool(wanted.unit_id or wanted.leader_post_id) or view != View(day),
    )


def _further(found: Found, year: int) -> dict[str, Any]:
    """Return the pages of tasks and units that the template shows below the indicators."""
    page, unit_page = page_in_address("task_page"), page_in_address("unit_page")
    tasks, units = found.page_of_tasks(page), found.page_of_units(unit_page)
    counts = len(found.tasks), len(found.units)
    return {
        "tasks": task_lines(tasks, found.names, year),
        "task_total": counts[0],
        "task_words": range_words(page, counts[0], PAGE_SIZE, len(tasks)),
        "task_pages": page_links("lagging.index", page, counts[0], PAGE_SIZE, "task_page", "tasks"),
        "units": unit_lines(units),
        "unit_total": counts[1],
        "unit_words": range_words(unit_page, counts[1], PAGE_SIZE, len(units)),
        "unit_pages": page_links(
            "lagging.index", unit_page, counts[1], PAGE_SIZE, "unit_page", "units"
        ),
    }


@bp.get("/export.<kind>")
def export(kind: str) -> Response:
    """Hand out the board as filtered: indicators, tasks and owed reports."""
    found = _found(_view(_plans()), None)
    rows = board_table(found.rows, found.tasks, found.units, found.names, latest_words(found.rows))
    return ledger_download(kind, "滞后台账", COLUMNS, rows, local_now())


@bp.post("/remind")
def remind() -> ResponseReturnValue:
    """Press those who answer for an indicator (催办)."""
    indicator = load_indicator(_number("indicator"))
    now = local_now()
    view = View(now.date(), every_year=True)
    rows = board_rows(Indicator.id == indicator.id, view, Wanted(), ())
    if not rows:
        raise NotFoundError("这项指标已撤销，不用催办。")
    try:
        pressed = remind_now(
            actor=actor(),
            indicator=indicator,
            unit_name=rows[0].unit_name or "未定单位",
            situation=board_sentence(rows[0]),
            settings=mail_settings(current_app.config),
            now=now,
        )
    except NotReadyError as error:
        db.session.rollback()
        flash(f"没有催办：{error.message}", "error")
        return redirect(_board())
    db.session.commit()
    _say(indicator.name, pressed)
    return redirect(_board())


def _say(name: str, pressed: Pressed) -> None:
    """Say whom the mail goes to, or why to nobody."""
    if pressed.queued:
        flash(f"已催办 {name}：邮件发给{'、'.join(pressed.queued)}。", "success")
    elif pressed.before:
        flash(f"今天已催办过 {name}（{'、'.join(pressed.before)}），没有再发。", "info")
    if pressed.full:
        limit = mail_settings(current_app.config).daily_limit
        flash(f"{'、'.join(pressed.full)}今天已有 {limit} 封提醒，{name}没有再发。", "info")


def _board() -> str:
    """Return the board's address as it stood when the button was pressed."""
    query = urlsplit(request.referrer or "").query
    return f"{url_for('lagging.index')}{'?' + query if query else ''}"


@bp.post("/close")
def close() -> ResponseReturnValue:
    """Close a month of a plan (封账)."""
    plan = load_plan(_number("plan"))
    month = _number("month")
    try:
        close_period(actor=actor(), plan=plan, month=month, now=local_now())
    except NotFoundError:
        raise
    except TrackerError as error:
        return _unchanged("没有封账", error)
    db.session.commit()
    flash(f"{plan.year}年{month}月已封账，亮灯和数据已冻结。", "success")
    return redirect(url_for("lagging.index"))


@bp.post("/reopen")
def reopen() -> ResponseReturnValue:
    """Open a closed month again, with a reason (启封)."""
    plan = load_plan(_number("plan"))
    month, why = _number("month"), request.form.get("why", "")
    try:
        reopen_period(actor=actor(), plan=plan, month=month, why=why, now=local_now())
    except NotFoundError:
        raise
    except TrackerError as error:
        return _unchanged("没有启封", error)
    db.session.commit()
    flash(f"{plan.year}年{month}月已启封，可以更正，更正后记得重新封账。", "success")
    return redirect(url_for("lagging.index"))


def _unchanged(what: str, error: TrackerError) -> ResponseReturnValue:
    """Say on the board why a month stays as it is: 409 where it has moved on already, else 422."""
    db.session.rollback()
    flash(f"{what}：{error.message}", "error")
    return make_response(index(), 409 if isinstance(error, PeriodClosedError) else 422)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFoundError("没有这个填报期。")
    return int(text)


def _plans() -> PlanChoices:
    asked = id_in_address("year"), id_in_address("plan")
    return plan_choices(actor(), local_now().date(), *asked)


def _view(plans: PlanChoices) -> View:
    month = id_in_address("month")
    return View(
        local_now().date(),
        month=month if month in range(1, 13) else None,
        year=plans.year,
        plan_id=plans.plan_id,
    )


def _wanted() -> Wanted:
    return Wanted(
        unit_id=id_in_address("unit"),
        leader_post_id=id_in_address("leader"),
        light=choice_in_address("light", LIGHTS) or LAGGING,
    )


def _found(view: View, page: int | None) -> Found:
    day, wanted, scope = view.day, _wanted(), scope_of(actor())
    rows = board_rows(
        scope.indicators,
        view,
        wanted,
        worst_first(),
        limit=None if page is None else PAGE_SIZE,
        offset=0 if page is None else (page - 1) * PAGE_SIZE,
    )
    tasks = lagging_tasks(scope, day, _of(Task, wanted, view))
    owed = overdue_reports(scope, day, _of(Indicator, wanted, view), _of(Task, wanted, view))
    top = actor().top_unit_id
    units = unreported_units(owed, unit_names(top), day)
    return Found(rows, tasks, units, duty_names([top], day)[top])


def _of(table: type[Task] | type[Indicator], wanted: Wanted, view: View) -> ColumnElement[bool]:
    """Return the filters by unit, leader, year and plan for tasks and owed reports.

    Where no year is asked for, what is left over from earlier ones counts too.
    """
    parts: list[ColumnElement[bool]] = [true()]
    if view.year is not None or view.plan_id is not None:
        parts.append(table.plan_id.in_(select(Plan.id).where(view.plans())))
    if wanted.unit_id is not None:
        parts.append(table.lead_unit_id.in_(units_below(wanted.unit_id)))
    if wanted.leader_post_id is not None:
        parts.append(in_charge_of(wanted.leader_post_id, table))
    return and_(*parts)

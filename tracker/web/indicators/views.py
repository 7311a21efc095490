"""Pages of indicators: the ledger with its export, and the page of one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.lights import Light
from tracker.domain.rhythm import RHYTHMS
from tracker.domain.roles import Role
from tracker.domain.standing import standing
from tracker.extensions import db
from tracker.models import Plan
from tracker.permissions import may_attach, may_set_basis, may_set_rhythm
from tracker.queries.board import View, Wanted
from tracker.queries.cases import case_of
from tracker.queries.duty_names import duty_names
from tracker.queries.indicator_ledger import PAGE_SIZE, SORTS, choices, ledger
from tracker.queries.indicator_page import indicator_record
from tracker.queries.orders import orders_of
from tracker.queries.plan_choices import PlanChoices, plan_choices
from tracker.queries.proofs import attachable_months, proofs_of_indicator
from tracker.queries.rollup_page import composition, parents_of
from tracker.web.access import actor, load_indicator
from tracker.web.downloads import ledger_download
from tracker.web.indicators.composition import composition_page
from tracker.web.indicators.ledger_page import ledger_lines, ledger_table
from tracker.web.indicators.page import indicator_page
from tracker.web.listing import (
    address,
    choice_in_address,
    id_in_address,
    kept_pairs,
    page_in_address,
    page_links,
    range_words,
)

bp = Blueprint("indicators", __name__, url_prefix="/indicators")

LIGHTS = (("", "全部亮灯"), *((light.value, f"{light.word} {light.meaning}") for light in Light))


def wanted_in_address() -> Wanted:
    """Return the ledger's filters as the address has them."""
    return Wanted(
        unit_id=id_in_address("unit"),
        leader_post_id=id_in_address("leader"),
        item_id=id_in_address("item"),
        light=choice_in_address("light", [light.value for light in Light]),
        text=request.args.get("q", "").strip()[:100],
    )


@bp.get("")
def index() -> ResponseReturnValue:
    """List the indicators that the person may see."""
    page, plans = page_in_address(), _plans()
    view, wanted, sort, down = _view(plans), wanted_in_address(), _sort(), _down()
    found = ledger(actor(), view, wanted, sort, down=down, page=page)
    return render_template(
        "indicators/index.html",
        lines=ledger_lines(found.rows, found.names),
        total=found.total,
        words=range_words(page, found.total, PAGE_SIZE, len(found.rows)),
        pages=page_links("indicators.index", page, found.total, PAGE_SIZE),
        wanted=wanted,
        plans=plans,
        choices=choices(actor(), view),
        lights=LIGHTS,
        heads=_heads(sort, down=down),
        sort=sort,
        sorts=list(SORTS.items()),
        kept=kept_pairs("sort", "dir"),
        exports=[(kind, address("indicators.export", kind=kind)) for kind in ("xlsx", "csv")],
        filtered=wanted != Wanted() or bool(plans.year or plans.plan_id),
    )


@bp.get("/export.<kind>")
def export(kind: str) -> Response:
    """Hand out the ledger as filtered, all of its pages."""
    now = local_now()
    view = _view(_plans())
    found = ledger(actor(), view, wanted_in_address(), _sort(), down=_down(), page=None)
    columns, rows = ledger_table(found.rows, found.names)
    return ledger_download(kind, "指标台账", columns, rows, now)


@bp.get("/<int:indicator_id>")
def show(indicator_id: int) -> ResponseReturnValue:
    """Show where one indicator stands, and what is needed."""
    indicator = load_indicator(indicator_id)
    day = local_now().date()
    record = indicator_record(indicator, day)
    plan = db.session.get_one(Plan, indicator.plan_id)
    beginning = standing(case_of(indicator, (), plan.yellow_points), 0)
    names = duty_names([indicator.top_unit_id], day)[indicator.top_unit_id]
    made = composition(actor(), indicator, record.shown, plan.year)
    page = indicator_page(
        indicator, record, beginning, names, ZoneInfo(current_app.config["TIMEZONE"])
    )
    return render_template(
        "indicators/show.html",
        indicator=indicator,
        source=record.source,
        page=page,
        owner=names.owner(indicator),
        proofs=proofs_of_indicator(indicator.id),
        may_set_basis=may_set_basis(actor(), indicator),
        may_set_rhythm=may_set_rhythm(actor(), indicator),
        rhythms=RHYTHMS,
        may_attach=indicator.state == "issued" and may_attach(actor(), indicator),
        orders=orders_of(indicator, actor(), day),
        proof_months=attachable_months(indicator, day),
        may_edit=actor().has(Role.OFFICE) and indicator.state == "issued",
        made=None if made is None else composition_page(indicator, made),
        up=parents_of(actor(), indicator),
    )


def _plans() -> PlanChoices:
    asked = id_in_address("year"), id_in_address("plan")
    return plan_choices(actor(), local_now().date(), *asked)


def _view(plans: PlanChoices) -> View:
    return View(local_now().date(), year=plans.year, plan_id=plans.plan_id)


def _sort() -> str:
    return choice_in_address("sort", list(SORTS), "plan")


def _down() -> bool:
    return request.args.get("dir") == "down"


def _heads(sort: str, *, down: bool) -> dict[str, tuple[str, str]]:
    """Return, for each order, the address of its head and how it stands now."""
    return {
        name: (
            address(
                "indicators.index", sort=name, dir="down" if sort == name and not down else None
            ),
            ("down" if down else "up") if sort == name else "",
        )
        for name in SORTS
    }

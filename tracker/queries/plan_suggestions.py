"""What can be proposed (建议) for a draft's rows: a lead, a figure to count from, a definition of the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.domain.case import Kind
from tracker.domain.suggestions import (
    BaselineHint,
    DutyIndex,
    EarlierIndex,
    EarlierTask,
    LastResult,
    Wanting,
    baseline_hint,
    unit_hint,
    wants_baseline,
)
from tracker.domain.wording import quantity
from tracker.extensions import db
from tracker.models import DeclinedHint, Indicator, Plan, PlanResult, Task, Unit
from tracker.queries.definition_offers import FITTING, DefinitionOffer, offers_for
from tracker.queries.units_and_posts import Staff

LEAD, BASELINE, LIBRARY = "lead", "baseline", "library"
LAST_YEAR = "上年完成数"
_EARLIER = 3_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal for one row, and why: a lead unit (`unit_id`), a baseline (`figure` in `unit`) or a definition.

    `hint` is what is proposed, as forms and the list of declined ones name it; another proposal has another one.
    """

    row_key: str
    version: int
    name: str
    field: str
    words: str
    reason: str
    hint: str
    unit_id: int | None = None
    figure: Decimal | None = None
    unit: str = ""
    definition_id: int | None = None

    @property
    def key(self) -> str:
        """The row and what is proposed for it."""
        return f"{self.row_key}/{self.hint}"


def suggestions_of(plan: Plan, staff: Staff) -> tuple[Suggestion, ...]:
    """Return what can be proposed and was not declined, in the document's order. Eight queries, whatever its size."""
    tasks, indicators = _tasks(plan), _indicators(plan)
    found = [
        *_leads([*tasks, *_free(indicators)], plan, staff),
        *_baselines(indicators, plan),
        *_definitions(indicators, plan),
    ]
    declined = {
        (row.row_key, row.hint)
        for row in db.session.execute(
            select(DeclinedHint.row_key, DeclinedHint.hint).where(DeclinedHint.plan_id == plan.id)
        )
    }
    return tuple(one for one in found if (one.row_key, one.hint) not in declined)


def _tasks(plan: Plan) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Task.id,
                Task.version,
                Task.text.label("name"),
                Task.lead_unit_id,
                Task.lead_words.label("said"),
            )
            .where(Task.plan_id == plan.id, Task.state == "draft")
            .order_by(Task.position, Task.id)
        )
    )


def _indicators(plan: Plan) -> Sequence[Any]:
    return db.session.execute(
        select(
            Indicator.id,
            Indicator.version,
            Indicator.name,
            Indicator.task_id,
            Indicator.lead_unit_id,
            Indicator.base,
            *FITTING,
        )
        .where(Indicator.plan_id == plan.id, Indicator.state == "draft")
        .order_by(Indicator.position, Indicator.id)
    ).all()


def _free(indicators: Iterable[Any]) -> list[Any]:
    """Return the indicators that go with no task."""
    return [row for row in indicators if row.task_id is None]


def _leads(rows: Iterable[Any], plan: Plan, staff: Staff) -> Iterable[Suggestion]:
    wanting = [row for row in rows if row.lead_unit_id is None and not getattr(row, "said", "")]
    if not wanting:
        return
    duties, earlier = _duties(plan, staff), _earlier(plan, staff)
    for row in wanting:
        hint = unit_hint(row.name, earlier, duties)
        if hint is not None:
            yield Suggestion(
                row_key=f"{'task' if hasattr(row, 'said') else 'indicator'}-{row.id}",
                version=row.version,
                name=row.name,
                field=LEAD,
                words=staff.units[hint.unit_id].name,
                reason=hint.reason,
                hint=f"{LEAD}:{hint.unit_id}",
                unit_id=hint.unit_id,
            )


def _duties(plan: Plan, staff: Staff) -> DutyIndex:
    """Return the duties of the units below the top: the bureau itself does everything."""
    rows = db.session.execute(
        select(Unit.id, Unit.duties).where(
            Unit.top_unit_id == plan.top_unit_id, Unit.id != plan.top_unit_id, Unit.active
        )
    )
    return DutyIndex({unit_id: words for unit_id, words in rows if unit_id in staff.units})


def _earlier(plan: Plan, staff: Staff) -> EarlierIndex:
    rows = db.session.execute(
        select(Task.text, Task.lead_unit_id, Plan.year)
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Plan.top_unit_id == plan.top_unit_id,
            Plan.year < plan.year,
            Plan.state == "issued",
            Task.state != "cancelled",
            Task.lead_unit_id.is_not(None),
        )
        .order_by(Plan.year.desc(), Task.id)
        .limit(_EARLIER)
    )
    known = (EarlierTask(text, unit, year) for text, unit, year in rows if unit in staff.units)
    return EarlierIndex(known)


def _baselines(indicators: Iterable[Any], plan: Plan) -> Iterable[Suggestion]:
    wanting = [
        row for row in indicators if row.baseline is None and wants_baseline(_wanting(row, plan))
    ]
    if not wanting:
        return
    results = [
        LastResult(*row)
        for row in db.session.execute(
            select(
                PlanResult.name,
                PlanResult.measure,
                PlanResult.value,
                PlanResult.unit,
                PlanResult.bound,
                PlanResult.quote,
            )
            .where(PlanResult.plan_id == plan.id)
            .order_by(PlanResult.id)
        )
    ]
    for row in wanting:
        hint = baseline_hint(_wanting(row, plan), results)
        if hint is not None:
            yield _baseline(row, hint)


def _wanting(row: Any, plan: Plan) -> Wanting:
    return Wanting(row.name, row.measure, row.kind, row.base, row.unit, plan.year)


def _baseline(row: Any, hint: BaselineHint) -> Suggestion:
    word = "年初数" if row.kind == Kind.STOCK else row.base or LAST_YEAR
    return Suggestion(
        row_key=f"indicator-{row.id}",
        version=row.version,
        name=row.name,
        field=BASELINE,
        words=f"{quantity(hint.figure, hint.unit)}（{word}）",
        reason=hint.reason,
        hint=f"{BASELINE}:{hint.figure.normalize():f}:{hint.unit}",
        figure=hint.figure,
        unit=hint.unit,
    )


def _definitions(indicators: Sequence[Any], plan: Plan) -> Iterable[Suggestion]:
    offers = offers_for(plan.top_unit_id, indicators)
    for row in indicators:
        offer = offers.get(row.id)
        if offer is not None and offer.changes:
            yield _definition(row, offer)


def _definition(row: Any, offer: DefinitionOffer) -> Suggestion:
    """Propose a definition. Its hint holds all that it says, so that a corrected one is proposed anew."""
    match = offer.match
    says = (match.definition_id, match.unit, match.kind, match.polarity, match.places)
    return Suggestion(
        row_key=f"indicator-{row.id}",
        version=row.version,
        name=row.name,
        field=LIBRARY,
        words=f"按指标库“{match.name}”：{offer.says}",
        reason=f"{offer.reason}；现为{offer.now}",
        hint=":".join([LIBRARY, *map(str, says)]),
        definition_id=match.definition_id,
    )

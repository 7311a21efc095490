"""Use case: correct one row of a draft, or add one by hand (修改、补录)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select

from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import FigureError, NotFoundError, NotReadyError, TrackerError
from tracker.domain.phasing import weights_from_last_year
from tracker.domain.plan_text import Measure
from tracker.domain.target_shape import (
    PERCENT,
    decimals_needed,
    is_change,
    kind_of_level,
    level_from,
    quarter_amounts,
)
from tracker.domain.target_values import (
    TypedTarget,
    fault_of,
    level_fault,
    rate_unit,
    settled_rate,
)
from tracker.extensions import db
from tracker.models import Indicator, Plan, PlanItem, Task
from tracker.queries.units_and_posts import Staff
from tracker.services.assign_draft import set_supports
from tracker.services.draft_cuts import CUTS, cut_at_marks
from tracker.services.draft_rows import Row, last_position, make_room, require_draft
from tracker.services.refresh_standings import check_figures
from tracker.services.undo_draft import begin_step, note_added

R = TypeVar("R", Task, Indicator)


@dataclass(frozen=True, slots=True)
class Duty:
    """Whose a row is. Here None means nobody."""

    lead_unit_id: int | None
    owner_post_id: int | None
    reporter_post_id: int | None
    leader_post_id: int | None


@dataclass(frozen=True, slots=True)
class TaskValues:
    """All that the page of a task holds. A ｜ in the text cuts it."""

    text: str
    item_id: int | None
    duty: Duty
    due_on: date | None
    support_ids: tuple[int, ...]
    checked: bool


@dataclass(frozen=True, slots=True)
class IndicatorValues:
    """All that the page of an indicator holds; `rate` and figures in the indicator's own unit."""

    name: str
    item_id: int | None
    duty: Duty
    measure: Measure
    kind: Kind
    polarity: Polarity
    unit: str
    places: int
    target: Decimal | None
    undecided: bool
    rate: Decimal | None
    baseline: Decimal | None
    base: str
    phasing: str
    quarters: tuple[Decimal | None, ...] | None
    last_year: tuple[Decimal | None, ...] | None
    checked: bool
    high: Decimal | None = None  # a range's upper bound


def edit_task(
    *,
    plan: Plan,
    task: Task,
    values: TaskValues,
    staff: Staff,
    person_id: int | None,
    now: datetime,
) -> list[Task]:
    """Save a task's page; return the task and what was cut off it. Raises TrackerError with one sentence."""
    require_draft(plan)
    _check_task(plan, values, staff)
    inside = list(
        db.session.scalars(
            select(Indicator).where(Indicator.task_id == task.id, Indicator.state == "draft")
        )
    )
    rows: list[Row] = [task, *inside]
    step = begin_step(plan=plan, label="修改任务", person_id=person_id, now=now, rows=rows)
    old = Duty(task.lead_unit_id, task.owner_post_id, task.reporter_post_id, task.leader_post_id)
    _put_duty(task, values.duty, staff)
    for indicator in inside:  # targets that went with the task go on with it
        if _duty_of(indicator) in (old, Duty(None, None, None, None)):
            _copy_duty(task, indicator)
    _put_task(task, values)
    pieces = cut_at_marks(plan, task, values.text)
    note_added(step, pieces)
    set_supports([task], values.support_ids)
    db.session.flush()
    return [task, *pieces]


def edit_indicator(
    *,
    plan: Plan,
    indicator: Indicator,
    values: IndicatorValues,
    staff: Staff,
    person_id: int | None,
    now: datetime,
) -> None:
    """Save an indicator's page. Raises TrackerError or FigureError with one sentence."""
    require_draft(plan)
    values = _back_to_rate(indicator, values)
    _check_indicator(plan, values, staff)
    begin_step(plan=plan, label="修改目标", person_id=person_id, now=now, rows=[indicator])
    _put_duty(indicator, values.duty, staff)
    _put_indicator(indicator, values)
    problem = check_figures(indicator)
    if problem:
        raise FigureError(problem)
    db.session.flush()


def add_task(
    *, plan: Plan, values: TaskValues, staff: Staff, person_id: int | None, now: datetime
) -> list[Task]:
    """Add a task that the document does not have, after the last one of its item."""
    require_draft(plan)
    _check_task(plan, values, staff)
    task = Task(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        position=_place(plan, Task, values.item_id),
        text=values.text,
        start_on=date(plan.year, 1, 1),
    )
    _put_duty(task, values.duty, staff)
    _put_task(task, values)
    step = begin_step(plan=plan, label="补录任务", person_id=person_id, now=now, rows=[])
    db.session.add(task)
    db.session.flush()
    pieces = cut_at_marks(plan, task, values.text)
    note_added(step, [task, *pieces])
    set_supports([task], values.support_ids)
    db.session.flush()
    return [task, *pieces]


def add_indicator(
    *, plan: Plan, values: IndicatorValues, staff: Staff, person_id: int | None, now: datetime
) -> Indicator:
    """Add a target that the document does not have, after the last one of its item."""
    require_draft(plan)
    _check_indicator(plan, values, staff)
    indicator = Indicator(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        position=_place(plan, Indicator, values.item_id),
    )
    _put_duty(indicator, values.duty, staff)
    _put_indicator(indicator, values)
    problem = check_figures(indicator)
    if problem:
        raise FigureError(problem)
    step = begin_step(plan=plan, label="补录目标", person_id=person_id, now=now, rows=[])
    db.session.add(indicator)
    db.session.flush()
    note_added(step, [indicator])
    return indicator


def check_rows(
    *, plan: Plan, rows: list[Row], checked: bool, person_id: int | None, now: datetime
) -> int:
    """Note that somebody has looked at these rows, or take that back; return how many."""
    require_draft(plan)
    if not rows:
        raise NotReadyError(("先选中要标的条目",))
    label = f"{'标为已核对' if checked else '改为未核对'} {len(rows)} 项"
    begin_step(plan=plan, label=label, person_id=person_id, now=now, rows=rows)
    for row in rows:
        row.checked = checked
    db.session.flush()
    return len(rows)


def _check_task(plan: Plan, values: TaskValues, staff: Staff) -> None:
    if not values.text.strip(f"{CUTS} \n\r\t　"):
        raise TrackerError("任务内容不能为空。不要这一项时，请用“不导入”。")
    if values.due_on is not None and values.due_on.year != plan.year:
        raise TrackerError(f"时限 {values.due_on.isoformat()} 不在{plan.year}年内，请改。")
    _check_names(plan, values.item_id, values.duty, staff)
    if any(unit not in staff.units for unit in values.support_ids):
        raise NotFoundError("没有这个配合单位，请重新选。")


def _check_indicator(plan: Plan, values: IndicatorValues, staff: Staff) -> None:
    if not values.name.strip():
        raise TrackerError("指标名称不能为空。不要这一项时，请用“不导入”。")
    if values.kind != Kind.RATE and not values.unit.strip():
        raise TrackerError("请填计量单位，如 万元、个、%。")
    if is_change(values.measure) and values.baseline is not None:
        if values.rate is None:
            raise FigureError("填了基期数，还要填增幅或降幅，才能折算目标值。")
        if rate_unit(values.unit.strip()) is not None:
            raise FigureError("填了基期数，请把计量单位改为基期数的单位，如 万元。")
    fault = fault_of(_typed(values))
    if fault:
        raise FigureError(fault)
    _check_names(plan, values.item_id, values.duty, staff)


def _back_to_rate(indicator: Indicator, values: IndicatorValues) -> IndicatorValues:
    """Of a level whose baseline is taken away, unit and figure that the page still showed go with it."""
    gone = indicator.baseline is not None and values.baseline is None
    untouched = (values.unit.strip(), values.target) == (indicator.unit, indicator.target)
    if is_change(values.measure) and indicator.kind != Kind.RATE and gone and untouched:
        return replace(values, unit=PERCENT, target=None)
    return values


def _typed(values: IndicatorValues) -> TypedTarget:
    return TypedTarget(
        values.measure,
        values.unit.strip(),
        values.target,
        values.rate,
        values.baseline,
        values.quarters or (),
    )


def _check_names(plan: Plan, item_id: int | None, duty: Duty, staff: Staff) -> None:
    if item_id is not None:
        item = db.session.get(PlanItem, item_id)
        if item is None or item.plan_id != plan.id:
            raise NotFoundError("没有这个计划条目，请重新选。")
    if duty.lead_unit_id is not None and duty.lead_unit_id not in staff.units:
        raise NotFoundError("没有这个单位，请重新选。")
    posts = (duty.owner_post_id, duty.reporter_post_id, duty.leader_post_id)
    if any(post is not None and post not in staff.posts for post in posts):
        raise NotFoundError("没有这个岗位，请重新选。")


def _duty_of(row: Row) -> Duty:
    return Duty(row.lead_unit_id, row.owner_post_id, row.reporter_post_id, row.leader_post_id)


def _copy_duty(source: Row, row: Row) -> None:
    row.lead_unit_id = source.lead_unit_id
    row.owner_post_id = source.owner_post_id
    row.reporter_post_id = source.reporter_post_id
    row.leader_post_id = source.leader_post_id


def _put_duty(row: Row, duty: Duty, staff: Staff) -> None:
    """Put a duty on a row. A new lead unit brings its own people where nobody was chosen apart from the old one's."""
    before = staff.duties_of(row.lead_unit_id) if row.lead_unit_id else None
    changed = duty.lead_unit_id is not None and duty.lead_unit_id != row.lead_unit_id
    ours = staff.duties_of(duty.lead_unit_id) if duty.lead_unit_id else None
    row.lead_unit_id = duty.lead_unit_id
    for part in ("owner", "reporter", "leader"):
        chosen = getattr(duty, f"{part}_post_id")
        by_old = before is not None and chosen == getattr(before, part)
        if ours is not None and (chosen is None or (changed and by_old)):
            chosen = getattr(ours, part)
        setattr(row, f"{part}_post_id", chosen)


def _put_task(task: Task, values: TaskValues) -> None:
    if values.due_on != task.due_on:
        task.due_on, task.due_inferred = values.due_on, False
    task.item_id = values.item_id
    task.checked = values.checked
    task.text = values.text


def _put_indicator(indicator: Indicator, values: IndicatorValues) -> None:
    indicator.name = values.name.strip()[:200]
    indicator.item_id = values.item_id
    indicator.checked = values.checked
    indicator.measure = values.measure.value
    indicator.kind, indicator.polarity = values.kind.value, values.polarity.value
    indicator.unit = values.unit.strip()[:20] or PERCENT
    indicator.places = values.places
    old_target, old_rate = indicator.target, indicator.rate
    indicator.target, indicator.rate = values.target, values.rate
    indicator.baseline, indicator.base = values.baseline, values.base.strip()[:60]
    if is_change(values.measure) and values.baseline is None:
        _put_rate(indicator, values, old_target, old_rate)
    elif is_change(values.measure):
        _put_level(indicator, values, old_target)
    _put_high(indicator, values)
    indicator.undecided = values.undecided and indicator.target is None
    _put_phasing(indicator, values)


def _put_high(indicator: Indicator, values: IndicatorValues) -> None:
    """Put the upper bound: a range has both bounds or none yet, nothing else has one."""
    indicator.target_high = values.high if indicator.polarity == Polarity.RANGE else None
    if indicator.polarity != Polarity.RANGE:
        return
    low, high = indicator.target, indicator.target_high
    if (low is None) != (high is None) or (low is not None and high is not None and high < low):
        raise FigureError("区间目标要有下限（目标值）和上限，上限不能低于下限；不知道就都留空。")


def _put_rate(
    indicator: Indicator,
    values: IndicatorValues,
    old_target: Decimal | None,
    old_rate: Decimal | None,
) -> None:
    """Without a baseline a growth or reduction is judged by its rate."""
    rate, fault = settled_rate(_typed(values), old_target, old_rate)
    if fault:
        raise FigureError(fault)
    indicator.kind = Kind.RATE.value
    indicator.target = indicator.rate = rate
    indicator.unit = rate_unit(values.unit.strip()) or PERCENT
    if rate is not None:
        indicator.places = max(values.places, decimals_needed(rate))


def _put_level(indicator: Indicator, values: IndicatorValues, old_target: Decimal | None) -> None:
    """With a baseline a growth or reduction becomes a level."""
    rate, baseline = values.rate, values.baseline
    assert rate is not None  # noqa: S101  checked before
    assert baseline is not None  # noqa: S101  else it is judged by its rate
    if values.kind == Kind.RATE:  # turned into a level just now
        indicator.kind = kind_of_level(indicator.name).value
        indicator.places = decimals_needed(baseline)
    indicator.places = max(indicator.places, decimals_needed(baseline))
    indicator.target = level_from(values.measure, baseline, rate, indicator.places)
    fault = level_fault(_typed(values), indicator.target, old_target)
    if fault:
        raise FigureError(fault)
    if values.measure == Measure.REDUCTION:
        indicator.polarity = Polarity.LOWER.value


def split_as_said(indicator: Indicator) -> None:
    """Spread a level that has just become known over the quarters as the document says it."""
    amounts = quarter_amounts(
        indicator.quarter_shares, indicator.target, indicator.places, indicator.kind
    )
    if indicator.phasing == "even" and amounts is not None:
        indicator.phasing, indicator.quarters = "quarters", amounts


def _put_phasing(indicator: Indicator, values: IndicatorValues) -> None:
    indicator.last_year = values.last_year
    indicator.phasing = values.phasing
    indicator.weights = indicator.quarters = None
    if values.phasing == "last_year":
        indicator.weights = weights_from_last_year(values.last_year or ())
    elif values.phasing == "quarters":
        if values.quarters is None or any(part is None for part in values.quarters):
            raise FigureError("按季度目标分月，四个季度都要填。")
        indicator.quarters = values.quarters
    if values.kind == Kind.RATE:  # a level now, where its baseline was given
        split_as_said(indicator)


def _place(plan: Plan, table: type[R], item_id: int | None) -> int:
    """Return the position after the last row of an item, and make room there."""
    last = db.session.scalar(
        select(table)
        .where(table.plan_id == plan.id, table.item_id == item_id)
        .order_by(table.position.desc())
        .limit(1)
    )
    if last is None:
        return last_position(plan, table) + 1
    make_room(last, 1)
    return last.position + 1

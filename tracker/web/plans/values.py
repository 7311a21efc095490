"""Between the forms of a row and the values that services take: reading what was typed, showing what is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField

from tracker.domain.amounts import parse_figure
from tracker.domain.case import Kind, Polarity
from tracker.domain.errors import FigureError, TrackerError
from tracker.domain.phasing import MONTHS
from tracker.domain.plan_text import Measure
from tracker.domain.target_shape import MAX_PLACES, is_change
from tracker.domain.target_values import baseline_behind
from tracker.domain.wording import quantity
from tracker.extensions import db
from tracker.models import Indicator, Task, TaskUnit
from tracker.services.edit_draft import IndicatorValues, TaskValues
from tracker.web.fields import chosen_id
from tracker.web.plans.forms import RowForm, TargetForm, TaskForm

_PARTED = re.compile(r"[\s;；、|]+")
_COMMAS = re.compile(r"[,，]")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between what was typed and what is there now."""

    label: str
    yours: str
    theirs: str


def task_values(form: TaskForm) -> TaskValues:
    """Return what the form of a task says."""
    return TaskValues(
        text=(form.text.data or "").strip(),
        item_id=chosen_id(form.item.data) or None,
        duty=form.duty,
        due_on=form.due_on.day,
        support_ids=tuple(chosen_id(value) for value in form.support.data or ()),
        checked=bool(form.checked.data),
    )


def target_values(form: TargetForm) -> IndicatorValues:
    """Return what the form of a target says. Raises FigureError naming the field that cannot be read."""
    places = min(chosen_id(form.places.data), MAX_PLACES)
    finest = MAX_PLACES if form.rate.data or form.baseline.data else places
    quarters = [_figure(field, places) for field in form.quarter_fields]
    return IndicatorValues(
        name=form.name.data or "",
        item_id=chosen_id(form.item.data) or None,
        duty=form.duty,
        measure=Measure(form.measure.data),
        kind=Kind(form.kind.data),
        polarity=Polarity(form.polarity.data),
        unit=form.unit.data or "",
        places=places,
        target=_figure(form.target, places),
        undecided=bool(form.undecided.data),
        rate=_figure(form.rate, MAX_PLACES),
        baseline=_figure(form.baseline, finest),
        base=form.base.data or "",
        phasing=form.phasing.data or "even",
        quarters=tuple(quarters) if any(part is not None for part in quarters) else None,
        last_year=_twelve(form.last_year.data or "", places),
        checked=bool(form.checked.data),
        high=_figure(form.high, places),
    )


def show_task(form: TaskForm, task: Task | None, year: int) -> None:
    """Put a task into its form; a new one is due at the year's end."""
    if task is None:
        form.due_on.data = date(year, 12, 31).isoformat()
        return
    _show_row(form, task)
    form.text.data = task.text
    form.due_on.data = task.due_on.isoformat() if task.due_on else ""
    supports = select(TaskUnit.unit_id).where(
        TaskUnit.task_id == task.id, TaskUnit.part == "supporting"
    )
    form.support.data = [str(unit_id) for unit_id in db.session.scalars(supports)]


def show_target(form: TargetForm, indicator: Indicator | None) -> None:
    """Put a target into its form."""
    if indicator is None:
        form.unit.data, form.places.data = "万元", "0"
        return
    _show_row(form, indicator)
    form.name.data, form.unit.data = indicator.name, indicator.unit
    form.measure.data, form.kind.data = indicator.measure, indicator.kind
    form.polarity.data, form.places.data = indicator.polarity, str(indicator.places)
    form.target.data = _written(indicator.target, indicator.places)
    form.high.data = _written(indicator.target_high, indicator.places)
    form.undecided.data = indicator.undecided
    form.rate.data = _written(indicator.rate)
    form.baseline.data, form.base.data = _written(indicator.baseline), indicator.base
    form.phasing.data = indicator.phasing
    form.last_year.data = " ".join(_written(part) for part in indicator.last_year or ())
    for field, part in zip(form.quarter_fields, indicator.quarters or (), strict=False):
        field.data = _written(part)


def with_derived_baseline(values: IndicatorValues) -> IndicatorValues:
    """Return the values with the baseline that follows from a level and its growth. Raises TrackerError."""
    if values.target is None or values.rate is None:
        raise TrackerError("要反推基期数，目标值和增幅都要填。")
    baseline = baseline_behind(values.target, values.rate, values.places)
    return replace(values, baseline=baseline)


def derived_words(row: Task | Indicator | None) -> str:
    """Say the baseline that is offered for a level with its growth; empty where there is none to offer."""
    if not isinstance(row, Indicator) or is_change(row.measure) or row.kind == Kind.RATE:
        return ""
    if row.target is None or row.rate is None or row.baseline is not None:
        return ""
    baseline = baseline_behind(row.target, row.rate, row.places)
    return "" if baseline is None else quantity(baseline, row.unit)


def changes_between(mine: RowForm, theirs: RowForm) -> list[Change]:
    """Return the fields in which two fillings of a form differ."""
    found = []
    for field in mine:
        if isinstance(field, HiddenField):
            continue
        yours, now = _said(field), _said(theirs[field.short_name])
        if yours != now:
            found.append(Change(str(field.label.text), yours or "（空）", now or "（空）"))
    return found


def _show_row(form: RowForm, row: Task | Indicator) -> None:
    form.item.data = _key(row.item_id)
    form.lead_unit.data = _key(row.lead_unit_id)
    form.owner.data = _key(row.owner_post_id)
    form.reporter.data = _key(row.reporter_post_id)
    form.leader.data = _key(row.leader_post_id)
    form.checked.data = row.checked


def _key(value: int | None) -> str:
    return str(value) if value is not None else ""


def _written(figure: Decimal | None, places: int | None = None) -> str:
    if figure is None:
        return ""
    if places is None:
        return format(figure.normalize() if figure else Decimal(0), "f")
    return format(figure, f".{places}f")


def _figure(field: Any, places: int) -> Decimal | None:
    try:
        return parse_figure(field.data or "", places)
    except FigureError as error:
        field.errors = [error.message]
        raise FigureError(f"{field.label.text}：{error.message}") from None


def _twelve(typed: str, places: int) -> tuple[Decimal | None, ...] | None:
    """Read twelve figures as they are pasted from a sheet: parted by blanks, tabs, lines, or commas alone."""
    parts = [part for part in _PARTED.split(typed.strip()) if part]
    if len(parts) == 1:
        parts = [part for part in _COMMAS.split(parts[0]) if part]
    if not parts:
        return None
    if len(parts) != MONTHS:
        raise TrackerError(f"上年各月要填 12 个数，现有 {len(parts)} 个；没有的月份写 —。")
    return tuple(_month(part, number, places) for number, part in enumerate(parts, start=1))


def _month(part: str, number: int, places: int) -> Decimal | None:
    if part in {"—", "-", "－", "/"}:
        return None
    try:
        return parse_figure(part, places)
    except FigureError as error:
        raise FigureError(f"上年{number}月：{error.message}") from None


def _said(field: Any) -> str:
    """Return what a field holds, in words."""
    if isinstance(field, BooleanField):
        return "是" if field.data else "否"
    if isinstance(field, (SelectField, SelectMultipleField)):
        offered: Any = field.choices  # value → word, as the forms fill them
        words = {value: word.strip("　") for value, word in offered.items()}
        held: Sequence[Any] = field.data if isinstance(field.data, list) else [field.data]
        return "、".join(words.get(str(value or ""), "") for value in held)
    return str(field.data or "").strip()

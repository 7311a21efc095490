"""A draft's indicator takes over what a definition of the library says, exactly, and the step can be taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.makers import Maker
from tests.plan_office import NOW, Office, draft_of_text, indicators_of, make_office
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.errors import FigureError, NotFoundError, TransitionError
from tracker.extensions import db
from tracker.models import Indicator, IndicatorDefinition, Plan
from tracker.services.adopt_definition import adopt_definition
from tracker.services.draft_rows import StaleRowsError
from tracker.services.edit_definition import add_definition, retire_definition
from tracker.services.undo_draft import last_step, undo_draft

BY: dict[str, Any] = {"person_id": None, "now": NOW}
TEXT = """2024年财政工作计划
（一）加强财政收支管理。税收收入12.345亿元。各项贷款余额增长14%。招商引资项目20个。能耗下降3%。
"""
QUANTITY = DefinitionValues("", "名称", (), "万元", Kind.FLOW, Polarity.HIGHER, 0)
RATE = replace(QUANTITY, unit="%", kind=Kind.RATE, places=2)


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    return draft_of_text(office, TEXT)


@pytest.fixture
def rows(plan: Plan) -> list[Indicator]:
    """Tax (amount), loans (growth), projects (count), energy (reduction)."""
    found = indicators_of(plan)
    assert [row.measure for row in found] == ["amount", "growth", "count", "reduction"]
    return found


def defined(office: Office, values: DefinitionValues, **changes: Any) -> IndicatorDefinition:
    return add_definition(unit=office.top, values=replace(values, **changes), **BY)


def adopt(
    plan: Plan, indicator: Indicator, definition: IndicatorDefinition, **more: Any
) -> IndicatorDefinition:
    db.session.flush()
    given = {"version": indicator.version, "definition_id": definition.id}
    return adopt_definition(plan=plan, indicator=indicator, **BY, **(given | more))


def shape(row: Indicator) -> tuple[str, str, str, int, Decimal | None]:
    return row.kind, row.polarity, row.unit, row.places, row.target


def test_figures_go_over_exactly_and_the_name_stays(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    tax = rows[0]
    tax.last_year = (Decimal(1), None, *[Decimal(2)] * 10)

    adopt(plan, tax, defined(office, QUANTITY, name="税收总收入"))

    assert shape(tax) == ("flow", "higher", "万元", 0, Decimal(123450))
    assert tax.last_year[:3] == (Decimal(10000), None, Decimal(20000))
    assert tax.name == "税收收入"


def test_the_name_is_taken_where_it_is_asked_for(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    adopt(plan, rows[0], defined(office, QUANTITY, name="税收总收入"), take_name=True)

    assert rows[0].name == "税收总收入"


def test_a_figure_keeps_the_decimals_that_it_needs(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    adopt(plan, rows[0], defined(office, QUANTITY, unit="亿元", places=1, kind=Kind.STOCK))

    assert shape(rows[0]) == ("stock", "higher", "亿元", 3, Decimal("12.345"))


def test_more_decimals_than_can_be_kept_are_refused(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    rows[0].unit, rows[0].target = "万元", Decimal(3)
    definition = defined(office, QUANTITY, unit="亿元")
    assert adopt(plan, rows[0], definition)
    assert rows[0].target == Decimal("0.0003")
    rows[0].unit = "元"

    with pytest.raises(FigureError, match="小数超过 4 位"):
        adopt(plan, rows[0], definition)


def test_a_growth_without_a_baseline_stays_one_and_takes_the_direction(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    definition = defined(office, QUANTITY, kind=Kind.STOCK, polarity=Polarity.LOWER)

    adopt(plan, rows[1], definition)

    assert shape(rows[1]) == ("rate", "lower", "%", 0, Decimal(14))


def test_a_growth_takes_the_decimals_of_a_rate(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    adopt(plan, rows[1], defined(office, RATE))

    assert shape(rows[1]) == ("rate", "higher", "%", 2, Decimal(14))


def test_a_growth_is_no_rate_of_another_unit(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    with pytest.raises(FigureError, match="按 % 考核"):
        adopt(plan, rows[1], defined(office, RATE, unit="吨标准煤/万元"))


def test_a_growth_with_a_baseline_is_counted_from_it_in_the_new_unit(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    loans = rows[1]
    loans.kind, loans.unit, loans.places = "stock", "亿元", 2
    loans.baseline, loans.target = Decimal("100.05"), Decimal("114.06")
    definition = defined(office, QUANTITY, kind=Kind.STOCK)

    adopt(plan, loans, definition)

    assert (loans.baseline, loans.unit) == (Decimal(1000500), "万元")
    assert loans.target == Decimal(1140570)  # 1,000,500 × 1.14


def test_what_is_cut_keeps_its_direction(office: Office, plan: Plan, rows: list[Indicator]) -> None:
    adopt(plan, rows[3], defined(office, QUANTITY, unit="吨", polarity=Polarity.LOWER))

    assert (rows[3].polarity, rows[3].kind) == ("higher", "rate")


def test_a_quantity_is_no_rate_and_no_other_quantity(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    with pytest.raises(FigureError, match="是比率"):
        adopt(plan, rows[2], defined(office, RATE))
    with pytest.raises(FigureError, match="不能换算"):
        adopt(plan, rows[2], defined(office, QUANTITY, name="别的"))


def test_without_figures_any_definition_fits(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    rows[2].target = None

    adopt(plan, rows[2], defined(office, RATE))

    assert shape(rows[2]) == ("rate", "higher", "%", 2, None)


def test_what_no_longer_fits_together_is_refused(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    rows[0].quarters = tuple(map(Decimal, (3, 3, 3, 3)))
    rows[0].phasing = "quarters"

    with pytest.raises(FigureError):
        adopt(plan, rows[0], defined(office, QUANTITY))


def test_the_step_can_be_taken_back(office: Office, plan: Plan, rows: list[Indicator]) -> None:
    before = shape(rows[0])
    adopt(plan, rows[0], defined(office, QUANTITY, name="税收收入", kind=Kind.STOCK))

    step = last_step(plan)
    assert step is not None
    assert step.label == "采用指标库“税收收入”"
    undo_draft(plan=plan, step_id=step.id)

    assert shape(rows[0]) == before


def test_who_saw_an_older_row_does_not_overwrite_it(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    with pytest.raises(StaleRowsError) as caught:
        adopt(plan, rows[0], defined(office, QUANTITY), version=rows[0].version - 1)

    assert caught.value.keys == (f"indicator-{rows[0].id}",)


def test_only_a_definition_in_use_of_the_same_bureau_is_taken(
    make: Maker, office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    theirs = add_definition(unit=make.top("山阳县"), values=QUANTITY, **BY)
    retired = defined(office, QUANTITY)
    retire_definition(definition=retired, version=1, **BY)

    for definition in (theirs, retired):
        with pytest.raises(NotFoundError):
            adopt(plan, rows[0], definition)


def test_an_issued_plan_is_not_changed_this_way(
    office: Office, plan: Plan, rows: list[Indicator]
) -> None:
    plan.state = "issued"
    db.session.flush()

    with pytest.raises(TransitionError):
        adopt(plan, rows[0], defined(office, QUANTITY))

"""A bureau adds definitions of its own, corrects them, retires them and takes them back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.bureau import at
from tests.makers import Maker
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.errors import StaleError
from tracker.extensions import db
from tracker.models import AuditEntry, IndicatorDefinition, Unit
from tracker.services.edit_definition import (
    DefinitionFaultError,
    add_definition,
    correct_definition,
    restore_definition,
    retire_definition,
)

BY = {"person_id": None, "now": at("2024-04-01T10:00")}
TAX = DefinitionValues("A1", "税收收入", ("各项税收",), "万元", Kind.FLOW, Polarity.HIGHER, 0)


@pytest.fixture
def top(make: Maker) -> Unit:
    return make.top()


@pytest.fixture
def tax(top: Unit) -> IndicatorDefinition:
    return add_definition(unit=top, values=TAX, **BY)  # type: ignore[arg-type]


def add(unit: Unit, /, **changes: object) -> IndicatorDefinition:
    return add_definition(unit=unit, values=replace(TAX, **changes), **BY)  # type: ignore[arg-type]


def correct(definition: IndicatorDefinition, version: int, **changes: object) -> bool:
    return correct_definition(
        definition=definition,
        values=replace(TAX, **changes),  # type: ignore[arg-type]
        version=version,
        **BY,  # type: ignore[arg-type]
    )


def faults_of_adding(unit: Unit, /, **changes: object) -> tuple[tuple[str, str], ...]:
    with pytest.raises(DefinitionFaultError) as caught:
        add(unit, **changes)
    return caught.value.faults


def test_an_own_definition_belongs_to_its_unit_and_its_bureau(make: Maker, top: Unit) -> None:
    section = make.unit(top)

    added = add(section)

    assert (added.top_unit_id, added.unit_id, added.own) == (top.id, section.id, True)
    assert (added.state, added.search) == ("active", "税收收入\n各项税收\na1\n")


@pytest.mark.usefixtures("tax")
def test_a_code_is_given_once(top: Unit) -> None:
    assert faults_of_adding(top, name="契税") == (("code", "A1 已是“税收收入”的编码"),)


@pytest.mark.usefixtures("tax")
def test_one_name_and_unit_is_defined_once(top: Unit) -> None:
    doubled = faults_of_adding(top, code="", name="“税收收入”")

    assert doubled == (("name", "“税收收入”库里已有（编码 A1），计量单位也一样"),)
    assert add(top, code="", unit="%").unit == "%"
    assert add(top, code="", name="税收收入增幅").name == "税收收入增幅"


def test_another_bureau_s_definitions_do_not_count(make: Maker, tax: IndicatorDefinition) -> None:
    assert add(make.top("山阳县财政局")).code == tax.code


def test_every_fault_is_said_at_once(top: Unit) -> None:
    assert faults_of_adding(top, name="", unit="") == (("name", "没有填"), ("unit", "没有填"))


def test_a_correction_is_kept_with_what_was_before(tax: IndicatorDefinition) -> None:
    changed = correct(tax, 1, unit="亿元", places=2, aliases=())

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert changed
    assert (tax.unit, tax.places, list(tax.aliases), tax.version) == ("亿元", 2, [], 2)
    assert tax.search == "税收收入\na1\n"
    assert entry is not None
    assert entry.detail["changes"] == {
        "别名": ["各项税收", ""],
        "计量单位": ["万元", "亿元"],
        "小数位": ["0", "2"],
    }


def test_saving_what_is_there_changes_nothing(tax: IndicatorDefinition) -> None:
    assert not correct(tax, 1)
    assert tax.version == 1


def test_who_saw_an_older_one_does_not_overwrite_it(tax: IndicatorDefinition) -> None:
    correct(tax, 1, unit="亿元")

    with pytest.raises(StaleError):
        correct(tax, 1, unit="元")
    with pytest.raises(StaleError):
        retire_definition(definition=tax, version=1, **BY)  # type: ignore[arg-type]

    assert (tax.unit, tax.state) == ("亿元", "active")


def test_a_retired_one_comes_back_unless_its_name_was_given_away(
    top: Unit, tax: IndicatorDefinition
) -> None:
    retire_definition(definition=tax, version=1, **BY)  # type: ignore[arg-type]
    assert tax.state == "retired"
    restore_definition(definition=tax, version=2, **BY)  # type: ignore[arg-type]
    assert tax.state == "active"

    retire_definition(definition=tax, version=3, **BY)  # type: ignore[arg-type]
    add(top, code="A2")
    with pytest.raises(DefinitionFaultError, match="库里已有"):
        restore_definition(definition=tax, version=4, **BY)  # type: ignore[arg-type]

"""A library from a table: all or nothing, the same again changes nothing, own definitions are left alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.bureau import at
from tests.makers import Maker
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.extensions import db
from tracker.models import AuditEntry, IndicatorDefinition, Unit
from tracker.services import import_library as module
from tracker.services.edit_definition import add_definition, retire_definition
from tracker.services.import_library import LibraryChanges, import_library, preview_library

NOW = at("2024-04-01T10:00")
HEAD = "编码,指标名称,别名,计量单位,小数位,类别\n"
TABLE = (
    HEAD + "A1,税收收入,各项税收,万元,0,财政\nA2,非税收入,,万元,0,财政\n,贷款余额,,亿元,2,金融\n"
)


@pytest.fixture
def top(make: Maker) -> Unit:
    return make.top()


def take(top: Unit, table: str = TABLE, **more: object) -> LibraryChanges:
    given = {"name": "指标库.csv", "data": table.encode(), "limit": 1_000_000}
    return import_library(top_unit_id=top.id, person_id=None, now=NOW, **(given | more))  # type: ignore[arg-type]


def counts(done: LibraryChanges) -> tuple[int, int, int]:
    return len(done.added), len(done.changed), done.unchanged


def library(top: Unit) -> dict[str, IndicatorDefinition]:
    query = select(IndicatorDefinition).where(IndicatorDefinition.top_unit_id == top.id)
    return {one.name: one for one in db.session.scalars(query.order_by(IndicatorDefinition.id))}


def own(top: Unit, name: str, code: str = "") -> IndicatorDefinition:
    values = DefinitionValues(code, name, (), "万元", Kind.FLOW, Polarity.HIGHER, 0)
    return add_definition(unit=top, values=values, person_id=None, now=NOW)


def faults(top: Unit, table: str) -> list[str]:
    before = len(library(top))
    with pytest.raises(NotReadyError) as caught:
        take(top, table)
    assert len(library(top)) == before
    return list(caught.value.problems)


def test_each_row_becomes_a_definition_of_the_county_s(top: Unit) -> None:
    done = take(top)

    tax, loans = library(top)["税收收入"], library(top)["贷款余额"]
    assert counts(done) == (3, 0, 0)
    assert (tax.code, list(tax.aliases), tax.unit, tax.kind, tax.category) == (
        "A1",
        ["各项税收"],
        "万元",
        "flow",
        "财政",
    )
    assert (loans.code, loans.kind, loans.places, loans.own) == (None, "stock", 2, False)
    assert tax.search == "税收收入\n各项税收\na1\n财政"


def test_the_same_table_again_changes_nothing(top: Unit) -> None:
    take(top)
    versions = {name: one.version for name, one in library(top).items()}

    again = take(top)

    assert counts(again) == (0, 0, 3)
    assert {name: one.version for name, one in library(top).items()} == versions
    assert len(db.session.scalars(select(AuditEntry)).all()) == 1


def test_a_changed_row_changes_its_definition_and_empty_cells_leave_what_is_there(
    top: Unit,
) -> None:
    take(top)

    done = take(top, HEAD + "A1,税收总收入,,亿元,2,\nA2,非税收入,,万元,,财政\n")

    tax = library(top)["税收总收入"]
    assert counts(done) == (0, 1, 1)
    assert (tax.unit, tax.places, list(tax.aliases), tax.category) == (
        "亿元",
        2,
        ["各项税收"],
        "财政",
    )
    assert tax.search.startswith("税收总收入\n")
    assert done.changed[0].differences == {
        "指标名称": ("税收收入", "税收总收入"),
        "计量单位": ("万元", "亿元"),
        "小数位": ("0", "2"),
    }


def test_a_row_without_a_code_means_the_only_definition_of_its_name(top: Unit) -> None:
    take(top)

    done = take(top, "指标名称,计量单位\n税收收入,元\n")

    assert counts(done) == (0, 1, 0)
    assert (library(top)["税收收入"].code, library(top)["税收收入"].unit) == ("A1", "元")


def test_a_definition_without_a_code_takes_the_one_that_a_table_gives_it(top: Unit) -> None:
    take(top)

    done = take(top, "编码,指标名称,计量单位\nA3,贷款余额,亿元\nA4,税收收入,笔\n")

    assert counts(done) == (1, 1, 0)
    assert library(top)["贷款余额"].code == "A3"


def test_rows_that_cannot_be_told_apart_are_refused(top: Unit) -> None:
    take(top, "编码,指标名称,计量单位\nA1,契税,万元\nA2,契税,笔\nA3,车购税,万元\n")

    assert faults(top, "指标名称,计量单位\n契税,元\n") == [
        "第2行“指标名称”“契税”在指标库里有 2 个，请写上编码"
    ]
    assert faults(top, "编码,指标名称,计量单位\nA3,购置税,万元\n,车购税,万元\n") == [
        "第3行与第2行是指标库里的同一个指标“车购税”"
    ]


def test_own_definitions_are_left_alone(top: Unit) -> None:
    mine = own(top, "税收收入")
    coded = own(top, "契税", "A9")

    done = take(top)

    assert counts(done) == (3, 0, 0)
    assert (mine.code, mine.own) == (None, True)
    assert faults(top, "编码,指标名称,计量单位\nA9,车购税,万元\n") == [
        "第2行“编码”A9 已是本单位自加的“契税”的编码，请先改它的编码"
    ]
    assert coded.name == "契税"


def test_a_retired_definition_is_changed_but_stays_retired(top: Unit) -> None:
    take(top)
    tax = library(top)["税收收入"]
    retire_definition(definition=tax, version=tax.version, person_id=None, now=NOW)

    done = take(top, HEAD + "A1,税收收入,,亿元,,\n")

    assert (counts(done), done.retired) == ((0, 1, 0), 1)
    assert (tax.state, tax.unit) == ("retired", "亿元")


def test_one_fault_keeps_the_whole_table_out(top: Unit) -> None:
    assert faults(top, TABLE + "A4,契税,,,0,\n") == ["第5行“计量单位”没有填"]


def test_a_look_first_changes_nothing(top: Unit) -> None:
    take(top)
    table = HEAD + "A1,税收收入,,亿元,,\nA7,契税,,万元,,\n"

    seen = preview_library(
        top_unit_id=top.id, name="指标库.csv", data=table.encode(), limit=1_000_000
    )

    assert counts(seen) == (1, 1, 0)
    assert seen.changed[0].place == "第2行"
    assert library(top)["税收收入"].unit == "万元"
    assert "契税" not in library(top)


def test_another_bureau_s_library_is_not_touched(make: Maker, top: Unit) -> None:
    other = make.top("山阳县财政局")
    take(other, HEAD + "A1,税收收入,,元,,\n")

    take(top)

    assert library(other)["税收收入"].unit == "元"


def test_it_says_how_far_it_is(top: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    told: list[tuple[int, int]] = []
    take(top)
    table = TABLE.replace("万元", "元") + "A5,契税,,万元,,\nA6,车购税,,万元,,\nA7,房产税,,万元,,\n"

    take(top, table, progress=lambda done, total: told.append((done, total)))

    assert told == [(0, 6), (3, 6), (4, 6), (6, 6)]  # one of six is as it was
    assert {one.unit for one in library(top).values()} == {"元", "万元", "亿元"}


def test_it_is_on_the_record(top: Unit) -> None:
    take(top)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object_type) == ("import", "library")
    assert entry.detail == {"file": "指标库.csv", "added": 3, "changed": 0}


def test_what_is_no_table_is_refused(top: Unit) -> None:
    with pytest.raises(DocumentError):
        take(top, "", name="指标库.docx")

"""The library is searched by any of its names within one's bureau, and a plan's indicators find what they mean."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bureau import at
from tests.makers import Maker
from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import DefinitionValues
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import IndicatorDefinition, Unit
from tracker.permissions import Actor
from tracker.queries.library import PAGE_SIZE, Asked, library_page, matches_for
from tracker.services.edit_definition import add_definition, retire_definition
from tracker.services.import_library import import_library

NOW = at("2024-04-01T10:00")
TABLE = """编码,指标名称,别名,计量单位,类别
A1,税收收入,各项税收,万元,财政收入
A2,非税收入,,万元,财政收入
A3,小微企业贷款税收优惠额,,万元,金融
,贷款余额,各项贷款,亿元,金融
A5,100%覆盖村,,个,农业_农村
"""


@pytest.fixture
def top(make: Maker) -> Unit:
    top = make.top()
    take(top, TABLE)
    return top


def take(top: Unit, table: str) -> None:
    import_library(
        top_unit_id=top.id,
        name="指标库.csv",
        data=table.encode(),
        limit=9_000_000,
        person_id=None,
        now=NOW,
    )
    db.session.commit()


def own(top: Unit, name: str, unit: str = "万元") -> int:
    values = DefinitionValues("", name, (), unit, Kind.FLOW, Polarity.HIGHER, 0)
    return add_definition(unit=top, values=values, person_id=None, now=NOW).id


def definition(definition_id: int) -> IndicatorDefinition:
    return db.session.get_one(IndicatorDefinition, definition_id)


def office(top: Unit, role: Role = Role.OFFICE) -> Actor:
    return Actor(0, top.id, "", frozenset({role}))


def found(top: Unit, asked: Asked) -> list[str]:
    return [row.values.name for row in library_page(office(top), asked, 1).rows]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("税收", ["税收收入", "非税收入", "小微企业贷款税收优惠额"]),
        ("贷款", ["贷款余额", "小微企业贷款税收优惠额"]),
        ("各项", ["税收收入", "贷款余额"]),
        ("a2", ["非税收入"]),
        ("金融 税收", ["小微企业贷款税收优惠额"]),
        ("“税收”收入 、", ["税收收入"]),
        ("%", ["税收收入", "非税收入", "小微企业贷款税收优惠额", "100%覆盖村", "贷款余额"]),
        ("_", ["税收收入", "非税收入", "小微企业贷款税收优惠额", "100%覆盖村", "贷款余额"]),
        ("没有", []),
    ],
)
def test_words_are_found_in_name_alias_code_and_category(
    top: Unit, words: str, names: list[str]
) -> None:
    assert found(top, Asked(words)) == names


def test_category_owner_and_state_narrow_it(top: Unit) -> None:
    mine = own(top, "财会培训人次", "人次")
    tax = library_page(office(top), Asked("税收收入"), 1).rows[0].id
    retire_definition(definition=definition(tax), version=1, person_id=None, now=NOW)

    assert found(top, Asked(category="金融")) == ["小微企业贷款税收优惠额", "贷款余额"]
    assert found(top, Asked(owner="own")) == ["财会培训人次"]
    assert "财会培训人次" not in found(top, Asked(owner="county"))
    assert found(top, Asked(state="retired")) == ["税收收入"]
    listed = library_page(office(top), Asked(owner="own"), 1).rows[0]
    assert (listed.id, listed.own_unit, listed.retired) == (mine, top.name, False)


def test_a_page_says_how_many_there_are_and_which_categories(top: Unit) -> None:
    rows = "".join(f"B{n:03},指标{n},,个,教育\n" for n in range(PAGE_SIZE))
    take(top, "编码,指标名称,别名,计量单位,类别\n" + rows)

    first, second = (library_page(office(top), Asked(), page) for page in (1, 2))
    everything = library_page(office(top), Asked(), None)

    assert (len(first.rows), len(second.rows), first.total) == (PAGE_SIZE, 5, PAGE_SIZE + 5)
    assert len(everything.rows) == PAGE_SIZE + 5
    assert first.categories == ("农业_农村", "教育", "财政收入", "金融")


def test_another_bureau_s_library_is_not_there(make: Maker, top: Unit) -> None:
    other = make.top("山阳县财政局")

    assert found(other, Asked()) == []
    assert matches_for(other.id, [(1, "税收收入")]) == {}


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_who_neither_works_with_plans_nor_keeps_it_sees_nothing(top: Unit, role: Role) -> None:
    assert library_page(office(top, role), Asked(), 1).rows == ()


def test_the_number_of_queries_does_not_grow(
    top: Unit, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    actor, top_id = office(top), top.id

    assert count_queries(lambda: library_page(actor, Asked("税"), 1)) == 3
    names = [(number, f"全县税收收入{number}") for number in range(50)]
    assert count_queries(lambda: matches_for(top_id, [*names, (99, "贷款余额")])) == 2


def test_indicators_find_what_their_names_mean(top: Unit) -> None:
    matches = matches_for(top.id, [(7, "全县税收收入"), (8, "各项贷款"), (9, "别的")])

    assert set(matches) == {7, 8}
    tax = matches[7]
    assert (tax.name, tax.code, tax.unit, tax.kind, tax.polarity, tax.places) == (
        "税收收入",
        "A1",
        "万元",
        Kind.FLOW,
        Polarity.HIGHER,
        0,
    )
    assert (tax.reason, tax.rivals, tax.own, tax.category) == ("名称相同", 0, False, "财政收入")
    assert matches[8].reason == "别名“各项贷款”相同"


def test_of_several_as_sure_the_own_comes_first_and_the_others_are_counted(top: Unit) -> None:
    mine = own(top, "贷款余额")

    match = matches_for(top.id, [(1, "贷款余额")])[1]

    assert (match.definition_id, match.own, match.rivals) == (mine, True, 1)


def test_a_retired_definition_is_not_meant(top: Unit) -> None:
    tax = library_page(office(top), Asked("税收收入"), 1).rows[0].id
    retire_definition(definition=definition(tax), version=1, person_id=None, now=NOW)

    assert matches_for(top.id, [(1, "税收收入")]) == {}


def test_no_indicators_ask_nothing(
    top: Unit, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    top_id = top.id

    assert count_queries(lambda: matches_for(top_id, [])) == 0

"""What a definition of the library holds: how people write it, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import (
    DefinitionValues,
    faults_of,
    read_aliases,
    read_kind,
    read_places,
    read_polarity,
    search_text,
    shown,
    usual_kind,
    usual_places,
    usual_polarity,
)

TAX = DefinitionValues("CZ-1", "税收收入", ("各项税收",), "万元", Kind.FLOW, Polarity.HIGHER, 0)


def test_a_complete_definition_has_no_fault() -> None:
    assert faults_of(TAX) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": ""}, ("name", "没有填")),
        ({"unit": ""}, ("unit", "没有填")),
        ({"name": "——"}, ("name", "“——”里没有文字")),
        ({"name": "税" * 201}, ("name", "不能超过 200 字")),
        ({"code": "A" * 41}, ("code", "不能超过 40 字")),
        ({"places": 5}, ("places", "应在 0 到 4 之间")),
        ({"aliases": tuple(f"别名{n}" for n in range(31))}, ("aliases", "不能超过 30 个")),
        ({"aliases": ("税" * 201,)}, ("aliases", "每个不能超过 200 字")),
    ],
)
def test_a_fault_is_said_with_its_field(changes: dict[str, object], fault: tuple[str, str]) -> None:
    assert faults_of(replace(TAX, **changes)) == [fault]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("累计数", Kind.FLOW),
        ("流量", Kind.FLOW),
        ("时点数", Kind.STOCK),
        ("余额", Kind.STOCK),
        ("存量型", Kind.STOCK),
        ("比率类", Kind.RATE),
        ("Rate", Kind.RATE),
        ("增 速", Kind.RATE),
        ("经济", None),
    ],
)
def test_kinds_are_written_in_many_ways(words: str, kind: Kind | None) -> None:
    assert read_kind(words) == kind


@pytest.mark.parametrize(
    ("words", "polarity"),
    [
        ("越高越好", Polarity.HIGHER),
        ("正向指标", Polarity.HIGHER),
        ("正", Polarity.HIGHER),
        ("逆向", Polarity.LOWER),
        ("负指标", Polarity.LOWER),
        ("不超过", Polarity.LOWER),
        ("区间", None),
        ("指标", None),
    ],
)
def test_directions_are_written_in_many_ways(words: str, polarity: Polarity | None) -> None:
    assert read_polarity(words) == polarity


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("2", 2),
        ("2位", 2),
        ("保留两位小数", 2),
        ("小数1位", 1),
        ("0.00", 2),
        ("0", 0),
        ("整数", 0),
        ("9", 9),
        ("很多", None),
        ("2.5", None),
    ],
)
def test_decimals_are_written_in_many_ways(words: str, places: int | None) -> None:
    assert read_places(words) == places


def test_aliases_stand_in_a_list_each_once_without_the_name_itself() -> None:
    assert read_aliases("各项税收、税收；税收\n税收收入，——", "税收收入") == ("各项税收", "税收")


@pytest.mark.parametrize(
    ("name", "unit", "usual"),
    [
        ("税收收入", "万元", (Kind.FLOW, Polarity.HIGHER, 0)),
        ("一般公共预算收入", "亿元", (Kind.FLOW, Polarity.HIGHER, 2)),
        ("贷款余额", "万元", (Kind.STOCK, Polarity.HIGHER, 0)),
        ("政府债务余额", "万元", (Kind.STOCK, Polarity.LOWER, 0)),
        ("化解隐性债务", "万元", (Kind.FLOW, Polarity.HIGHER, 0)),
        ("城镇登记失业率", "%", (Kind.RATE, Polarity.LOWER, 2)),
        ("税收占比", "%", (Kind.RATE, Polarity.HIGHER, 2)),
        ("税收收入", "", (Kind.FLOW, Polarity.HIGHER, 0)),
    ],
)
def test_what_is_not_said_follows_from_name_and_unit(
    name: str, unit: str, usual: tuple[Kind, Polarity, int]
) -> None:
    assert (usual_kind(name, unit), usual_polarity(name), usual_places(unit)) == usual


def test_a_search_goes_through_name_aliases_code_and_category() -> None:
    assert search_text(replace(TAX, category="财政 收入")) == "税收收入\n各项税收\ncz1\n财政收入"


def test_fields_are_shown_in_words() -> None:
    assert [shown(TAX, field) for field in ("aliases", "kind", "polarity", "places", "name")] == [
        "各项税收",
        "累计数",
        "越高越好",
        "0",
        "税收收入",
    ]

"""Which definition an indicator's name means: the same name, an alias, one that says the same; else none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.indicator_names import Match, Named, NameIndex, match, normalise, plain

LIBRARY = tuple(
    Named(number, name, aliases)
    for number, (name, aliases) in enumerate(
        {
            "一般公共预算收入": ("地方财政收入",),
            "一般公共预算支出": (),
            "税收收入": ("各项税收",),
            "非税收入": (),
            "地区生产总值": (),
            "规模以上工业增加值": (),
            "社会消费品零售总额": (),
            "固定资产投资（不含农户）": (),
            "城镇新增就业人数": (),
            "城镇居民人均可支配收入": (),
            "农村居民人均可支配收入": (),
            "政府债务余额": (),
            "政府专项债务余额": ("专项债余额",),
            "贷款余额": (),
            "粮食总产量": (),
            "税收收入占一般公共预算收入比重": ("税收占比",),
            "贷款余额占存款余额比例": (),
            "单位地区生产总值能耗": (),
            "进出口总额": (),
            "招商引资到位资金": (),
            "城乡居民基本养老保险参保人数": (),
            "一般性支出压减率": (),
            "城市空气质量优良天数": (),
        }.items()
    )
)
INDEX = NameIndex(LIBRARY)


def best(name: str) -> tuple[str, str] | None:
    """Return the name of the surest definition and why, None where there is none."""
    found = INDEX.match(name)
    return (found[0].definition.name, found[0].reason) if found else None


@pytest.mark.parametrize(
    ("said", "core"),
    [
        ("全县一般公共预算收入", "一般公共预算收入"),
        ("县本级税收收入完成数", "税收收入"),
        ("力争实现社会消费品零售总额增速", "社会消费品零售"),
        ("２０２４年税收收入（万元）", "税收收入"),
        ("税收收入(单位：亿元)", "税收收入"),
        ("税收收入（全县）同比增长", "税收收入"),
        ("其中：契税", "契税"),
        ("年末政府债务余额", "政府债务余"),
        ("税额", "税额"),
        ("完成率", "完成率"),
        ("全县", "全县"),
        ("（万元）", "万元"),
        ("、", ""),
    ],
)
def test_scope_aim_unit_and_change_are_no_part_of_the_core(said: str, core: str) -> None:
    assert normalise(said) == core


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("一般公共预算收入", "一般公共预算收入"),
        ("全县一般公共预算收入", "一般公共预算收入"),
        ("一般公共预算收入（万元）", "一般公共预算收入"),
        ("力争完成税收收入总额", "税收收入"),
        ("地区生产总值（GDP）", "地区生产总值"),
        ("城镇新增就业", "城镇新增就业人数"),
        ("各项贷款余额", "贷款余额"),
        ("招商引资到位资金额", "招商引资到位资金"),
        ("招商引资到位资金金额", "招商引资到位资金"),
        ("固定资产投资（不含农户）", "固定资产投资（不含农户）"),
        ("“税收收入”", "税收收入"),
    ],
)
def test_the_same_name_is_found_whatever_stands_around_it(said: str, meant: str) -> None:
    assert best(said) == (meant, "名称相同")


def test_an_alias_says_which_one_it_was() -> None:
    assert best("地方财政收入") == ("一般公共预算收入", "别名“地方财政收入”相同")
    assert match("三公", [Named(1, "三公经费", ("“三公”",))])[0].reason == "别名“‘三公’”相同"
    assert best("全县专项债余额") == ("政府专项债务余额", "别名“专项债余额”相同")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("一般预算收入", "一般公共预算收入"),
        ("公共财政预算收入", "一般公共预算收入"),
        ("GDP", "地区生产总值"),
        ("GDP增速", "地区生产总值"),
        ("规上工业增加值", "规模以上工业增加值"),
        ("社零总额", "社会消费品零售总额"),
        ("固定资产投资", "固定资产投资（不含农户）"),
        ("非税收入增幅", "非税收入"),
        ("新增城镇就业", "城镇新增就业人数"),
        ("粮食产量", "粮食总产量"),
        ("农村居民可支配收入", "农村居民人均可支配收入"),
        ("税收占一般公共预算收入的比重", "税收收入占一般公共预算收入比重"),
        ("单位GDP能耗", "单位地区生产总值能耗"),
        ("外贸进出口总额", "进出口总额"),
        ("城乡居民养老保险参保人数", "城乡居民基本养老保险参保人数"),
        ("城乡居民基本养老保险费参保人数", "城乡居民基本养老保险参保人数"),
        ("一般性支出", "一般性支出压减率"),
    ],
)
def test_a_name_that_says_the_same_in_other_words_is_alike(said: str, meant: str) -> None:
    assert best(said) == (meant, "名称相近")


@pytest.mark.parametrize(
    "said",
    [
        "收入",
        "税",
        "、",
        "政府性基金收入",
        "政府隐性债务余额",
        "普惠小微贷款余额",
        "新增贷款",
        "居民人均可支配收入",
        "城乡居民基本医疗保险参保人数",
        "进口总额",
        "中央税收收入",
        "存款余额占贷款余额比例",
        "一般性支出增长",
        "城市空气质量不优良天数",
        "城市空气质量优良1天数",
        "工业增加值",
        "贷款余额户数",
    ],
)
def test_another_quantity_is_not_taken_for_it(said: str) -> None:
    assert best(said) is None


def test_the_growth_of_a_quantity_is_offered_after_the_growth_itself() -> None:
    index = NameIndex([Named(1, "税收收入"), Named(2, "税收收入增幅"), Named(3, "税收收入降幅")])

    assert names(index.match("税收收入增长率")) == ["税收收入增幅", "税收收入"]
    assert names(index.match("全县税收收入")) == ["税收收入", "税收收入增幅", "税收收入降幅"]


def test_the_letter_comes_before_the_core_and_a_name_before_an_alias() -> None:
    library = [
        Named(1, "各项税收"),
        Named(2, "税收入库", ("全县税收",)),
        Named(3, "税收入", ("各项税收",)),
    ]

    assert names(match("各项税收", library)) == ["各项税收", "税收入", "税收入库"]


def test_the_surest_of_a_definition_s_names_gives_the_reason() -> None:
    found = match("税收收入", [Named(1, "税收收入总额", ("税收收入",))])

    assert [(one.definition.id, one.reason) for one in found] == [(1, "名称相同")]


def test_of_two_of_one_name_a_bureau_s_own_comes_first() -> None:
    found = match("契税", [Named(1, "契税"), Named(2, "契税", own=True), Named(3, "契税")])

    assert [one.definition.id for one in found] == [2, 1, 3]


def test_no_more_are_offered_than_are_asked_for() -> None:
    index = NameIndex(Named(number, "契税") for number in range(9))

    assert (len(index.match("契税")), len(index.match("契税", 2))) == (5, 2)


def test_a_definition_without_words_is_never_meant() -> None:
    assert match("——", [Named(1, "——")]) == ()


@given(st.text(max_size=30))
def test_any_text_may_be_asked(name: str) -> None:
    found = INDEX.match(name)

    assert all(0 < one.score <= 1000 for one in found)
    assert list(found) == sorted(found, key=lambda one: -one.score)


@given(st.sampled_from(LIBRARY), st.sampled_from(["全县", "实现", "累计", ""]))
def test_each_definition_is_found_by_its_own_name(definition: Named, before: str) -> None:
    assert INDEX.match(before + definition.name)[0].definition == definition


def test_marks_and_width_are_no_part_of_what_is_searched() -> None:
    assert plain("“三公”经费（GDP　％ ）") == "三公经费gdp"


def names(found: tuple[Match, ...]) -> list[str]:
    return [one.definition.name for one in found]

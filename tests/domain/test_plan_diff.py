"""Two documents are held against each other row by row; a plan against itself changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.plan_diff import (
    Beside,
    ChangeKind,
    Difference,
    FieldChange,
    Old,
    OldRows,
    PlanDiff,
    diff_plan,
)
from tracker.domain.plan_lines import Line, Lines, Sort, due_of, found_at, lines_of
from tracker.domain.plan_match import Candidate, pair_rows, same_words
from tracker.domain.plan_text import PlanReading, PlanTask, Span, read_plan
from tracker.domain.word_diff import LONGEST, Piece, compare_words

TEXT = """2024年财政工作计划
（一）加强财政收支管理。全年税收收入88200万元，非税收入9100万元。加强行政事业单位资产盘活处置，提高配置效率。
（二）全面加强金融监管。组织形式多样的银企对接活动，加大首贷投放。各项贷款余额增长14%。6月底前启动预算指标核算管理改革。
（三）防范财政风险。完善债务风险评估预警（牵头单位：预算股；配合单位：国库股）。严肃财经纪律，查处违法违规行为。
"""
WORDS = st.text(alphabet="推进落实加强管理改革资金预算国库债务监督检查", min_size=1, max_size=30)


def lines(text: str) -> Lines:
    return lines_of(read_plan(text), 2024)


def so_far(rows: Lines, kept: bool = False) -> OldRows:
    """A plan that says what its document said."""

    def olds(of: tuple[Line, ...]) -> tuple[Old, ...]:
        return tuple(Old(line, line.item, ((id_, line),), kept) for id_, line in enumerate(of))

    return OldRows(olds(rows.items), olds(rows.tasks), olds(rows.indicators))


def diff(before: str, after: str) -> PlanDiff:
    return diff_plan(so_far(lines(before)), lines(after))


def changes(found: PlanDiff, sort: Sort | None = None) -> list[Difference]:
    return [
        row
        for row in found.rows
        if row.kind is not ChangeKind.UNCHANGED and sort in {None, row.sort}
    ]


def said(found: PlanDiff) -> list[tuple[str, str]]:
    return [(row.sort.value, row.kind.value) for row in changes(found)]


def one(found: PlanDiff, sort: Sort) -> Difference:
    (row,) = changes(found, sort)
    return row


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_plan_against_itself_is_unchanged() -> None:
    found = diff(TEXT, TEXT)

    assert changes(found) == []
    assert found.counts()[ChangeKind.UNCHANGED] == len(found.rows) > 8


@given(st.lists(st.tuples(st.integers(0, 3), WORDS), max_size=40))
def test_any_rows_against_themselves_are_unchanged(rows: list[tuple[int, str]]) -> None:
    tasks = tuple(
        Line(text, item, (f"条目{item}",), span=Span(i, i + 1))
        for i, (item, text) in enumerate(rows)
    )
    items = tuple(Line(f"条目{n}", fields=(("number", f"{n}"),)) for n in range(4))

    found = diff_plan(so_far(Lines(items, tasks)), Lines(items, tasks))

    assert {row.kind for row in found.rows} == {ChangeKind.UNCHANGED}


@given(st.lists(WORDS, max_size=25), st.lists(WORDS, max_size=25))
def test_every_row_is_told_of_once_whatever_the_documents(old: list[str], new: list[str]) -> None:
    before = Lines(tasks=tuple(Line(text) for text in old))
    after = Lines(tasks=tuple(Line(text) for text in new))

    found = diff_plan(so_far(before), after)

    ids = [row.id for row in found.rows if row.id is not None]
    places = [row.at for row in found.rows if row.at is not None]
    assert sorted(ids) == list(range(len(old)))
    assert sorted(places) == list(range(len(new)))
    assert found == diff_plan(so_far(before), after)


def test_the_order_is_that_of_the_new_document_with_what_is_gone_behind_its_neighbour() -> None:
    gone = TEXT.replace("严肃财经纪律，查处违法违规行为。", "").replace(
        "加大首贷投放。", "加大首贷投放。开展助企暖企行动。"
    )

    assert said(diff(TEXT, gone)) == [("task", "added"), ("task", "dropped")]


# --- fields ---------------------------------------------------------------------------------------------------------


def test_a_figure_alone_is_a_change_of_the_same_row() -> None:
    found = diff(TEXT, TEXT.replace("增长14%", "增长12%"))

    assert said(found) == [("task", "changed"), ("indicator", "changed")]
    assert one(found, Sort.INDICATOR).fields == (FieldChange("target", "14", "12"),)


def test_a_figure_is_told_in_the_unit_that_the_row_has() -> None:
    same = diff(TEXT, TEXT.replace("88200万元", "8.82亿元"))
    other = diff(TEXT, TEXT.replace("88200万元", "9亿元"))

    assert changes(same, Sort.INDICATOR) == []
    assert one(other, Sort.INDICATOR).fields == (FieldChange("target", "88200", "90000"),)


def test_a_figure_that_the_new_document_masks_takes_nothing_back() -> None:
    found = diff(TEXT, TEXT.replace("88200万元", "XX万元"))

    assert changes(found, Sort.INDICATOR) == []


def test_another_measure_is_another_indicator() -> None:
    found = diff(TEXT, TEXT.replace("税收收入88200万元", "税收收入增长8%"))

    assert {row.kind for row in changes(found, Sort.INDICATOR)} == {
        ChangeKind.ADDED,
        ChangeKind.DROPPED,
    }


def target(value: str, unit: str, **more: str) -> Line:
    fields = {"target": value, "unit": unit, "bound": "eq", "base": "", "quarters": ""} | more
    return Line("新建口袋公园", fields=tuple(fields.items()), measure="count")


def changed(old: Line, new: Line) -> tuple[FieldChange, ...]:
    (row,) = diff_plan(so_far(Lines(indicators=(old,))), Lines(indicators=(new,))).rows
    return row.fields


def kinds(old: Line, new: Line) -> set[str]:
    found = diff_plan(so_far(Lines(indicators=(old,))), Lines(indicators=(new,)))
    return {row.kind.value for row in found.rows}


def test_another_word_for_the_unit_of_the_same_figure_is_the_same_row() -> None:
    assert changed(target("3", "处"), target("3", "个")) == (FieldChange("unit", "处", "个"),)


def test_a_unit_that_was_not_read_before_is_filled_in() -> None:
    assert changed(target("3", ""), target("4", "个")) == (
        FieldChange("target", "3", "4"),
        FieldChange("unit", "", "个"),
    )


def test_a_figure_of_something_else_is_another_row() -> None:
    assert kinds(target("3", "公里"), target("5", "个")) == {"added", "dropped"}


def test_bound_base_and_quarters_are_told() -> None:
    old = target("3", "个", base="上年完成数")
    new = target("3", "个", bound="ge", base="上年同期", quarters="25、51、77")

    assert changed(old, new) == (
        FieldChange("bound", "eq", "ge"),
        FieldChange("base", "上年完成数", "上年同期"),
        FieldChange("quarters", "", "25、51、77"),
    )


def test_a_range_is_compared_as_it_is_written() -> None:
    assert changed(target("5-8", "个"), target("5-8", "个")) == ()
    assert changed(target("5-8", "个"), target("6-8", "个")) == (
        FieldChange("target", "5-8", "6-8"),
    )


def test_thousands_separators_are_no_change() -> None:
    assert changed(target("12,000", "个"), target("12000", "个")) == ()


def test_lead_support_and_deadline_are_told() -> None:
    found = diff(
        TEXT,
        TEXT.replace("6月底前", "9月底前").replace(
            "牵头单位：预算股；配合单位：国库股", "牵头单位：国库股"
        ),
    )

    fields = {change.name: change for row in changes(found) for change in row.fields}
    assert fields["due"] == FieldChange("due", "2024-06-30", "2024-09-30")
    assert fields["lead"] == FieldChange("lead", "预算股", "国库股")
    assert fields["support"] == FieldChange("support", "国库股", "")


def test_a_document_that_no_longer_names_lead_or_day_takes_nothing_back() -> None:
    said_before = Line("甲", fields=(("lead", "预算股"), ("support", ""), ("due", "2024-06-30")))
    new = Line("甲", fields=(("lead", ""), ("support", ""), ("due", "")))

    found = diff_plan(so_far(Lines(tasks=(said_before,))), Lines(tasks=(new,)))

    assert changes(found) == []


# --- two documents, and what the office made of the first ------------------------------------------------------------


def test_what_the_office_changed_is_left_while_the_document_says_what_it_said() -> None:
    said_before = Line("甲", fields=(("due", "2024-06-30"),))
    now = Line("甲改", fields=(("due", "2024-09-30"),))
    old = OldRows(tasks=(Old(said_before, None, ((7, now),)),))

    assert changes(diff_plan(old, Lines(tasks=(said_before,)))) == []


def test_what_the_plan_says_already_is_no_change() -> None:
    now = Line("甲", fields=(("due", "2024-09-30"),))
    old = OldRows(tasks=(Old(Line("甲", fields=(("due", "2024-06-30"),)), None, ((7, now),)),))

    assert changes(diff_plan(old, Lines(tasks=(now,)))) == []


def test_a_row_that_was_left_out_stays_out_until_its_words_change() -> None:
    left_out = OldRows(tasks=(Old(Line("完善内部控制制度"), None),))

    same = diff_plan(left_out, Lines(tasks=(Line("完善内部控制制度"),)))
    other = diff_plan(left_out, Lines(tasks=(Line("完善内部控制制度建设"),)))

    assert same.rows == ()
    assert said(other) == [("task", "added")]


def test_a_row_kept_by_decision_is_not_dropped_again() -> None:
    rows = Lines(tasks=(Line("完善内部控制制度"),))

    assert diff_plan(so_far(rows, kept=True), Lines()).rows == ()
    assert said(diff_plan(so_far(rows), Lines())) == [("task", "dropped")]


def test_a_sentence_cut_in_two_at_the_review_is_not_dropped() -> None:
    whole = Line("加强资产盘活，提高配置效率")
    halves = ((1, Line("加强资产盘活")), (2, Line("提高配置效率")))
    old = OldRows(tasks=(Old(whole, None, halves),))

    same = diff_plan(old, Lines(tasks=(whole,)))
    other = diff_plan(old, Lines(tasks=(Line("加强资产盘活，提高资产配置效率"),)))

    assert [row.kind for row in same.rows] == [ChangeKind.UNCHANGED] * 2
    assert [(row.id, row.kind.value) for row in other.rows] == [(1, "changed"), (2, "unchanged")]


# --- headings -------------------------------------------------------------------------------------------------------


def test_a_row_under_another_heading_has_moved() -> None:
    sentence = "严肃财经纪律，查处违法违规行为。"
    moved = TEXT.replace(sentence, "").replace("提高配置效率。", f"提高配置效率。{sentence}")

    row = one(diff(TEXT, moved), Sort.TASK)

    assert row.kind is ChangeKind.MOVED
    assert row.fields == (FieldChange("item", "防范财政风险", "加强财政收支管理"),)


def test_a_renamed_heading_moves_nothing() -> None:
    found = diff(TEXT, TEXT.replace("防范财政风险", "有效防范各类财政风险"))

    assert said(found) == [("item", "changed")]
    assert found.headings == {0: 0, 1: 1, 2: 2}


def test_a_heading_in_quite_other_words_is_known_by_its_rows() -> None:
    found = diff(TEXT, TEXT.replace("防范财政风险", "守牢安全底线"))

    assert said(found) == [("item", "changed")]


def test_a_renumbered_heading_has_moved() -> None:
    first, second, third = TEXT.splitlines()[1:]
    text = "\n".join(
        [
            "2024年财政工作计划",
            first,
            third.replace("（三）", "（二）"),
            second.replace("（二）", "（三）"),
        ]
    )

    assert said(diff(TEXT, text)) == [("item", "moved"), ("item", "moved")]


def test_a_new_heading_brings_its_rows_along() -> None:
    found = diff(TEXT, TEXT + "（四）加强自身建设。抓好干部教育培训。\n")

    assert said(found) == [("item", "added"), ("task", "added")]
    assert 3 not in found.headings


def test_a_row_that_goes_under_a_new_heading_has_moved() -> None:
    sentence = "严肃财经纪律，查处违法违规行为。"

    found = diff(TEXT, TEXT.replace(sentence, f"\n（四）强化监督。{sentence}"))

    assert said(found) == [("item", "added"), ("task", "moved")]


# --- which row is which ---------------------------------------------------------------------------------------------


def pairs(
    old: list[str], new: list[str], headings: tuple[str, str] = ("甲", "甲")
) -> dict[int, int]:
    before, after = headings
    return pair_rows(
        [Candidate(text, before) for text in old], [Candidate(text, after) for text in new]
    )


def test_identical_words_pair_before_alike_ones() -> None:
    old = ["组织银企对接活动，加大首贷投放力度", "组织银企对接活动，加大首贷续贷投放力度"]

    assert pairs(old, list(reversed(old))) == {0: 1, 1: 0}


def test_a_short_row_is_not_taken_for_another() -> None:
    assert pairs(["推进预算管理改革"], ["推进国库管理改革"]) == {}


def test_a_sentence_that_was_lengthened_is_the_same() -> None:
    old = "严格落实过紧日子要求，优化支出结构"
    more = (
        "，严控三公经费，从严控制预算追加和调整调剂，腾出更多财力保障重点领域资金需求，兜牢三保底线"
    )

    assert pairs([old], [old + more]) == {0: 0}


def test_under_another_heading_a_row_must_be_more_alike() -> None:
    old, new = (
        "加强直达资金日常监管分析，全面推进改革",
        "加强国有资金日常监管，全面推进制度改革工作",
    )

    assert pairs([old], [new]) == {0: 0}
    assert pairs([old], [new], ("甲", "乙")) == {}


def test_a_barred_pair_is_never_made() -> None:
    same = [Candidate("加强税收征管，确保应收尽收", "甲")]

    assert pair_rows(same, same, lambda _old, _new: False) == {}


def test_the_best_of_two_takes_the_row() -> None:
    old = ["建立健全政府债务风险评估和预警监控机制"]
    new = ["建立政府债务风险预警机制并定期评估监控", "建立健全政府债务风险评估和预警监控制度"]

    assert pairs(old, new) == {1: 0}


def test_empty_rows_do_not_break_it() -> None:
    assert pairs(["", "，"], ["", "。"]) == {0: 0, 1: 1}


@pytest.mark.parametrize(
    ("one_text", "other", "same"),
    [("甲 乙", "甲乙", True), ("\uff11\uff12\uff05", "12%", True), ("甲，乙", "甲；乙", False)],
)
def test_white_space_and_width_are_no_difference(one_text: str, other: str, same: bool) -> None:
    assert same_words(one_text, other) is same


def test_phrases_that_every_row_holds_say_nothing_of_one() -> None:
    towns = [chr(0x5000 + number) * 2 for number in range(60)]
    old = [f"{town}镇完成危旧房屋改造任务" for town in towns]
    new = [f"{town}镇全面完成危旧房屋改造任务" for town in towns]

    assert pairs(old, new) == {number: number for number in range(60)}


def test_many_rows_are_paired_whatever_their_order() -> None:
    dice = random.Random(5)  # noqa: S311  nothing secret
    old = [
        "".join(dice.choices("预算国库债务采购监督资产绩效税收支出投资", k=24)) for _ in range(400)
    ]
    order = dice.sample(range(400), 400)

    assert pairs(old, [old[i] for i in order]) == dict(enumerate(order))


# --- lines ----------------------------------------------------------------------------------------------------------


def test_deadlines_lie_in_the_plans_year() -> None:
    read = PlanTask("甲", None, Span(0, 1), due_text="6月底前")
    feast = replace(read, due_text="春节前")
    inferred = replace(read, due_inferred=True)

    assert str(due_of(read, None, 2024)) == "2024-06-30"
    assert due_of(feast, None, 2024) is None
    assert due_of(read, 2024, 2024) is None  # as it was read: with that year known
    assert due_of(inferred, None, 2024) is None


def test_a_place_is_looked_up_exactly_or_by_what_it_covers() -> None:
    rows = [Line("甲", span=Span(0, 10)), Line("乙", span=Span(10, 30)), Line("丙")]
    find = found_at(rows)

    assert find(10, 30) == 1
    assert find(8, 20) == 1
    assert find(40, 50) is None
    assert find(None, None) is None
    assert found_at([])(0, 5) is None


def test_rows_name_the_headings_above_them() -> None:
    reading: PlanReading = read_plan(TEXT)

    assert {line.path for line in lines_of(reading, 2024).tasks} == {
        ("加强财政收支管理",),
        ("全面加强金融监管",),
        ("防范财政风险",),
    }
    assert lines_of(reading, 2024).of(Sort.ITEM)[0].field("number") == "（一）"
    assert lines_of(reading, 2024).of(Sort.ITEM)[0].field("lead") == ""


def test_kinds_and_sorts_have_their_words() -> None:
    assert [kind.word for kind in ChangeKind] == ["未变", "有改动", "移动", "新增", "删去"]
    assert [sort.word for sort in Sort] == ["条目", "任务", "指标"]


# --- words ----------------------------------------------------------------------------------------------------------


def test_changed_words_are_marked_on_both_sides() -> None:
    sides = compare_words("全年增长9.9%左右", "全年增长9.5%以上")

    assert sides.old == (
        Piece("全年增长", False),
        Piece("9.9%左右", True),
    )
    assert sides.new == (Piece("全年增长", False), Piece("9.5%以上", True))


def test_a_text_that_was_not_there_is_new_as_a_whole() -> None:
    assert compare_words("", "甲乙").new == (Piece("甲乙", True),)
    assert compare_words("", "甲乙").old == ()


def test_the_pieces_make_up_the_texts() -> None:
    old, new = TEXT, TEXT.replace("财政", "资金").replace("6月", "9月")

    sides = compare_words(old, new)

    assert "".join(piece.text for piece in sides.old) == old
    assert "".join(piece.text for piece in sides.new) == new


def test_very_long_texts_are_shown_whole() -> None:
    long = "甲" * (LONGEST + 1)

    assert compare_words(long, long).new == (Piece(long, False),)
    assert compare_words(long, long + "乙").old == (Piece(long, True),)


# --- a growth that was merged with its level -----------------------------------------------------------------------

BOTH = "2024年财政工作计划\n（一）抓好收入。税收收入88200万元，增长{growth}。开展银企对接活动。\n"


def merged(growth: str, rate: str = "6") -> OldRows:
    """A plan of a level whose growth stands beside it."""
    rows = so_far(lines(BOTH.format(growth=growth)))
    level, change = rows.indicators
    return replace(
        rows, indicators=(level, Old(change.said, change.item, beside=Beside(1, 0, Decimal(rate))))
    )


def after_merging(old: OldRows, text: str) -> list[Difference]:
    return changes(diff_plan(old, lines(text)), Sort.INDICATOR)


def test_a_merged_growth_that_changes_is_a_change_of_the_level() -> None:
    (row,) = after_merging(merged("6%"), BOTH.format(growth="7.50%"))

    assert (row.kind, row.id, row.at) == (ChangeKind.CHANGED, 0, 0)
    assert row.fields == (FieldChange("rate", "6", "7.5"),)


def test_a_merged_growth_changes_beside_its_level() -> None:
    (row,) = after_merging(merged("6%"), BOTH.format(growth="7%").replace("88200", "90000"))

    assert [change.name for change in row.fields] == ["target", "rate"]


@pytest.mark.parametrize("growth", ["6%", "8%"])
def test_a_merged_growth_that_stays_or_is_so_already_is_no_change(growth: str) -> None:
    assert after_merging(merged("6%", "8"), BOTH.format(growth=growth)) == []


def test_a_merged_growth_that_is_masked_or_left_out_stays() -> None:
    assert after_merging(merged("6%"), BOTH.format(growth="XX%")) == []
    assert after_merging(merged("6%"), BOTH.format(growth="6%").replace("，增长6%", "")) == []


def test_a_merged_fall_is_below_zero() -> None:
    text = BOTH.replace("增长", "下降")
    rows = so_far(lines(text.format(growth="6%")))
    level, change = rows.indicators
    old = replace(
        rows, indicators=(level, Old(change.said, change.item, beside=Beside(1, 0, Decimal(-6))))
    )

    (row,) = after_merging(old, text.format(growth="4%"))

    assert row.fields == (FieldChange("rate", "-6", "-4"),)


def test_a_merged_growth_without_its_level_is_a_row_of_its_own() -> None:
    text = BOTH.format(growth="7%").replace("税收收入88200万元，增长7%", "税收收入增长7%")

    found = after_merging(merged("6%"), text)

    assert {row.kind for row in found} == {ChangeKind.DROPPED, ChangeKind.ADDED}

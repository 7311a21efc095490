"""Whatever the text, reading it ends, raises nothing and points into it."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.plan_text import PlanReading, as_json, read_plan

MARKS = (
    "一、,（一）,1.,（1）,①,一是,二要,首先，,第一，,。,；,：,，,、,（,）,“,”,《,》,【,】,|,"
    "　,\u200b,\u2028,\n,\r\n,\t,\n|\n"
)
WORDS = (
    "2024年,工作计划,工作总结,存在问题,责任单位：,牵头单位：,完成时限：,县财政局,预算股,"
    "6月底前,年底前,一季度,目录,附件："
)
FIGURES = (
    "税收收入,增长,下降,达到,不低于,控制在,3个,1.5亿元,XX万元,*,5%,百分之八,三十个,前3名,"
    "分别,均,改造,小区,以上,10-15%,____"
)
FRAGMENTS = [
    *MARKS.split(","),
    *WORDS.split(","),
    *FIGURES.split(","),
    "\uff11\uff12％",
    "— 3 —",
    ",",
    "序号",
    "工作任务",
]
PLANS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6)), max_size=60).map(
    "".join
)
INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f\ufffe]"
)


def bare(words: str) -> str:
    return re.sub(r"\s+", "", INVISIBLE.sub("", words))


def assert_places(text: str, reading: PlanReading) -> None:
    for task in reading.tasks:
        assert 0 <= task.span.start <= task.span.end <= len(text)
        assert bare(text[task.span.start : task.span.end]) == bare(task.text)
        assert task.item is None or 0 <= task.item < len(reading.items)
    for row in (*reading.targets, *reading.results):
        assert 0 <= row.span.start <= row.span.end <= len(text)
        assert bare(row.quote) in bare(text)
    for item in reading.items:
        assert 0 <= item.span.start <= item.span.end <= len(text)
    for section in reading.sections:
        assert 0 <= section.span.start <= section.span.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(PLANS)
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read_plan(text)

    assert_places(text, reading)
    assert as_json(reading)["tasks"] == as_json(read_plan(text))["tasks"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_text_that_is_no_plan_is_read_without_an_error(text: str) -> None:
    assert_places(text, read_plan(text))

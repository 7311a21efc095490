from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.marked_text import (
    Mark,
    MarkedText,
    Paragraph,
    Run,
)
from tracker.domain.plan_text import Span


def task(start: int, end: int, key: str = "task-1") -> Mark:
    return Mark(key, key, "", start, end, outer=True)


def goal(start: int, end: int, key: str = "indicator-1") -> Mark:
    return Mark(key, key, "goal", start, end, outer=False)


def runs_of(text: str, *marks: Mark) -> tuple[Run, ...]:
    return MarkedText(text, marks).whole()[0].runs


def words(run: Run) -> str:
    return "".join(part.text for part in run.parts)


def pieces(run: Run) -> list[tuple[str, str]]:
    return [(part.text, part.mark.key if part.mark else "") for part in run.parts]


def test_text_without_marks_is_one_run_a_line() -> None:
    paragraphs = MarkedText("一、总体\n\n二、要求", ()).whole()

    assert [words(p.runs[0]) for p in paragraphs] == ["一、总体", "二、要求"]


def test_a_target_lies_inside_its_task() -> None:
    (run,) = runs_of("收入增长5%，支出压减", task(0, 11), goal(0, 6))

    assert run.mark is not None
    assert run.first
    assert run.ends
    assert pieces(run) == [("收入增长5%", "indicator-1"), ("，支出压减", "")]


def test_a_target_across_the_end_of_a_task_is_cut_there() -> None:
    first, second = runs_of("甲乙丙丁", task(0, 2), goal(1, 3))

    assert pieces(first) == [("甲", ""), ("乙", "indicator-1")]
    assert pieces(second) == [("丙", "indicator-1"), ("丁", "")]
    assert first.parts[1].first
    assert not second.parts[0].first
    assert [mark.key for mark in second.parts[0].ends] == ["indicator-1"]


def test_of_overlapping_targets_the_later_one_shows() -> None:
    (run,) = runs_of("甲乙丙丁", goal(0, 3, "a"), goal(1, 4, "b"))

    assert pieces(run) == [("甲", "a"), ("乙丙", "b"), ("丁", "b")]
    assert [mark.key for mark in run.parts[1].ends] == ["a"]


def test_a_mark_over_a_line_end_begins_once_and_ends_once() -> None:
    above, below = MarkedText("甲乙\n丙丁", [task(1, 4)]).whole()

    assert (above.runs[1].first, above.runs[1].ends) == (True, False)
    assert (below.runs[0].first, below.runs[0].ends) == (False, True)


def test_of_overlapping_tasks_the_first_one_shows() -> None:
    runs = runs_of("甲乙丙丁", task(0, 3, "a"), task(2, 4, "b"))

    assert [run.mark.key if run.mark else "" for run in runs] == ["a", ""]


def test_an_item_that_fills_its_line_is_a_heading() -> None:
    text = "（一）抓收入\n（一）抓收入。建立会商机制，组织均衡入库。"
    heads = [Span(0, 6), Span(7, 13)]

    assert [p.heading for p in MarkedText(text, (), heads).whole()] == [True, False]


def test_a_mark_outside_the_text_is_left_out() -> None:
    assert runs_of("甲乙", task(1, 9), goal(-1, 1))[0].mark is None


@given(
    text=st.text("甲乙，\n\r", max_size=40),
    spans=st.lists(st.tuples(st.integers(-2, 42), st.integers(-2, 42), st.booleans()), max_size=8),
)
def test_nothing_of_the_text_is_lost_or_doubled(
    text: str, spans: list[tuple[int, int, bool]]
) -> None:
    marks = [
        Mark(str(number), "", "", start, end, outer)
        for number, (start, end, outer) in enumerate(spans)
    ]

    shown = [_line(paragraph) for paragraph in MarkedText(text, marks).whole()]

    assert shown == [line for line in text.splitlines() if line.strip()]


def _line(paragraph: Paragraph) -> str:
    return "".join(words(run) for run in paragraph.runs)


LINES = "标题\n甲一。\n说明。\n甲二。\n余文。"


def three_marks() -> MarkedText:
    """Two marked lines with an unmarked one between them, a heading before, a rest after."""
    first, second = LINES.index("甲一"), LINES.index("甲二")
    marks = [
        Mark("a", "任1", "", first, first + 3, outer=True),
        Mark("b", "目1", "goal", second, second + 2, outer=False),
    ]
    return MarkedText(LINES, marks, [Span(0, 2)])


def lines(paragraphs: tuple[Paragraph, ...]) -> list[str]:
    return ["".join(part.text for run in p.runs for part in run.parts) for p in paragraphs]


def test_stretches_of_following_pages_meet() -> None:
    paragraphs = three_marks()
    before = paragraphs.stretch(["a"], first=True, last=False)
    after = paragraphs.stretch(["b"], first=False, last=True)

    assert lines(before) == ["标题", "甲一。"]
    assert lines(after) == ["说明。", "甲二。", "余文。"]


def test_a_stretch_in_the_middle_begins_after_the_mark_before() -> None:
    assert lines(three_marks().stretch(["b"], first=False, last=False)) == ["说明。", "甲二。"]
    assert lines(three_marks().stretch(["a"], first=False, last=False)) == ["标题", "甲一。"]


def test_rows_that_are_nowhere_have_no_stretch_but_the_whole_when_they_are_all() -> None:
    paragraphs = three_marks()

    assert paragraphs.stretch(["c"], first=False, last=True) == ()
    assert paragraphs.stretch(["c"], first=True, last=True) == paragraphs.whole()


def test_only_marked_lines_stand_under_their_headings() -> None:
    assert lines(three_marks().only(["a"])) == ["标题", "甲一。"]
    assert lines(three_marks().only(["a", "b"])) == ["标题", "甲一。", "甲二。"]


def test_a_marked_heading_stands_once() -> None:
    text = MarkedText("甲。", [Mark("a", "任1", "", 0, 2, outer=True)], [Span(0, 2)])

    assert lines(text.only(["a"])) == ["甲。"]


def test_the_heading_above_a_line_is_the_nearest_that_fills_its_own() -> None:
    words = "\n（一）抓收入\n（二）抓支出。建立会商机制。\n组织入库。"
    place = words.index("组织")
    heads = [Span(0, 1), Span(1, 7), Span(8, 14)]
    mark = Mark("a", "任1", "", place, place + 4, outer=True)

    assert lines(MarkedText(words, [mark], heads).only(["a"])) == ["（一）抓收入", "组织入库。"]
    assert lines(MarkedText(words, [mark], [Span(0, 1)]).only(["a"])) == ["组织入库。"]


def test_a_text_without_words_has_no_paragraphs() -> None:
    text = MarkedText(" \n", [])

    assert (text.length, text.whole(), text.only(["a"])) == (0, (), ())


@example(places=[(0, 1, False), (0, 1, False), (5, 3, False)], cut=2)  # one begins in a line's end
@example(places=[(0, 1, False), (5, 1, False), (10, 2, False)], cut=1)  # one touches no line
@given(
    places=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.booleans()), max_size=6),
    cut=st.integers(0, 6),
)
def test_two_pages_show_every_line_and_all_their_marks(
    places: list[tuple[int, int, bool]], cut: int
) -> None:
    words = "甲乙\n丙丁\n\n戊己庚\n辛\n壬癸子丑\n寅卯\n辰"
    marks = [
        Mark(str(number), "", "", start, start + length, outer)
        for number, (start, length, outer) in enumerate(sorted(places))
    ]
    text = MarkedText(words, marks)
    pages = [mark.key for mark in marks[:cut]], [mark.key for mark in marks[cut:]]
    first = text.stretch(pages[0], first=True, last=False)
    second = text.stretch(pages[1], first=False, last=True)

    if first and second:
        assert set(text.whole()) <= {*first, *second}

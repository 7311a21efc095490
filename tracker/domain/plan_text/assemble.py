"""Assemble: the whole way from a text to what was understood of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.plan_text import sections as parts
from tracker.domain.plan_text.canvas import Canvas, prepare, tightened
from tracker.domain.plan_text.drafts import Ledger, finished
from tracker.domain.plan_text.lines import (
    Line,
    contents_lines,
    is_annex_note,
    is_blank,
    is_chrome,
    is_month_line,
    is_signature,
    lines_of,
    unwrap,
)
from tracker.domain.plan_text.model import (
    PlanReading,
    PlanTask,
    Problem,
    Section,
    SectionKind,
    Span,
)
from tracker.domain.plan_text.numbering import Rank
from tracker.domain.plan_text.outline import Segment, head_end, segments_of, without_note
from tracker.domain.plan_text.owners import looks_like_unit
from tracker.domain.plan_text.results import results_in, told
from tracker.domain.plan_text.sentences import body_end, is_announcement
from tracker.domain.plan_text.tables import Table, find_tables
from tracker.domain.plan_text.target_rows import targets_in
from tracker.domain.plan_text.task_tables import TableReader
from tracker.domain.plan_text.walk import Walker
from tracker.domain.plan_text.years import plan_year

_HEADING_ROOM = 44


@dataclass(frozen=True, slots=True)
class _Head:
    """A top-level heading: the segment it stands in and its words."""

    index: int
    words: str
    end: int


@dataclass(slots=True)
class _Page:
    """The document laid out: its text stretches, its tables and its top-level parts."""

    canvas: Canvas
    lines: list[Line]
    tables: list[Table]
    segments: list[Segment]
    title: str
    heads: list[_Head]
    kinds: list[SectionKind]
    year: int | None


def _kept_lines(canvas: Canvas) -> list[Line]:
    lines = [line for line in lines_of(canvas) if line.plain and not is_blank(line)]
    contents = contents_lines(lines)
    kept = []
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else None
        before = lines[index - 1] if index else None
        if index in contents or is_chrome(line) or is_signature(line, after):
            continue
        if is_month_line(line, before, index < 8 or after is None):
            continue
        kept.append(line)
    return _without_annex_lists(kept)


def _without_annex_lists(lines: list[Line]) -> list[Line]:
    """附件：1.… 2.… name annexes; the numbered lines behind them do too."""
    kept: list[Line] = []
    listing = False
    for line in lines:
        if is_annex_note(line):
            listing = "：" in line.plain and len(line.plain) > 3
            continue
        if (
            listing
            and re.match(r"^\d{1,2}[.．、]", line.plain)
            and len(line.plain) < 50
            and "。" not in line.plain
        ):
            continue
        listing = False
        kept.append(line)
    return kept


def _title_of(canvas: Canvas, lines: Sequence[Line]) -> tuple[str, set[int]]:
    """Return the title and the lines it takes."""
    for index, line in enumerate(lines[:8]):
        if (
            re.match(
                r"^(?:[一二三四五六七八九十壹]{1,3}、|第[一二三四五]部分|（|\d{1,2}[.、])",
                line.plain,
            )
            or "。" in line.plain
        ):
            return "", set()
        if "\t" in line.plain or "|" in line.plain:
            return "", set()
        if parts.is_title_line(line.plain):
            first = index
            while first > 0 and index - first < 2:
                first -= 1
            words = "".join(canvas.words(one.start, one.end) for one in lines[first : index + 1])
            return words, set(range(index + 1)) | _subtitle(lines, index + 1)
    return "", set()


def _subtitle(lines: Sequence[Line], index: int) -> set[int]:
    """Return the lines under a title that only say which draft it is or whose."""
    if index < len(lines) and (
        re.match(r"^（[^（）]{1,40}）$", lines[index].plain) or looks_like_unit(lines[index].plain)
    ):
        return {index}
    return set()


def _lay_out(text: str) -> _Page:
    canvas = tightened(unwrap(prepare(text)))
    lines = _kept_lines(canvas)
    title, taken = _title_of(canvas, lines)
    lines = [
        line
        for index, line in enumerate(lines)
        if index not in taken and not (title and line.plain == title)
    ]
    tables = find_tables(canvas, lines)
    covered = {index for table in tables for index in range(table.first, table.last + 1)}
    blank = Line(0, 0, 0, "")
    text_lines = [blank if index in covered else line for index, line in enumerate(lines)]
    segments = [one for one in segments_of(canvas, text_lines) if one.end > one.start]
    if not title:
        title = _table_title(canvas, tables)
    year = plan_year(title, _year_words(canvas, segments), canvas.plain)
    heads, kinds = _parts(canvas, segments, title, year)
    return _Page(canvas, lines, tables, segments, title, heads, kinds, year)


def _table_title(canvas: Canvas, tables: Sequence[Table]) -> str:
    for table in tables[:1]:
        return TableReader(Ledger(canvas, None), table).title()
    return ""


def _head(canvas: Canvas, segments: Sequence[Segment], index: int) -> _Head | None:
    segment = segments[index]
    end = head_end(canvas.plain, segment.start, segment.end)
    last, _ = without_note(canvas, segment.start, end)
    if not 0 < last - segment.start <= _HEADING_ROOM:
        return None
    return _Head(index, canvas.plain[segment.start : last], end)


def _year_words(canvas: Canvas, segments: Sequence[Segment]) -> list[str]:
    """Return the words of headings that may name the year."""
    found = []
    for index, segment in enumerate(segments):
        short = segment.end - segment.start <= _HEADING_ROOM and segment.leads
        if (segment.rank is not None and segment.rank <= Rank.CHINESE) or (
            short and not segment.mark
        ):
            head = _head(canvas, segments, index)
            if head is not None and not is_announcement(head.words):
                found.append(head.words)
    return found


def _strong_heads(canvas: Canvas, segments: Sequence[Segment]) -> list[_Head]:
    """第一部分 … and unnumbered lines that can only head a part."""
    found = []
    for index, segment in enumerate(segments):
        if not segment.leads:
            continue
        head = _head(canvas, segments, index)
        if head is None:
            continue
        whole = head.end >= segment.end - 1 and segment.closes
        strong = segment.mark is None and whole and _heads_a_part(head.words)
        if segment.rank is Rank.PART or strong:
            found.append(head)
    return found


def _heads_a_part(words: str) -> bool:
    return parts.is_strong_line(words) and not is_announcement(words)


def _parts(
    canvas: Canvas, segments: Sequence[Segment], title: str, year: int | None
) -> tuple[list[_Head], list[SectionKind]]:
    """Return the top-level headings of a document whose parts differ in kind, else none."""
    strong = _strong_heads(canvas, segments)
    ranks = sorted(
        {one.rank for one in segments if one.leads and one.numbered and one.rank is not None}
    )
    tries = [strong] + [
        [
            head
            for index, one in enumerate(segments)
            if one.leads and one.rank is rank and (head := _head(canvas, segments, index))
        ]
        for rank in ranks[:1]
        if rank is not Rank.PART
    ]
    read = [(heads, parts.kinds_of([one.words for one in heads], title, year)) for heads in tries]
    mixed = [(heads, kinds) for heads, kinds in read if heads and set(kinds) != {SectionKind.PLAN}]
    both = [pair for pair in mixed if SectionKind.PLAN in pair[1]]
    return next(iter(both or mixed), ([], []))


def _ranges(page: _Page) -> list[tuple[int, int, SectionKind]]:
    """Return the parts as ranges of segments (first, end, kind)."""
    total = len(page.segments)
    if not page.heads:
        return [(0, total, parts.title_kind(page.title))]
    starts = [head.index for head in page.heads]
    ends = [*starts[1:], total]
    return list(zip(starts, ends, page.kinds, strict=True))


def _tables_before(page: _Page, line: int, done: set[int]) -> list[Table]:
    """Tables above a line that have not been read yet; they count as read from now on."""
    fresh = [
        number
        for number, table in enumerate(page.tables)
        if number not in done and table.first < line
    ]
    done.update(fresh)
    return [page.tables[number] for number in fresh]


def _walk(page: _Page, ledger: Ledger) -> list[tuple[int, int]]:
    """Fill the ledger from the plan parts; give back the stretches of the review parts."""
    walker = Walker(ledger)
    done: set[int] = set()
    headed = bool(page.heads)
    review = _preamble(page)
    for first, end, kind in _ranges(page):
        part = page.segments[first:end]
        if kind is SectionKind.PLAN:
            _walk_plan(page, walker, part, headed, done)
        else:
            _tables_before(page, part[-1].line + 1 if part else 0, done)
        if kind is SectionKind.REVIEW:
            review += told(page.canvas, part, page.year)
    if not headed or page.kinds[-1] is SectionKind.PLAN:
        for table in _tables_before(page, len(page.lines) + 1, done):
            TableReader(ledger, table).read()
    return review


def _preamble(page: _Page) -> list[tuple[int, int]]:
    """Return the stretches before the first heading where they open a report of results."""
    if not page.heads or page.kinds[0] is not SectionKind.REVIEW:
        return []
    return told(page.canvas, page.segments[: page.heads[0].index], page.year)


def _walk_plan(
    page: _Page, walker: Walker, part: list[Segment], headed: bool, done: set[int]
) -> None:
    start = 0
    body = part
    if headed and part:
        walker.begin(any(one.numbered for one in part[1:]))
        head = _head(page.canvas, part, 0)
        _head_rest(walker, part[0], head.end if head else part[0].end)
        start = 1
    else:
        opening = part[0].line if len(part) > 1 else -1
        walker.begin(any(one.numbered for one in part) or bool(page.tables), opening)
    for index in range(start, len(body)):
        for table in _tables_before(page, body[index].line, done):
            TableReader(walker.ledger, table).read()
        walker.take(body, index, _table_follows(page, body[index]))


def _table_follows(page: _Page, segment: Segment) -> bool:
    """Tell whether a table begins below a line, or below the name that follows it at once."""
    first, after = {table.first for table in page.tables}, segment.line + 1
    if after in first or after + 1 not in first:
        return after in first
    named = page.lines[after]
    between = page.canvas.plain[segment.end : named.start]
    return not between.strip() and parts.is_title_line(named.plain)


def _head_rest(walker: Walker, segment: Segment, start: int) -> None:
    rest = Segment(None, start, segment.end, segment.line, True, True)
    if body_end(walker.canvas.plain, rest.start, rest.end) > rest.start + 1:
        walker.sentences(rest, rest.start)


def _sections(page: _Page) -> list[Section]:
    canvas = page.canvas
    if not page.heads:
        whole = Span(0, len(canvas.source))
        return [Section(page.title, parts.title_kind(page.title), whole)]
    found = []
    for place, head in enumerate(page.heads):
        segment = page.segments[head.index]
        start = segment.mark.start if segment.mark else segment.start
        after = page.heads[place + 1].index if place + 1 < len(page.heads) else None
        end = page.segments[after].start if after is not None else len(canvas.plain)
        words = canvas.words(segment.start, segment.start + len(head.words))
        found.append(Section(words, page.kinds[place], canvas.place(start, end)))
    return found


def _problems(page: _Page, tasks: Sequence[PlanTask]) -> list[Problem]:
    found = []
    if page.year is None:
        found.append(Problem("正文没有写明是哪一年的计划，请核对年度。"))
    if not tasks:
        found.append(Problem("没有读出任务，请核对文稿是不是年度工作计划。"))
    return found


def read_plan(text: str) -> PlanReading:
    """Understand a plan's text; never raises, whatever the text."""
    page = _lay_out(text)
    ledger = Ledger(page.canvas, page.year, parts.half_of(page.title))
    review = _walk(page, ledger)
    tasks, drafts = finished(ledger)
    return PlanReading(
        text,
        page.year,
        page.title,
        tuple(_sections(page)),
        tuple(ledger.items),
        tuple(tasks),
        tuple(targets_in(ledger, drafts)),
        tuple(results_in(page.canvas, review)),
        tuple(_problems(page, tasks)),
    )

"""Enumerators: 一、 （一） 1. （1） ① and 一是, with their rank and number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

_CN = "一二三四五六七八九十"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PARENS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_DOTS = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_CN_PARENS = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_LAST_STEP = 9
_STEPS = {"首先": 1, "其次": 2, "再次": 3, "然后": 3, "最后": _LAST_STEP}


class Rank(IntEnum):
    """The usual nesting of enumerators in official papers; the last two never head an item."""

    PART = 0
    CHINESE = 1
    CHINESE_PAREN = 2
    ARABIC = 3
    ARABIC_PAREN = 4
    CIRCLE = 5
    ORDINAL = 8
    BULLET = 9


@dataclass(frozen=True, slots=True)
class Mark:
    """An enumerator: where it starts, where its text begins, its rank and its number."""

    start: int
    end: int
    rank: Rank
    number: int


_MEASURES = "(?:项(?!目)|[个名家月日号年万亿千百人户件次处座所场期亩米吨元条台套辆批部支块册份天小点分位届])"
_HEAD = re.compile(
    rf"[ \t]*(?:"
    rf"(?P<part>第[{_CN}]{{1,3}}(?:部分|章|篇|节|板块)[、，：. ]*|[{_FORMAL}]{{1,2}}、)"
    rf"|(?P<paren>（ *[{_CN}]{{1,3}} *）[、，. ]*|[{_CN_PARENS}][、. ]*)"
    rf"|(?P<ordinal>[{_CN}]{{1,2}}(?:是|要)(?!求)[：，]?|(?:首先|其次|再次|然后|最后)(?:是|要)?，?"
    rf"|第[{_CN}]{{1,2}}[，、])"
    rf"|(?P<chinese>[{_CN}]{{1,3}} *(?:、|[.．] *(?=\D))(?![{_CN}]、|[{_CN}](?:产业|次产|线|级)))"
    rf"|(?P<arabic_paren>（ *\d{{1,2}} *）[、. ]*|\d{{1,2}}）[、. ]*|[{_PARENS}][、. ]*"
    rf"|\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}(?:[、．] *|\.? +)(?=[^\d %]))"
    rf"|(?P<arabic>\d{{1,2}} *(?:[、．.])(?!\d) *|[{_DOTS}] *|\d{{1,2}} +(?=[\u4e00-\u9fff“])(?!{_MEASURES}))"
    rf"|(?P<circle>[{_CIRCLES}❶-❿][、. ]*)"
    rf"|(?P<bullet>[●■•·▪◆◇○□★☆▲△※➢►√✓—－-]+ *(?=[\u4e00-\u9fff“《])))"
)
_RANKS = {
    "part": Rank.PART,
    "chinese": Rank.CHINESE,
    "paren": Rank.CHINESE_PAREN,
    "arabic": Rank.ARABIC,
    "arabic_paren": Rank.ARABIC_PAREN,
    "circle": Rank.CIRCLE,
    "ordinal": Rank.ORDINAL,
    "bullet": Rank.BULLET,
}
_INLINE = re.compile(
    rf"(?<=[。；！：，、）”\s])(?:（(?:[{_CN}]{{1,3}}|\d{{1,2}})）|[{_CN}]{{1,3}}、|\d{{1,2}}[.、．）](?!\d)"
    rf"|[{_CN}]{{1,2}}(?:是|要)(?!求)|第[{_CN}]，|(?:首先|其次|再次|最后)(?:是|要)?，)"
    rf"|[{_CIRCLES}{_PARENS}]"
)
_SOFT = {Rank.CHINESE, Rank.CHINESE_PAREN, Rank.ARABIC, Rank.ARABIC_PAREN}


def chinese_ordinal(words: str) -> int:
    """一 → 1, 十二 → 12, 二十 → 20."""
    if "十" not in words:
        return _DIGITS.get(words[:1], 0)
    tens, _, ones = words.partition("十")
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + _DIGITS.get(ones, 0)


def _number(words: str) -> int:
    for row in (_CIRCLES, _PARENS, _DOTS, _CN_PARENS):
        if words[0] in row:
            return row.index(words[0]) + 1
    for step, value in _STEPS.items():
        if words.startswith(step):
            return value
    if words[0] in _FORMAL:
        return _FORMAL.index(words[0]) + 1
    digits = re.search(r"\d+(?=\D*$)", words)
    if digits:
        return int(digits[0])
    chinese = re.search(rf"[{_CN}]+", words)
    return chinese_ordinal(chinese[0]) if chinese else 0


def mark_at(plain: str, start: int, end: int) -> Mark | None:
    """Return the enumerator that a line or a stretch begins with, if any."""
    match = _HEAD.match(plain, start, end)
    if match is None or match.lastgroup is None:
        return None
    rank = _RANKS[match.lastgroup]
    at = match.start(match.lastgroup)
    return Mark(at, match.end(), rank, _number(plain[at : match.end()]))


def _expected(mark: Mark, last: dict[Rank, int]) -> bool:
    return mark.number in (1, _LAST_STEP) or mark.number == last.get(mark.rank, 0) + 1


def _fits_inside(mark: Mark, plain: str, last: dict[Rank, int]) -> bool:
    """Inside a line a number must continue a count, and 1. or （一） must follow a full stop."""
    if not _expected(mark, last):
        return False
    before = plain[mark.start - 1]
    if mark.rank in _SOFT and before in "，、）”":
        return False
    return not (mark.rank is Rank.CHINESE and before not in "。；：！\n ")


def marks_in(plain: str, start: int, end: int, last: dict[Rank, int]) -> list[Mark]:
    """All enumerators of a line, in order; `last` holds the numbers seen so far."""
    found: list[Mark] = []
    at = start
    while (mark := mark_at(plain, at, end)) is not None:
        found.append(mark)
        last[mark.rank] = mark.number
        at = mark.end
        if mark.rank in (Rank.ORDINAL, Rank.BULLET) or len(found) > 2:
            break
    for match in _INLINE.finditer(plain, at, end):
        mark = mark_at(plain, match.start(), end)
        if match.start() > at and mark is not None and _fits_inside(mark, plain, last):
            found.append(mark)
            last[mark.rank] = mark.number
    return found


def stretches(marks: list[Mark], start: int, end: int) -> list[tuple[Mark | None, int, int]]:
    """Return the line cut at its enumerators: (enumerator or none, text start, text end)."""
    if not marks:
        return [(None, start, end)]
    cut: list[tuple[Mark | None, int, int]] = []
    if marks[0].start > start:
        cut.append((None, start, marks[0].start))
    cut += [(mark, mark.end, after.start) for mark, after in pairwise(marks)]
    cut.append((marks[-1], marks[-1].end, end))
    return cut

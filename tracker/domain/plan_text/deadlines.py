"""Deadlines: the words of a sentence that say by when, and the day they mean."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_CN_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], start=1
    )
}
_YEAR = r"20\d\d年度?"
_BY = r"(?:之前|以前|前后|前|之内|以内|内|为止|止)?"
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
_FEASTS = (
    r"(?:元旦|春节|元宵节?|清明节?|五一|“五一”|劳动节|端午节?|七一|“七一”|八一|"
    r"国庆节?|“十一”|中秋节?|植树节|教师节|重阳节|汛期?|主汛期|"
    r"入汛|采暖季|供暖期|冬季来临|[春秋]季(?:学期)?开学|开学|春耕|秋收|秋冬种|两会|高考|中考)"
)
_DUE = re.compile(
    rf"(?:{_YEAR})?{_MONTH}(?:(?P<day>[0-3]?\d)[日号](?:植树节|之前)?|(?P<part>底|末|"
    rf"初|中旬|上旬|下旬|中下旬|中))?(?P<by>{_BY})"
    rf"|(?:20\d\d年|(?P<this>本年|今年|当年|年))(?P<end>年底|底|年末|末|内|年内|终){_BY}"
    rf"|(?:{_YEAR}|今年)?(?:前)?(?P<quarter>第?[一二三四1234]季度)(?P<qpart>末|底|初|内)?{_BY}"
    rf"|(?:{_YEAR}|今年)?(?P<half>上半年|下半年)(?:末|底|内)?{_BY}"
    rf"|(?P<feast>{_FEASTS})(?:前后|之前|以前|前|期间前)"
    rf"|(?P<iso>20\d\d[-./]\d{{1,2}}[-./]\d{{1,2}}){_BY}"
    rf"|(?P<whole>20\d\d年年底|20\d\d年年内){_BY}"
)
_NOT_BEFORE = re.compile(
    r"(?:每年|每|截至|截止|自|从|于20\d\d年度?|[\d一二三四五六七八九十][～~\-—–至到、])$"
)
_NOT_AFTER = re.compile(
    r"^(?:[～~\-—–至到、]\d|以来|起|开始|份?以来|度考核|同期|累计|工资|预算数|"
    r"征收|产量|活动日|活动月|主题|月报|之间)"
)
_LASTING = re.compile(
    r"^(?:(?:长期|持续|常态化?|常年)[^，。；\d]{2,6}|\d{1,2}[-—–～~至]{1,2}\d{1,2}月份?)$"
)
_LAST_YEAR = re.compile(r"(?:上年|去年|上一年)$")
_PARTS = {"初": 10, "上旬": 10, "中旬": 20, "中": 20}
_HALF_WAY = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_LOOK = re.compile(r"[月年季节汛期前]|20\d\d[-./]")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The words that name a deadline, where they stand, and the day if it can be told."""

    words: str
    start: int
    end: int
    on: date | None


def _month_number(words: str) -> int:
    return int(words) if words.isdigit() else _CN_NUMBERS[words]


def _day(year: int, month: int, day: int | None) -> date | None:
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    if day is None:
        return date(year, month, last)
    return date(year, month, day) if 1 <= day <= last else None


def _month_day(match: re.Match[str], year: int) -> date | None:
    if match["day"]:
        return _day(year, _month_number(match["month"]), int(match["day"]))
    return _day(year, _month_number(match["month"]), _PARTS.get(match["part"] or ""))


def _on(match: re.Match[str], plan_year: int | None) -> date | None:
    """Return the day a deadline means, in the plan's year where it names none."""
    if match["iso"]:
        year, month, day = (int(part) for part in re.split(r"[-./]", match["iso"]))
        return _day(year, month, day)
    named = re.search(r"20\d\d", match[0])
    year_known = int(named[0]) if named else plan_year
    if year_known is None or match["feast"]:
        return None
    if match["month"]:
        return _month_day(match, year_known)
    if match["quarter"]:
        return _day(year_known, _HALF_WAY[match["quarter"].strip("第季度")], None)
    if match["half"] == "上半年":
        return date(year_known, 6, 30)
    return date(year_known, 12, 31)


def _counts(match: re.Match[str], words: str) -> bool:
    before, after = (
        words[max(0, match.start() - 8) : match.start()],
        words[match.end() : match.end() + 6],
    )
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
        return False
    if match["this"] == "年" and re.search(r"[\d一二三四五六七八九十每上去前近多\w]$", before[-1:]):
        return bool(re.search(r"[，。；、：（在于到至]$", before)) or not re.search(
            r"[\d一二三四五六七八九十每上去前近多几往历全]$", before
        )
    return not _LAST_YEAR.search(before)


def deadlines_in(words: str, plan_year: int | None) -> list[Deadline]:
    """Every deadline of a sentence, in order."""
    if _LOOK.search(words) is None:
        return []
    return [
        Deadline(match[0], match.start(), match.end(), _on(match, plan_year))
        for match in _DUE.finditer(words)
        if _counts(match, words)
    ]


def lasting(words: str | None) -> str | None:
    """长期坚持: a deadline column's words for what has no end; 全年 says nothing."""
    return words if words and _LASTING.match(words) else None


def last_deadline(words: str, plan_year: int | None) -> Deadline | None:
    """Return the deadline that holds: the last one of the sentence, unless it lies in a past year."""
    found = [
        deadline
        for deadline in deadlines_in(words, plan_year)
        if plan_year is None or deadline.on is None or deadline.on.year >= plan_year
    ]
    return found[-1] if found else None

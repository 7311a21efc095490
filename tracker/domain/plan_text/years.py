"""The year that the plan is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_YEAR = re.compile(r"(20\d\d) *年?")
_FULL_YEAR = re.compile(r"(20\d\d)年")
_MASKED = re.compile(r"(?:20\d[xX*×_]|20[xX*×_]{1,2}|(?<![\w])[xX*×]{2,4}|(?<!_)_{2,8})年")
_PLAN_WORD = re.compile(
    r"计划|打算|安排|要点|思路|重点|目标|任务|实事|清单|方案|分解|部署|意见|举措|台账|项目"
)
_TELLS = re.compile(r"总结|回顾|情况")
_NEXT = re.compile(r"(?:明|来|下一?)年")
_IN_USE = re.compile(
    r"(20\d\d)年(?=年?底|末|内|\d{1,2}月|，|全[县市区局系]|度?(?:重点|主要)?工作|要|将|力争|计划|度计划|，|预计|目标)"
)


_CHINESE_YEAR = re.compile(r"二[\u3007○零O0][一二三四五六七八九\u3007○零]{2}年")
_CHINESE_DIGITS = {
    character: str(value) for value, character in enumerate("\u3007一二三四五六七八九")
}
_CHINESE_DIGITS |= {"○": "0", "零": "0", "O": "0"}


def _arabic(words: str) -> str:
    """二〇二四年 → 2024年."""
    return _CHINESE_YEAR.sub(
        lambda match: "".join(_CHINESE_DIGITS.get(one, one) for one in match[0]), words
    )


def _of_words(words: str) -> int | None:
    """Return the year before the plan word, else the later one."""
    words = _arabic(words)
    years = [int(year) for year in _YEAR.findall(words)]
    if not years:
        return None
    best = None
    for match in _YEAR.finditer(words):
        word = _PLAN_WORD.search(words, match.end())
        if word is not None:
            best = max(best or 0, int(match[1]))
    if best is not None and _NEXT.search(words) and len(set(years)) == 1:
        return best + 1
    return best if best is not None else max(years)


def plan_year(title: str, headings: Sequence[str], body: str) -> int | None:
    """Return the plan's year from the title, else from plan headings, else from what the text dates."""
    if title and (year := _of_words(title)) is not None and _PLAN_WORD.search(title):
        return _after_review(title, year, body)
    found = [_of_words(heading) for heading in headings if _PLAN_WORD.search(heading)]
    known = [year for year in found if year is not None]
    if known:
        return max(known)
    if _MASKED.search(title) or any(_MASKED.search(heading) for heading in headings):
        return None
    told = _of_words(title)
    return _after_review(title, told, body) if told else _most_used(body)


def _after_review(title: str, year: int, body: str) -> int:
    """2023年工作总结及下一步打算: the plan is for 2024 where the text speaks of 2024."""
    if not _TELLS.search(title) or set(_YEAR.findall(_arabic(title))) != {str(year)}:
        return year
    following = re.search(rf"{year + 1}年(?!度?(?:完成|末))|明年|来年", body[:200_000])
    halves = re.search(r"[上下]半年", title)
    return year + 1 if following and not halves else year


def _most_used(body: str) -> int | None:
    uses = Counter(int(year) for year in _IN_USE.findall(body[:200_000]))
    if not uses:
        return None
    most = max(uses.values())
    return max(year for year, count in uses.items() if count * 2 >= most)

"""Which definition of the library an indicator's name means (指标名称的对应): rather none than a wrong one.

A name is brought to its core: width, brackets, 全县 or 完成 before it, 增幅 or 总额 after it do not say which quantity
is meant. The same cores match. Different ones match only by a short form of the field (规上), by another order of the
same words, or by a word that changes nothing: 非税收入 is never taken for 税收收入, however alike they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

#: How sure a match is: by the name, by an alias; so much less where only the cores are the same.
SAME, ALIAS, CORE = 1000, 960, 10
#: One of the two is the growth of the other; a short form is written out; the same words in another order.
OTHER_CHANGE, REWORDED, REORDERED = 900, 850, 800
#: Of names that differ in a harmless word, so much must be common (pairs of characters, per thousand).
ENOUGH = 700
MOST = 5

_INNER_QUOTES = str.maketrans("“”", "‘’")
_MARKS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
#: What a bracket may hold without changing the quantity: its unit, scope or bound.
_ASIDE = re.compile(
    r"(?:计量)?(?:单位[:：]?)?(?:[百千万亿]*元|[百千万亿]*(?:吨|亩|人次?|户|件|公里|平方米|立方米|千瓦时|公顷)"
    r"|[个家项所辆台名座处]|%|‰|个?百分点|[全我本]?[县市区省镇乡局](?:本?级)?|本级|全年|年度|当年|累计|当月|同比|左右|以上|以内)?"
)
_INCLUDING = re.compile(r"(?:不?含|不?包[括含]|扣除|剔除)")
_PLACES = "县市区省镇乡局州旗"
_BEFORE = (
    *("全社会", "各项", "各类", "地方", "本级", "其中"),
    *(f"{scope}{place}" for place in _PLACES for scope in "全我本"),
    *(f"{place}本级" for place in _PLACES),
    *("全年", "年度", "当年", "本年", "今年", "年末", "年底", "累计", "同比", "预计", "预期"),
    *("实现", "完成", "达到", "力争", "确保", "保持", "努力"),
)
_RISE = ("同比增长", "年均增长", "增长速度", "增长幅度", "增长率", "增长", "增幅", "增速", "同比")
_FALL = (
    "同比下降",
    "下降幅度",
    "下降率",
    "降低率",
    "压减率",
    "压减比例",
    "降幅",
    "下降",
    "降低",
    "压减",
)
_AFTER = (
    *(
        "总金额",
        "总额",
        "总量",
        "总数",
        "总计",
        "合计",
        "(?<!资)金额",
        "数额",
        "数量",
        "人数",
        "额",
        "数",
    ),
    *(
        "完成情况",
        "完成数",
        "完成值",
        "完成",
        "任务数",
        "任务",
        "目标值",
        "目标",
        "指标",
        "情况",
        "实绩",
    ),
    *("达到", "达", "以上", "左右", "为", "的"),
)
_HEAD = re.compile("|".join([*sorted(_BEFORE, key=len, reverse=True), "[0-9]{4}年度?"]))
_TAIL = re.compile(f"(?:{'|'.join((*_RISE, *_FALL, *_AFTER))})$")
#: Which change of a quantity may stand for which other: itself for its growth, never its fall.
_NEAR = {"": ("", "rise", "fall"), "rise": ("", "rise"), "fall": ("", "fall")}
_SHORTEST = 2
#: Short forms of the field, and older words.
_SHORT_FORMS = {
    "地区生产总值": ("gdp", "国内生产总值", "生产总值"),
    "规模以上": ("规上",),
    "限额以上": ("限上",),
    "社会消费品零售": ("社消零", "社零"),
    "固定资产投资": ("固投",),
    "一般公共预算": ("一般预算", "公共财政预算"),
    "三公经费": ("三公",),
    "招商引资": ("招引",),
    "占比": ("所占比重", "所占比例", "占比重", "比重", "比例"),
    "进出口": ("外贸进出口",),
    "账": ("帐",),
    "其他": ("其它",),
}
_FULL = {form: full for full, forms in _SHORT_FORMS.items() for form in (full, *forms)}
_FORMS = re.compile("|".join(sorted(_FULL, key=len, reverse=True)))
_FILLING = re.compile(r"以及|[的和与及]|总(?=产|值|额|量|数|面积|里程|规模)")
#: Words inside a name that may be there or not.
_OPTIONAL = frozenset(
    (
        *("公共", "基本", "人均", "居民", "企业", "收入", "资金", "人员", "人口", "年度", "当年"),
        *("累计", "完成", "实现", "地区", "单位", "工作", "金额", "数量"),
    )
)
#: Single characters inside a long name that may not.
_TELLING = frozenset("不非无未净毛新旧老男女省市县乡村国外内上下大中小高低优税债欠原增减")
_LONG = 8
_RATIO = re.compile("[占比率]")


@dataclass(frozen=True, slots=True)
class Named:
    """A definition as far as its names go. `own` ones, which a bureau added itself, come before others."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A definition that a name may mean, why, and how surely (of 1000)."""

    definition: Named
    reason: str
    score: int


@dataclass(frozen=True, slots=True)
class _Said:
    """A name in all forms that are looked up: marks, which no form holds, keep the kinds of keys apart."""

    plain: str
    words: str
    change: str  # rise, fall; nothing where the quantity itself is meant
    core: str
    loose: str
    order: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which a definition of this name is found."""
        near = (f"~{change}{self.words}" for change in _NEAR[self.change])
        return (self.plain, self.core, *near, f"≈{self.loose}", self.order)

    @property
    def ends(self) -> str:
        """Its first character and its last."""
        return self.loose[0] + self.loose[-1]


def plain(text: str) -> str:
    """Return a text in one width and case, without marks and white space."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).lower())


def normalise(name: str) -> str:
    """Return the core of a name: what it measures, without scope, aim and the word for its change."""
    return _said(name).words


def match(name: str, definitions: Iterable[Named]) -> tuple[Match, ...]:
    """Return what a name may mean, the surest first; of many names, ask one NameIndex."""
    return NameIndex(definitions).match(name)


class NameIndex:
    """Definitions by their names; asking it costs a few look-ups, however many there are."""

    def __init__(self, definitions: Iterable[Named]) -> None:
        self._names = _Shelf()
        self._ends = _Shelf()
        for definition in definitions:
            self._add(_Entry(definition, definition.name, "名称相同"))
            for alias in definition.aliases:
                said = alias.translate(_INNER_QUOTES)
                self._add(_Entry(definition, alias, f"别名“{said}”相同", ALIAS))

    def _add(self, entry: _Entry) -> None:
        said = _said(entry.name)
        if said.plain:
            for key in said.keys:
                self._names.put(key, entry)
            self._ends.put(said.ends, entry)

    def match(self, name: str, most: int = MOST) -> tuple[Match, ...]:
        """Return what a name may mean, the surest first; what is only alike, where nothing is the same."""
        said = _said(name)
        if len(said.plain) < _SHORTEST:
            return ()
        found = [Match(e.definition, e.reason, e.sure) for e in self._names.at(said.plain)]
        found += [Match(e.definition, e.reason, e.sure - CORE) for e in self._names.at(said.core)]
        found += self._near(f"~{said.change}{said.words}", OTHER_CHANGE)
        return _ranked(found or self._alike(said))[:most]

    def _near(self, key: str, score: int) -> list[Match]:
        return [Match(entry.definition, "名称相近", score) for entry in self._names.at(key)]

    def _alike(self, said: _Said) -> list[Match]:
        found = [(entry, REWORDED) for entry in self._names.at(f"≈{said.loose}")]
        if not _RATIO.search(said.loose):  # of a ratio, the order says what is divided by what
            found += [(entry, REORDERED) for entry in self._names.at(said.order)]
        for entry in self._ends.at(said.ends):
            other = _said(entry.name).loose
            common = _common(said.loose, other)
            if common >= ENOUGH and _harmless(_added(said.loose, other), said.loose + other):
                found.append((entry, common * REORDERED // SAME))
        return [
            Match(entry.definition, "名称相近", score)
            for entry, score in found
            if said.change in _NEAR[_said(entry.name).change]
        ]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name of a definition, and what it says of somebody who uses it."""

    definition: Named
    name: str
    reason: str
    sure: int = SAME


class _Shelf:
    """Entries by key. Nearly all stand alone, and a list for each would cost more than all the rest."""

    def __init__(self) -> None:
        self._at: dict[str, _Entry | list[_Entry]] = {}

    def put(self, key: str, entry: _Entry) -> None:
        there = self._at.setdefault(key, entry)
        if isinstance(there, list):
            there.append(entry)
        elif there is not entry:
            self._at[key] = [there, entry]

    def at(self, key: str) -> list[_Entry]:
        there = self._at.get(key, [])
        return there if isinstance(there, list) else [there]


def _ranked(found: Iterable[Match]) -> tuple[Match, ...]:
    """Return each definition once, by its surest reason."""
    best: dict[int, Match] = {}
    for one in found:
        there = best.setdefault(one.definition.id, one)
        if one.score > there.score:
            best[one.definition.id] = one
    order = sorted(best.values(), key=lambda m: (-m.score, not m.definition.own, m.definition.id))
    return tuple(order)


@lru_cache(maxsize=65_536)
def _said(name: str) -> _Said:
    """Return the forms of a name; kept, as the same library is asked again and again."""
    text = unicodedata.normalize("NFKC", name).lower()
    asides = _BRACKETS.findall(text)
    including = "".join(plain(aside) for aside in asides if _INCLUDING.match(aside))
    bare = plain(_BRACKETS.sub(_bracket, text)) if asides else plain(text)
    words, change = _without_end(_without_beginning(bare or plain(text)))
    loose = _loose(words)
    core = f"={words}={change}={including}"
    return _Said(plain(text), words, change, core, loose, "*" + "".join(sorted(loose)))


def _bracket(found: re.Match[str]) -> str:
    """Return what a bracket adds to a name: nothing where it only says the unit, the scope or a short form."""
    inside = found[1].strip()
    aside = _ASIDE.fullmatch(inside) or _INCLUDING.match(inside)
    full = _FULL.get(inside)
    return "" if aside or (full and full in found.string) else inside


def _without_beginning(words: str) -> str:
    while (head := _HEAD.match(words)) and len(words) - head.end() >= _SHORTEST:
        words = words[head.end() :]
    return words


def _without_end(words: str) -> tuple[str, str]:
    change = ""
    while (tail := _TAIL.search(words)) and tail.start() >= _SHORTEST:
        words = words[: tail.start()]
        change = "rise" if tail[0] in _RISE else "fall" if tail[0] in _FALL else change
    return words, change


def _loose(words: str) -> str:
    """Write out short forms and drop what only joins words."""
    full = _FORMS.sub(lambda found: _FULL[found[0]], words)
    return _FILLING.sub("", full) or full


def _added(one: str, other: str) -> str:
    """Return the run of characters inside the longer that the shorter lacks; nothing where it is not one run."""
    short, long = sorted((one, other), key=len)
    before = 0
    while before < len(short) and short[before] == long[before]:
        before += 1
    rest = len(short) - before
    inside = before > 0 and rest > 0 and long.endswith(short[before:])
    return long[before : len(long) - rest] if inside else ""


def _harmless(added: str, both: str) -> bool:
    """Tell whether two names, given one after the other, mean the same whether or not a run was added."""
    if added in _OPTIONAL:
        return True
    long = len(both) > 2 * _LONG
    return long and len(added) == 1 and not added.isascii() and added not in _TELLING


def _common(one: str, other: str) -> int:
    """Return how much two names have in common: pairs of characters, per thousand."""
    pairs, others = _pairs(one), _pairs(other)
    return 2000 * (pairs & others).total() // (pairs.total() + others.total())


def _pairs(words: str) -> Counter[str]:
    return Counter(words[at : at + 2] for at in range(len(words) - 1))

"""A definition of the indicator library (指标定义): what it holds, how people write it, what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.domain.case import Kind, Polarity
from tracker.domain.indicator_names import plain
from tracker.domain.target_shape import MAX_PLACES, kind_of_level
from tracker.domain.target_values import rate_unit

LONGEST = {"code": 40, "name": 200, "unit": 20, "category": 60, "source": 200, "note": 2000}
LABELS = {
    "code": "编码",
    "name": "指标名称",
    "aliases": "别名",
    "unit": "计量单位",
    "kind": "类型",
    "polarity": "方向",
    "places": "小数位",
    "category": "类别",
    "source": "来源",
    "note": "说明",
}
MOST_ALIASES = 30
_KINDS = {
    Kind.FLOW: "累计数 累计 累计值 流量 期间数 时期数 时期 发生额 发生数 当月数 当期数 flow",
    Kind.STOCK: "时点数 时点 存量 余额 期末数 期末 保有量 stock",
    Kind.RATE: "比率 比例 比重 占比 率 相对数 百分比 百分数 增幅 增速 增长率 强度 排名 rate",
}
_POLARITIES = {
    Polarity.HIGHER: "越高越好 越大越好 越多越好 不低于 不少于 至少 正向 正 高优 上升 高 higher +",
    Polarity.LOWER: "不超过 不高于 越低越好 越小越好 越少越好 至多 控制 逆向 反向 负向 逆 负 低优 下降 低 lower -",
}
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_POLARITY_WORDS = {word: one for one, words in _POLARITIES.items() for word in words.split()}
_BETWEEN = re.compile(r"[、，,；;\n]+")
_PLACES = re.compile(r"(?:保留)?(?:小数)?(?:([0-9])|([零一二两三四]))(?:位)?(?:小数)?")
_SHOWN_PLACES = re.compile(r"0(?:\.(0+))?")
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}
_WHOLE = frozenset({"整数", "取整", "取整数", "无"})
_TWO_PLACES = frozenset({"亿元", "亿"})
_TO_BE_LOW = re.compile(
    r"债务|负债|失业|能耗|控制数|限额|上限|三公|死亡|事故|发病|发案|浓度|逾期|拖欠|欠款|亏损|投诉|不良|排放"
)
#: What is cut is reported: more of it is better.
_CUT = re.compile(r"化解|偿还|压减|压降|清偿|清欠|清收|处置|下降|降低|减少|核销|整改|办结")


@dataclass(frozen=True, slots=True)
class DefinitionValues:
    """All that a definition says. An empty code is none."""

    code: str
    name: str
    aliases: tuple[str, ...]
    unit: str
    kind: Kind
    polarity: Polarity
    places: int
    category: str = ""
    source: str = ""
    note: str = ""


def faults_of(values: DefinitionValues) -> list[tuple[str, str]]:
    """Return what is wrong: the field, and the words that go on after its label."""
    found = [
        (field, f"不能超过 {longest} 字")
        for field, longest in LONGEST.items()
        if len(getattr(values, field)) > longest
    ]
    found += [(field, "没有填") for field in ("name", "unit") if not getattr(values, field)]
    if values.name and not plain(values.name):
        found.append(("name", f"“{values.name[:20]}”里没有文字"))
    if not 0 <= values.places <= MAX_PLACES:
        found.append(("places", f"应在 0 到 {MAX_PLACES} 之间"))
    if len(values.aliases) > MOST_ALIASES:
        found.append(("aliases", f"不能超过 {MOST_ALIASES} 个"))
    if any(len(alias) > LONGEST["name"] for alias in values.aliases):
        found.append(("aliases", f"每个不能超过 {LONGEST['name']} 字"))
    return found


def shown(values: DefinitionValues, field: str) -> str:
    """Return a field of a definition as people read it."""
    words = {
        "aliases": "、".join(values.aliases),
        "kind": values.kind.word,
        "polarity": values.polarity.word,
    }
    return words.get(field, str(getattr(values, field)))


def search_text(values: DefinitionValues) -> str:
    """Return what a search goes through: name, aliases, code and category, each on its line."""
    parts = (values.name, *values.aliases, values.code, values.category)
    return "\n".join(plain(part) for part in parts)


def read_aliases(text: str, name: str) -> tuple[str, ...]:
    """Return the names in a list of them, each once, without the definition's own."""
    named = (alias.strip() for alias in _BETWEEN.split(text))
    return tuple(dict.fromkeys(alias for alias in named if plain(alias) and alias != name))


def read_kind(text: str) -> Kind | None:
    """Return the kind that a word means, None for one that is not known."""
    return _KIND_WORDS.get(_bare(text))


def read_polarity(text: str) -> Polarity | None:
    """Return the direction that a word means, None for one that is not known."""
    return _POLARITY_WORDS.get(_bare(text).removesuffix("指标") or _bare(text))


def read_places(text: str) -> int | None:
    """Return how many decimals are meant by 2, 两位小数, 0.00 or 整数; None where it cannot be told."""
    bare = _bare(text)
    if bare in _WHOLE:
        return 0
    shown = _SHOWN_PLACES.fullmatch(bare)
    if shown:
        return len(shown[1] or "")
    said = _PLACES.fullmatch(bare)
    if said is None:
        return None
    return int(said[1]) if said[1] else _DIGITS[said[2]]


def usual_kind(name: str, unit: str) -> Kind:
    """Return the kind of a definition that does not say it."""
    return Kind.RATE if unit and rate_unit(unit) else kind_of_level(name)


def usual_polarity(name: str) -> Polarity:
    """Return the direction of a definition that does not say it: debts and the like are to stay low."""
    low = _TO_BE_LOW.search(name) and not _CUT.search(name)
    return Polarity.LOWER if low else Polarity.HIGHER


def usual_places(unit: str) -> int:
    """Return the decimals of a definition that does not say them: two where one of its units is much."""
    return 2 if unit in _TWO_PLACES or (unit and rate_unit(unit)) else 0


def _bare(text: str) -> str:
    return "".join(text.split()).lower().removesuffix("型").removesuffix("类")

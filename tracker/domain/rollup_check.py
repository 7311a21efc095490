"""Whether a parent can be worked out as somebody wishes (汇总设定): one sentence why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from tracker.domain.case import Kind, Polarity
from tracker.domain.formula import Apply, Node, Number, is_name
from tracker.domain.rollup import Part, Rollup, Rule, same_measure

#: A parent has at most so many children, and so many levels below it.
MOST_CHILDREN = 200
MOST_LEVELS = 6


def check_rule(rule: Rule, parts: Sequence[Part], labels: Sequence[str]) -> str | None:
    """Return in one sentence why a parent cannot be worked out so, None when it can; `labels` name the children."""
    if not parts:
        return "请至少选一项下级指标。"
    if len(parts) > MOST_CHILDREN:
        return f"下级指标最多 {MOST_CHILDREN} 项，现有 {len(parts)} 项。"
    if rule.rollup == Rollup.SUM:
        return _check_sum(rule, parts, labels)
    if rule.rollup == Rollup.MEAN:
        return _check_mean(rule, parts, labels)
    return _check_formula(rule, parts)


def _check_sum(rule: Rule, parts: Sequence[Part], labels: Sequence[str]) -> str | None:
    if rule.kind == Kind.RATE:
        return "比率不能相加，请改用公式或加权平均。"
    for part, label in zip(parts, labels, strict=True):
        if part.case.kind != rule.kind:
            return f"“{label}”是{part.case.kind.word}，不能合计成{rule.kind.word}。"
        if not same_measure(part.unit, rule.unit):
            return (
                f"“{label}”的单位是{part.unit or '空'}，不能换算成{rule.unit or '空'}，不能合计。"
            )
    return None


def _check_mean(rule: Rule, parts: Sequence[Part], labels: Sequence[str]) -> str | None:
    if rule.unit != "%" or rule.kind == Kind.FLOW:
        return "加权平均得出的是完成率，只用于单位为“%”的比率或时点指标。"
    for part, label in zip(parts, labels, strict=True):
        if part.weight <= 0:
            return f"“{label}”的权重要大于零。"
        if part.case.polarity != Polarity.HIGHER:
            return f"“{label}”不是越高越好的指标，完成率不能平均。"
    return None


def _check_formula(rule: Rule, parts: Sequence[Part]) -> str | None:
    if rule.formula is None:
        return "公式还没有填。"
    names = [part.name for part in parts]
    problem = _check_names(names)
    if problem is not None:
        return problem
    missing = [name for name in rule.formula.names if name not in names]
    if missing:
        return f"公式里的“{missing[0]}”不在下级指标的名称里。"
    unused = [name for name in names if name not in rule.formula.names]
    if unused:
        return f"“{unused[0]}”没有写进公式，请写进去，或不选它。"
    if rule.unit == "%" and _is_times_hundred(rule.formula.root):
        return "单位是“%”，得数自动按百分数计，公式里不用再乘 100。"
    return None


def _is_times_hundred(node: Node) -> bool:
    hundred = Number(Fraction(100))
    return isinstance(node, Apply) and node.sign == "*" and hundred in {node.left, node.right}


def _check_names(names: Sequence[str]) -> str | None:
    for name, count in Counter(names).items():
        if not is_name(name):
            return f"“{name}”不能作公式里的名称，请用文字，不带空格和符号，不以数字开头。"
        if count > 1:
            return f"公式里的名称“{name}”用了两次，请各用各的。"
    return None

"""Formulas over named figures (计算公式): names, numbers, + - × ÷ and parentheses, read by a grammar of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import add, mul, sub
from typing import TypeAlias

from tracker.domain.errors import FigureError

LONGEST = 500
DEEPEST = 20
_LONGEST_NUMBER = 24
Values: TypeAlias = Mapping[str, "Fraction | None"]

_ONE_FORM = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "＋": "+",
        "－": "-",
        "−": "-",
        "×": "*",
        "＊": "*",
        "÷": "/",
        "／": "/",
        "（": "(",
        "）": ")",
        "．": ".",
        "＝": "=",
        "\u3000": " ",
    }
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/()]))"
)
_HEAD = re.compile(r"\s*[^\W\d]\w*\s*=")
_NAME = re.compile(r"[^\W\d]\w*")
_WORK: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": add, "-": sub, "*": mul}


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a figure."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Two parts and what is done with them: + - * /."""

    sign: str
    left: Node
    right: Node


Node: TypeAlias = Number | Name | Apply


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read (公式), ready to be worked out any number of times."""

    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names it asks for, each once, in the order of the text."""
        return tuple(dict.fromkeys(_names(self.root)))

    def work_out(self, values: Values) -> Fraction | None:
        """Return the result, exactly; None where a name is not known or something is divided by zero."""
        return _worked(self.root, values)


def as_name(text: str) -> str:
    """Make a name that a formula can hold of an indicator's: 教育支出（中小学） → 教育支出中小学."""
    kept = "".join(re.findall(r"\w+", text))
    return kept if _NAME.match(kept) else f"项{kept}"


def is_name(text: str) -> bool:
    """Tell whether a formula can hold this name."""
    return _NAME.fullmatch(text) is not None


def read_formula(text: str) -> Formula:
    """Read a formula: 税收收入 ÷ 一般公共预算收入, also with 税收占比 = before it, in full or half width.

    FigureError says in one sentence where it cannot be read.
    """
    if len(text) > LONGEST:
        msg = f"公式最多 {LONGEST} 个字，现有 {len(text)} 个。"
        raise FigureError(msg)
    written = text.translate(_ONE_FORM)
    head = _HEAD.match(written)
    reader = _Reader(_tokens(written[head.end() :] if head else written))
    return Formula(reader.whole())


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        kind = None if token is None else token.lastgroup
        if token is None or kind is None:
            msg = f"公式里的“{text[at:].strip()[:10]}”看不懂，只能用指标名、数字和 + − × ÷（ ）。"
            raise FigureError(msg)
        found.append((kind, token[kind]))
        at = token.end()
    return found


class _Reader:
    """Reads tokens from left to right; × and ÷ bind closer than + and −."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> Node:
        """Read all of it."""
        if not self._tokens:
            msg = "公式还没有填。"
            raise FigureError(msg)
        node = self._sum(0)
        if self._at < len(self._tokens):
            msg = f"公式里“{self._tokens[self._at][1]}”前面少了运算符，或多了括号。"
            raise FigureError(msg)
        return node

    def _next(self, *signs: str) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at] in {("sign", s) for s in signs}:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def _sum(self, depth: int) -> Node:
        node = self._product(depth)
        while sign := self._next("+", "-"):
            node = Apply(sign, node, self._product(depth))
        return node

    def _product(self, depth: int) -> Node:
        node = self._one(depth)
        while sign := self._next("*", "/"):
            node = Apply(sign, node, self._one(depth))
        return node

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            msg = f"公式的括号和正负号最多套 {DEEPEST} 层。"
            raise FigureError(msg)
        if sign := self._next("+", "-"):
            return Apply(sign, Number(Fraction(0)), self._one(depth + 1))
        if self._next("("):
            node = self._sum(depth + 1)
            if not self._next(")"):
                msg = "公式的括号没有配对，少了“）”。"
                raise FigureError(msg)
            return node
        return self._leaf()

    def _leaf(self) -> Node:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")
        self._at += 1
        if kind == "name":
            return Name(text)
        if kind == "number":
            if len(text) > _LONGEST_NUMBER:
                msg = f"公式里的数最多 {_LONGEST_NUMBER} 位。"
                raise FigureError(msg)
            return Number(Fraction(Decimal(text)))
        place = f"“{text}”前面" if kind == "sign" else "末尾"
        msg = f"公式{place}少了指标名或数字。"
        raise FigureError(msg)


def _names(node: Node) -> list[str]:
    if isinstance(node, Apply):
        return [*_names(node.left), *_names(node.right)]
    return [node.name] if isinstance(node, Name) else []


def _worked(node: Node, values: Values) -> Fraction | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values.get(node.name)
    left, right = _worked(node.left, values), _worked(node.right, values)
    if left is None or right is None:
        return None
    if node.sign == "/":
        return left / right if right else None
    return _WORK[node.sign](left, right)

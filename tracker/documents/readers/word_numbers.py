"""Word's automatic numbers: rebuilt from the numbering part, since paragraphs do not hold them."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tracker.documents.readers.archive import part_tree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "chineseLegalSimplified",
    "japaneseDigitalTenThousand",
}


def _chinese(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    return str(number)


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


def number_words(number: int, form: str) -> str:
    """Return a number in the form that the numbering part names."""
    if form in _CHINESE:
        return _chinese(number)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form == "lowerLetter":
        return _letter(number)
    if form == "upperLetter":
        return _letter(number).upper()
    if form in ("bullet", "none"):
        return ""
    return str(number)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its form, its text (%1、) and where it starts."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbers:
    """Counts the document's lists while its paragraphs pass by."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, properties: Element | None) -> str:
        """Return the number that Word shows before a paragraph, empty when it shows none."""
        named = _list_of(properties, self.styles)
        if named is None or named[0] not in self.lists:
            return ""
        abstract, levels = self.lists[named[0]]
        depth = named[1]
        level = levels.get(depth)
        if level is None:
            return ""
        self._count(abstract, depth, levels)
        if level.form in ("bullet", "none"):
            return ""
        return re.sub(
            r"%(\d)", lambda match: self._shown(abstract, int(match[1]) - 1, levels), level.text
        )

    def _count(self, abstract: str, depth: int, levels: dict[int, Level]) -> None:
        counts = self.counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]

    def _shown(self, abstract: str, depth: int, levels: dict[int, Level]) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        return number_words(self.counts[abstract].get(depth, level.start), level.form)


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get(f"{W}val")


def _list_of(
    properties: Element | None, styles: dict[str, tuple[str, int]]
) -> tuple[str, int] | None:
    if properties is None:
        return None
    own = properties.find(f"{W}numPr")
    style = styles.get(_value(properties.find(f"{W}pStyle")) or "")
    if own is None:
        return style
    number = _value(own.find(f"{W}numId")) or (style[0] if style else None)
    depth = _value(own.find(f"{W}ilvl"))
    if number is None or number == "0":
        return None
    return number, int(depth) if depth and depth.isdigit() else (style[1] if style else 0)


def _levels(abstract: Element) -> dict[int, Level]:
    levels = {}
    for level in abstract.findall(f"{W}lvl"):
        depth, start = level.get(f"{W}ilvl", "0"), _value(level.find(f"{W}start")) or "1"
        levels[int(depth) if depth.isdigit() else 0] = Level(
            _value(level.find(f"{W}numFmt")) or "decimal",
            _value(level.find(f"{W}lvlText")) or "",
            int(start) if start.isdigit() else 1,
        )
    return levels


def _styles(tree: Element | None) -> dict[str, tuple[str, int]]:
    """Which list a paragraph style belongs to, over the styles it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in [] if tree is None else tree.findall(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        found = _list_of(style.find(f"{W}pPr"), {})
        if found is not None:
            own[name] = found
        based[name] = _value(style.find(f"{W}basedOn")) or ""
    return {name: found for name in based if (found := _inherited(name, own, based)) is not None}


def _inherited(
    name: str, own: dict[str, tuple[str, int]], based: dict[str, str]
) -> tuple[str, int] | None:
    for _ in range(12):
        if name in own or not name:
            return own.get(name)
        name = based.get(name, "")
    return None


def numbers_of(archive: zipfile.ZipFile) -> Numbers:
    """Return the document's lists, ready to count."""
    tree = part_tree(archive, "word/numbering.xml")
    numbers = Numbers(styles=_styles(part_tree(archive, "word/styles.xml")))
    if tree is None:
        return numbers
    abstracts = {
        one.get(f"{W}abstractNumId"): _levels(one) for one in tree.findall(f"{W}abstractNum")
    }
    for one in tree.findall(f"{W}num"):
        abstract = _value(one.find(f"{W}abstractNumId"))
        if abstract in abstracts:
            numbers.lists[one.get(f"{W}numId", "")] = (abstract or "", abstracts[abstract])
    return numbers

"""A small count of right, given and wanted rows, so that the tests need nothing from outside."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

Counts = dict[str, tuple[int, int, int]]


def even(words: str) -> str:
    bare = unicodedata.normalize("NFKC", re.sub(r"\s+", "", words)).strip("。；;，,：:. ")
    return re.sub(r"^要(?![素求点闻])", "", bare)


def heading(words: str) -> str:
    """A heading without the bracket behind it."""
    return re.sub(r"\([^()]*\)?$", "", even(words))


def _count(wanted: list[Any], given: list[Any]) -> tuple[int, int, int]:
    both = Counter(wanted) & Counter(given)
    return sum(both.values()), len(given), len(wanted)


def _named(row: dict[str, Any], other: dict[str, Any]) -> bool:
    names = [even(name) for name in (other["name"], *other.get("aliases", []))]
    said = even(row["name"])
    close = any(
        name == said
        or (
            (name in said or said in name)
            and min(len(name), len(said)) * 2 >= max(len(name), len(said))
        )
        for name in names
    )
    measures = [other["measure"], *other.get("measure_alt", [])]
    return (
        close
        and row["measure"] in measures
        and row["value"] == other["value"]
        and row["unit"] == other["unit"]
    )


def _indicators(wanted: list[dict[str, Any]], given: list[dict[str, Any]]) -> tuple[int, int, int]:
    left = list(given)
    hits = 0
    for other in sorted(wanted, key=lambda row: bool(row.get("optional"))):
        match = next((row for row in left if _named(row, other)), None)
        if match is not None:
            left.remove(match)
            hits += not other.get("optional")
    needed = sum(1 for row in wanted if not row.get("optional"))
    return hits, hits + len(left), needed


def score(wanted: dict[str, Any], given: dict[str, Any]) -> Counts:
    needed = [even(words) for words in wanted["tasks"]]
    optional = {even(words) for words in wanted.get("optional_tasks", [])} - set(needed)
    heads = [heading(item["title"]) for item in wanted["items"]]
    spare = {heading(words) for words in wanted.get("optional_items", [])} - set(heads)
    tasks = [even(task["text"]) for task in given["tasks"]]
    items = [heading(item["title"]) for item in given["items"]]
    return {
        "tasks": _count(needed, [words for words in tasks if words not in optional]),
        "items": _count(heads, [words for words in items if words not in spare]),
        "indicators": _indicators(wanted["indicators"], given["indicators"]),
    }

"""Which unit of ours a document means by a name (单位名称的对应)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

K = TypeVar("K")
_SHORTEST = 2


def match_unit(words: str, names: Mapping[K, str]) -> K | None:
    """Return the unit whose name is `words`; else the only one where one name ends the other, else begins it.

    县财政局预算股 is 预算股: what stands last in a name says which unit it is.
    """
    said = "".join(words.split())
    if len(said) < _SHORTEST:
        return None
    for alike in (_same, _ends, _begins):
        found = [key for key, name in names.items() if len(name) >= _SHORTEST and alike(said, name)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def match_units(named: Iterable[str], names: Mapping[K, str]) -> list[K]:
    """Return the units that these names mean, in their order, each once; unknown ones are left out."""
    found = [match_unit(words, names) for words in named]
    return list(dict.fromkeys(key for key in found if key is not None))


def _same(said: str, name: str) -> bool:
    return said == name


def _ends(said: str, name: str) -> bool:
    return said.endswith(name) or name.endswith(said)


def _begins(said: str, name: str) -> bool:
    return said.startswith(name) or name.startswith(said)

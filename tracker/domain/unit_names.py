"""Which unit of ours a document means by a name (单位名称的对应)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

K = TypeVar("K")
_SHORTEST = 2


def match_unit(words: str, names: Mapping[K, str]) -> K | None:
    """Return the unit whose name is `words`, or the only one that one begins or ends with the other."""
    said = "".join(words.split())
    exact = [key for key, name in names.items() if name == said]
    if exact:
        return exact[0] if len(exact) == 1 else None
    if len(said) < _SHORTEST:
        return None
    alike = [key for key, name in names.items() if len(name) >= _SHORTEST and _alike(said, name)]
    return alike[0] if len(alike) == 1 else None


def match_units(named: Iterable[str], names: Mapping[K, str]) -> list[K]:
    """Return the units that these names mean, in their order, each once; unknown ones are left out."""
    found = [match_unit(words, names) for words in named]
    return list(dict.fromkeys(key for key in found if key is not None))


def _alike(said: str, name: str) -> bool:
    return (
        said.endswith(name) or name.endswith(said) or said.startswith(name) or name.startswith(said)
    )

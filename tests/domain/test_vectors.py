"""The worked cases of DOMAIN.md's vectors, and further ones worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.standing import case_from_json, standing, standing_as_json

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "domain" / "vectors.json"


def load(path: Path) -> list[Any]:
    entries = json.loads(path.read_text("utf-8")) if path.exists() else []
    return [pytest.param(entry, id=entry["case"]["name"]) for entry in entries]


@pytest.mark.parametrize("entry", load(SHARED))
def test_gives_every_figure_of_the_shared_vectors(entry: dict[str, Any]) -> None:
    assert standing_as_json(standing(case_from_json(entry["case"]))) == entry["expect"]


@pytest.mark.parametrize("entry", load(HERE / "cases.json"))
def test_gives_the_figures_worked_out_by_hand(entry: dict[str, Any]) -> None:
    shown = standing_as_json(standing(case_from_json(entry["case"])))
    assert {key: shown[key] for key in entry["expect"]} == entry["expect"]
    assert [key for key in entry.get("absent", []) if key in shown] == []

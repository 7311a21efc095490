"""Documents of our own writing are read as their labels say, by the scorer that stands outside."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.domain.plan_text.counting import Counts, score
from tracker.documents.readers import read_document
from tracker.domain.plan_text import as_json, read_plan

HERE = Path(__file__).resolve().parent.parent / "plan_texts"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "plans"
ONCE_BLIND = HERE / "blind"
OWN = sorted(HERE.rglob("*.gold.json"))
LEAST = {
    "sections": 1.0,
    "items": 0.97,
    "tasks": 0.96,
    "indicators": 0.93,
    "owners": 0.95,
    "actuals": 0.92,
}


def scorer() -> ModuleType:
    path = SHARED / "score.py"
    if not path.exists():
        pytest.skip("the scorer and its documents are not on this machine")
    spec = importlib.util.spec_from_file_location("plan_scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(counts: Counts) -> dict[str, float]:
    return {
        kind: round(2 * hit / (given + wanted), 4) if given + wanted else 1.0
        for kind, (hit, given, wanted) in counts.items()
    }


@pytest.mark.parametrize("gold", OWN, ids=lambda path: path.name.removesuffix(".gold.json"))
def test_tasks_and_items_of_our_own_documents(gold: Path) -> None:
    source = gold.with_name(gold.name.replace(".gold.json", ".txt"))
    text = read_document(source.name, source.read_bytes()).text
    wanted = json.loads(gold.read_text(encoding="utf-8"))

    counts = score(wanted, as_json(read_plan(text)))

    found = figures(counts)
    assert found["items"] == 1.0
    assert found["tasks"] >= 0.9
    assert found["indicators"] >= 0.85


@pytest.mark.parametrize("folder", [HERE, ONCE_BLIND, SHARED], ids=["own", "once blind", "given"])
def test_scorer_is_content(folder: Path) -> None:
    judge = scorer()
    total = {kind: [0, 0, 0] for kind in LEAST}
    for gold in sorted(folder.glob("*.gold.json")):
        source = gold.with_name(gold.name.replace(".gold.json", ".txt"))
        if not source.exists():
            continue
        text, offsets = judge.document_text(str(source))
        wanted = json.loads(gold.read_text(encoding="utf-8"))
        counts, notes, _ = judge.score_document(wanted, as_json(read_plan(text)), text, offsets)
        assert notes["fabricated"] == []
        assert notes["bad_offsets"] == 0
        for kind in LEAST:
            total[kind] = [a + b for a, b in zip(total[kind], counts[kind], strict=True)]

    reached = {kind: judge.prf(counts)[2] for kind, counts in total.items()}
    assert {kind: figure for kind, figure in reached.items() if figure < LEAST[kind]} == {}

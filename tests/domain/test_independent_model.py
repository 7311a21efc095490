"""The program's figures against a second working of the same rules, on cases drawn at random."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests.domain.independent_model import Figures, figures_of
from tracker.domain.standing import case_from_json, standing, standing_as_json

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "vectors.json"
MAGNITUDES = (1, 20, 1_000, 120_000, 10**9, 10**15)


def program(case: Figures) -> Figures:
    return standing_as_json(standing(case_from_json(case)))


def amount(draw: Random, low: float, high: float, places: int) -> str:
    steps = draw.randint(int(low * 10**places), int(high * 10**places))
    return written(steps, places)


def written(steps: int, places: int) -> str:
    digits = str(abs(steps)).rjust(places + 1, "0")
    cut = len(digits) - places
    return f"{'-' * (steps < 0)}{digits[:cut]}{'.' * (places > 0)}{digits[cut:]}"


def months(draw: Random, count: int, middle: float, places: int) -> list[str | None]:
    """Draw months around a middle; in some series a month is unknown or below zero now and then."""
    gaps, falls = draw.choice((0, 0, 0.1)), draw.choice((0, 0, 0.15))
    drawn: list[str | None] = []
    for _ in range(count):
        low = -middle if draw.random() < falls else 0.6 * middle
        drawn.append(None if draw.random() < gaps else amount(draw, low, 1.4 * middle, places))
    return drawn


def weights(draw: Random) -> list[str] | None:
    highest = draw.choice((0, 1, 9, 99_999))
    return [str(draw.randint(0, highest)) for _ in range(12)] if draw.random() < 0.7 else None


def quarters(draw: Random, target: str, places: int) -> list[str]:
    whole = int(target.replace(".", ""))
    cuts = [0, *sorted(draw.randint(0, whole) for _ in range(3)), whole]
    return [written(cuts[i + 1] - cuts[i], places) for i in range(4)]


def drawn_case(draw: Random, kind: str) -> Figures:
    places, size, month = draw.randint(0, 4), draw.choice(MAGNITUDES), draw.randint(0, 12)
    target = draw.choice((None, "0", *[amount(draw, 0.5 * size, 1.5 * size, places)] * 18))
    middle = size * draw.choice((0.7, 0.9, 0.97, 1, 1.03, 1.3)) / (12 if kind == "flow" else 1)
    case: Figures = {
        "kind": kind,
        "target": target,
        "places": places,
        "polarity": draw.choice(("higher", "higher", "lower")),
        "weights": weights(draw),
        "actual": months(draw, month, middle, places),
        "yellow_points": draw.choice(("10", "10", "5", "0", "7.5")),
    }
    if draw.random() < 0.6:
        case["last_year"] = months(draw, draw.choice((12, 12, 4)), middle, places)
    if kind == "flow" and target is not None and draw.random() < 0.3:
        case["quarters"] = quarters(draw, target, places)
    if kind == "stock" and draw.random() < 0.9:
        case["baseline"] = amount(draw, draw.choice((-0.3, 0.5)) * size, 1.5 * size, places)
    return case


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_the_model_itself_gives_the_shared_vectors() -> None:
    for entry in json.loads(SHARED.read_text("utf-8")):
        assert figures_of(entry["case"]) == entry["expect"]


@pytest.mark.parametrize(("kind", "seed"), list(product(("flow", "stock"), range(8))))
def test_any_case_comes_out_as_the_model_has_it(kind: str, seed: int) -> None:
    draw = Random(f"{kind} {seed}")  # noqa: S311
    for _ in range(30):
        case = drawn_case(draw, kind)
        assert program(case) == figures_of(case), json.dumps(case)


@pytest.mark.parametrize("polarity", ["higher", "lower"])
@pytest.mark.parametrize("month", [1, 3, 11, 12])
def test_every_distance_from_plan_has_the_model_s_light_and_guard(
    polarity: str, month: int
) -> None:
    for reached in range(-12, 133, 2):
        case: Figures = {
            "kind": "flow",
            "target": "120",
            "places": 0,
            "polarity": polarity,
            "actual": ["0"] * (month - 1) + [str(reached)],
        }
        assert program(case) == figures_of(case), json.dumps(case)


@pytest.mark.parametrize("polarity", ["higher", "lower"])
@pytest.mark.parametrize(("target", "baseline"), list(product(("0", "-7", "13", "100"), repeat=2)))
def test_odd_targets_and_bases_come_out_as_the_model_has_them(
    target: str, baseline: str, polarity: str
) -> None:
    series: tuple[list[str | None], ...] = ([], ["100"], ["13", None, "-7"], [None, "0"])
    for kind, actual in product(("flow", "stock"), (*series, ["-7"] * 6, ["13"] * 12)):
        case: Figures = {
            "kind": kind,
            "target": target,
            "baseline": baseline,
            "places": 1,
            "polarity": polarity,
            "actual": actual,
            "last_year": [None, "0"] * 6,
        }
        assert program(case) == figures_of(case), json.dumps(case)

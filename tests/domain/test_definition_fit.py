"""What a definition makes of a target, where its figures cannot be right in any shape."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.case import Kind, Polarity
from tracker.domain.definition_fit import Defined, Fitted, fit
from tracker.domain.errors import FigureError
from tracker.domain.plan_text.model import Measure

DEFINED = Defined("税收收入", Kind.FLOW, Polarity.HIGHER, "万元", 0)


@pytest.mark.parametrize(
    ("measure", "target", "baseline", "words"),
    [
        (Measure.AMOUNT, Decimal(-5), None, "不能是负数"),
        (Measure.GROWTH, None, Decimal(0), "基期数要大于零"),
    ],
)
def test_figures_that_make_no_sense_are_not_taken_over(
    measure: Measure, target: Decimal | None, baseline: Decimal | None, words: str
) -> None:
    row = Fitted(measure, Kind.FLOW, Polarity.HIGHER, "万元", 0, target, None, baseline, None, None)

    with pytest.raises(FigureError, match=words):
        fit(row, DEFINED)

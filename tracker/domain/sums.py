"""Whether parts add up to their whole (合计), and the difference in words: 还差 12 万元, 多出 3 万元."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.amounts import EXACT
from tracker.domain.wording import quantity


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts as typed against the whole that they must add up to; what is not typed yet is None."""

    parts: tuple[Decimal | None, ...]
    whole: Decimal | None

    @property
    def added(self) -> Decimal:
        """Return what the known parts add up to, exactly."""
        total = Decimal(0)
        for part in self.parts:
            total = EXACT.add(total, part or Decimal(0))
        return total

    @property
    def missing(self) -> int:
        """Return how many parts are not known."""
        return sum(part is None for part in self.parts)

    @property
    def fits(self) -> bool:
        """Tell whether every part is known and they add up."""
        return not self.missing and self.whole is not None and self.added == self.whole


def sum_words(sums: Sum, unit: str, places: int | None = None) -> str:
    """Say what the parts add up to and how far that is from the whole; of a fall, by its size."""
    said = f"合计 {quantity(sums.added, unit, places)}"
    if sums.missing:
        said = f"已填 {len(sums.parts) - sums.missing} 个，{said}"
    if sums.whole is None:
        return f"{said}；年度目标未定，无法核对。"
    left = EXACT.subtract(sums.whole, sums.added)
    if sums.whole < 0:
        left = -left
    if left == 0:
        return (
            f"{said}，正好等于全年。" if not sums.missing else f"{said}，已等于全年，其余应填 0。"
        )
    word = "还差" if left > 0 else "多出"
    return f"{said}，{word} {quantity(abs(left), unit, places)}。"

"""A second, plainer working of DOMAIN.md's figures, written without a look at the program's.

It takes a `case` as JSON and gives every figure as JSON, in exact fractions from end to end. It shares
no line with the domain: where the two differ, one of them has misread the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

Figures = dict[str, object]
Known = Fraction | None
ONE = Fraction(1)


def half_up(exact: Fraction, places: int) -> str:
    """Write a figure with so many decimals, a half away from zero; nothing is minus nothing."""
    steps = floor(abs(exact) * 10**places + Fraction(1, 2))
    digits = str(steps).rjust(places + 1, "0")
    cut = len(digits) - places
    sign = "-" if exact < 0 and steps else ""
    return sign + digits[:cut] + ("." + digits[cut:] if places else "")


def spread(total: Fraction, weights: Sequence[Fraction], places: int) -> list[Fraction]:
    """Round every share down, then give what is left, a step each, to the largest remainders."""
    if not any(weights):
        weights = [ONE] * len(weights)
    step = Fraction(1, 10**places)
    exact = [total / step * weight / sum(weights) for weight in weights]
    steps = [floor(share) for share in exact]
    left = total / step - sum(steps)
    by_remainder = sorted(range(len(steps)), key=lambda i: (steps[i] - exact[i], i))
    for index in by_remainder[: int(left)]:
        steps[index] += 1
    return [count * step for count in steps]


def ratio(part: Known, base: Known) -> Known:
    """Divide; unknown where either is, or where the base is zero or negative."""
    return None if part is None or base is None or base <= 0 else part / base


def minus(left: Known, right: Known) -> Known:
    """Subtract; unknown where either is."""
    return None if left is None or right is None else left - right


def _fraction(value: object) -> Known:
    return None if value is None else Fraction(str(value))


def _fractions(values: object) -> list[Known]:
    return [_fraction(value) for value in values] if isinstance(values, list) else []


class Model:
    """One case, taken apart; `figures` puts together what the program must print."""

    def __init__(self, case: Figures) -> None:
        self.places = int(str(case["places"]))
        self.is_stock = case["kind"] == "stock"
        self.sign = -1 if case.get("polarity") == "lower" else 1
        self.target = _fraction(case.get("target"))
        self.actual = _fractions(case.get("actual"))
        self.month = len(self.actual)
        self.has_last_year = bool(case.get("last_year"))
        self.last_year = _fractions(case.get("last_year"))
        self.yellow = Fraction(str(case.get("yellow_points", 10))) / 100
        self.start = _fraction(case.get("baseline")) if self.is_stock else Fraction(0)
        given = [weight or Fraction(0) for weight in _fractions(case.get("weights"))]
        self.weights = given if any(given) else [ONE] * 12
        self.plan = self._plan(_fractions(case.get("quarters")))
        self.reached = [self._sum(self.actual, month) for month in range(1, self.month + 1)]
        self.now = self.reached[-1] if self.reached else None
        self.ahead = self._ahead(self.month)

    def _plan(self, quarters: list[Known]) -> list[Fraction] | None:
        rise = minus(self.target, self.start)
        if rise is None:
            return None
        if not quarters:
            return spread(rise, self.weights, self.places)
        months: list[Fraction] = []
        for number, amount in enumerate(quarters):
            assert amount is not None
            months += spread(amount, self.weights[number * 3 : number * 3 + 3], self.places)
        return months

    def _line(self, month: int) -> Known:
        if self.plan is None or self.start is None:
            return None
        return self.start + sum(self.plan[:month], Fraction(0))

    def _sum(self, months: list[Known], until: int) -> Known:
        """Add up a flow's months, or take a stock's last; unknown where one that counts is."""
        if not 0 < until <= len(months):
            return None
        if self.is_stock:
            return months[until - 1]
        known = [amount for amount in months[:until] if amount is not None]
        return sum(known, Fraction(0)) if len(known) == until else None

    def _ahead(self, month: int) -> Known:
        reached = self.reached[month - 1] if month else None
        distance = minus(reached, self._line(month))
        return None if distance is None else distance * self.sign

    def _amount(self, exact: Known) -> str | None:
        return None if exact is None else half_up(exact, self.places)

    def _amounts(self, exact: Sequence[Known] | None) -> list[str | None] | None:
        return None if exact is None else [self._amount(each) for each in exact]

    @staticmethod
    def _per_cent(exact: Known) -> str | None:
        return None if exact is None else half_up(exact * 100, 2)

    def figures(self) -> Figures:
        """Give every figure that this kind, polarity and month have."""
        line = None if self.plan is None else [self._line(month) for month in range(1, 13)]
        plan_now = self._line(self.month) if self.month else None
        return {
            "monthly_plan": self._amounts(self.plan),
            "cumulative_plan": self._amounts(line),
            "month": self.month,
            "actual_cumulative": self._amount(self.now),
            "completion_pct": self._per_cent(ratio(self.now, self.target)),
            "time_pct": self._per_cent(Fraction(self.month, 12)),
            "ahead_of_time_points": self._per_cent(self._ahead_of_time()),
            "ahead_of_plan_points": self._per_cent(ratio(self.ahead, self.target)),
            "ahead_of_plan": self._amount(self.ahead),
            "pace_pct": self._per_cent(ratio(self.now, plan_now)),
            "light": self._light(),
            "status": self._status(),
            "months": [self._mark(month) for month in range(1, self.month + 1)],
            "quarters_lost": [q for q in (1, 2, 3, 4) if self._is_lost(q)],
            **self._year_on_year(),
            **self._what_is_left(),
            **self._forecasts(),
        }

    def _ahead_of_time(self) -> Known:
        completion = ratio(self.now, self.target)
        if self.is_stock or completion is None:
            return None
        return (completion - Fraction(self.month, 12)) * self.sign

    def _is_done(self) -> bool:
        if self.sign < 0 or self.now is None or self.target is None:
            return False
        return self.now >= self.target

    def _light(self) -> str:
        if self._is_done():
            return "blue"
        if self.ahead is None:
            return "grey"
        if self.ahead >= 0:
            return "green"
        points = ratio(self.ahead, self.target)
        return "yellow" if points is not None and -points <= self.yellow else "red"

    def _status(self) -> str:
        if self._is_done():
            return "done" if self.month == 12 else "done_early"
        if self.ahead is None:
            return "not_due"
        points = ratio(self.ahead, self.target)
        if points is not None and points >= Fraction(5, 100):
            return "ahead"
        return "on_pace" if self.ahead >= 0 else "behind"

    def _mark(self, month: int) -> str | None:
        distance = self._ahead(month)
        if distance is None:
            return None
        if distance >= 0:
            return "met"
        for later in range(month + 1, self.month + 1):
            again = self._ahead(later)
            if again is not None and again >= 0:
                return f"repaired:{later}"
        return "open"

    def _is_lost(self, quarter: int) -> bool:
        distance = self._ahead(quarter * 3) if quarter * 3 <= self.month else None
        return distance is not None and distance < 0

    def _year_on_year(self) -> Figures:
        if not self.has_last_year:
            return {}
        before = self._sum(self.last_year, self.month)
        grown = ratio(self.now, before)
        return {
            "yoy_pct": self._per_cent(minus(grown, ONE)),
            "yoy_amount": self._amount(minus(self.now, before)),
        }

    def _what_is_left(self) -> Figures:
        level = self.now if self.month else self.start
        if self.sign < 0:
            return {"allowance_left": self._amount(minus(self.target, level))}
        if self.month == 12:
            return {}
        quarter = self.month // 3 + 1
        quarter_gap = minus(self._line(quarter * 3), level)
        return {
            "quarter": quarter,
            **self._guarded("quarter", quarter_gap, quarter * 3),
            **self._guarded("year", minus(self.target, level), 12),
        }

    def _guarded(self, name: str, gap: Known, end: int) -> Figures:
        weights = self.weights[self.month : end]
        planned = None if self.plan is None else sum(self.plan[self.month : end], Fraction(0))
        uplift = minus(ratio(gap, planned), ONE)
        need: list[Fraction] | None = None
        if gap is not None:
            need = spread(gap, weights, self.places) if gap > 0 else [Fraction(0)] * len(weights)
        return {
            f"{name}_gap": self._amount(gap),
            f"{name}_need": self._amounts(need),
            f"{name}_uplift_pct": self._per_cent(uplift),
            f"{name}_guard": self._guard(gap, uplift),
        }

    def _guard(self, gap: Known, uplift: Known) -> str | None:
        if gap is not None and gap <= 0:
            return "safe"
        if gap is None or self.plan is None:
            return None
        bounds = (("safe", 0), ("push", 10), ("strained", 25))
        for word, most in bounds:
            if uplift is not None and uplift * 100 <= most:
                return word
        return "at_risk"

    def _forecasts(self) -> Figures:
        if self.is_stock:
            return {}
        share = sum(self.weights[: self.month], Fraction(0)) / sum(self.weights)
        found: Figures = {"forecast_profile": self._amount(ratio(self.now, share))}
        if self.has_last_year:
            found["forecast_yoy"] = self._amount(self._by_last_year())
        return found

    def _by_last_year(self) -> Known:
        whole = self._sum(self.last_year, 12)
        before = self._sum(self.last_year, self.month)
        if whole is None or before is None or before <= 0 or self.now is None:
            return None
        return self.now + (whole - before) * self.now / before


def figures_of(case: Figures) -> Figures:
    """Work out a case by the model."""
    return Model(case).figures()

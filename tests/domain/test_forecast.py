"""The expected year and its band."""

from __future__ import annotations

from decimal import Decimal

from tracker.domain.forecast import Forecast, Method, choose


def test_last_years_course_is_preferred_and_the_band_spans_both() -> None:
    chosen = choose(Decimal(123292), Decimal(121403))
    assert chosen == Forecast(
        Decimal(121403), Method.YEAR_ON_YEAR, Decimal(121403), Decimal(123292)
    )
    assert chosen.method.word == "按上年走势"


def test_the_profile_serves_where_last_year_is_unknown() -> None:
    chosen = choose(Decimal(96), None)
    assert chosen == Forecast(Decimal(96), Method.PROFILE, Decimal(96), Decimal(96))
    assert chosen.method.word == "按分月进度"


def test_nothing_known_forecasts_nothing() -> None:
    assert choose(None, None) is None

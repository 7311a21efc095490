"""A quarter is scored from what was reported and done; published it stays; units object and are answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tracker.domain.errors import (
    NotFoundError,
    NotReadyError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.domain.periods import Quarter
from tracker.domain.scoring import TEMPLATE, Rule, RuleKind, Source
from tracker.extensions import db
from tracker.models import Scoring, TaskEvent
from tracker.queries.unit_measures import unit_measures
from tracker.services.refresh_standings import refresh_standings
from tracker.services.score_quarter import (
    answer_objection,
    give_by_hand,
    object_to,
    publish_scoring,
    scheme_of,
    score_quarter,
    set_rules,
)

NOW = at("2024-05-14T15:00")
FIRST = Quarter(2024, 1)


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """A section that met four fifths of its quarter's plan, reported March late, and finished one of two tasks."""
    bureau = make_bureau(make)
    bureau.revenue.target = Decimal(1200)
    for month, amount, day in ((1, "100", "02-02"), (2, "100", "03-01"), (3, "40", "04-20")):
        make.report(bureau.revenue, month, amount, at=at(f"2024-{day}T10:00"))
    refresh_standings(indicators=[bureau.revenue], now=NOW)
    make_task(
        make, bureau, "2024-02-20", state="finished", finished_on=date(2024, 2, 19), text="按期办结"
    )
    late = make_task(make, bureau, "2024-03-20", text="没有办结")
    db.session.add(
        TaskEvent(
            top_unit_id=bureau.top.id,
            task_id=late.id,
            at=at("2024-03-01T09:00"),
            what="due",
            before="2024-03-01",
            after="2024-03-20",
        )
    )
    db.session.flush()
    return bureau


def scored(bureau: Bureau) -> Scoring:
    return score_quarter(top_unit_id=bureau.top.id, quarter=FIRST, now=NOW)


def published(bureau: Bureau) -> Scoring:
    scoring = scored(bureau)
    publish_scoring(scoring=scoring, version=scoring.version, person_id=None, now=NOW)
    return scoring


def test_what_is_measured(bureau: Bureau) -> None:
    figures = unit_measures(bureau.top.id, FIRST, NOW)[bureau.section.id]

    assert figures == {
        Source.PACE: Decimal("80.00"),
        Source.HELD: Decimal("0.00"),
        Source.ON_TIME: Decimal("50.00"),
        Source.OVERDUE: Decimal(1),
        Source.LATE_REPORTS: Decimal(1),
        Source.EXTENSIONS: Decimal(1),
    }


@pytest.mark.parametrize(
    ("high", "pace"),
    [("1080", "100.00"), ("800", "95.12")],  # 240 by March: within 270, or 39 of 800 over 201
)
def test_a_range_is_met_within_its_bounds(bureau: Bureau, high: str, pace: str) -> None:
    bureau.revenue.polarity, bureau.revenue.target = "range", Decimal(800)
    bureau.revenue.target_high = Decimal(high)
    refresh_standings(indicators=[bureau.revenue], now=NOW)

    figures = unit_measures(bureau.top.id, FIRST, NOW)[bureau.section.id]

    assert figures[Source.PACE] == Decimal(pace)


def test_a_month_that_nobody_reported_is_late_once_it_is_due(bureau: Bureau) -> None:
    second = unit_measures(bureau.top.id, Quarter(2024, 2), at("2024-05-10T09:00"))

    assert second[bureau.section.id][Source.LATE_REPORTS] == 1  # April; May is not due yet
    assert second[bureau.section.id][Source.PACE] is None


def test_the_sheet_adds_up_line_by_line(bureau: Bureau) -> None:
    (sheet,) = scored(bureau).sheets

    points = {line["name"]: line["points"] for line in sheet["lines"]}
    assert points == {
        "指标进度": "40.00",
        "守季度": "0.00",
        "任务按期办结": "0.00",
        "逾期任务": "4.00",
        "按时填报": "9.50",
        "督查办加分": "0.00",
    }
    assert (sheet["total"], sheet["rank"], sheet["unit_name"]) == ("53.50", 1, "预算股")


def test_points_by_hand_need_a_reason_and_count_at_once(bureau: Bureau) -> None:
    scoring = scored(bureau)
    unit = bureau.section.id

    with pytest.raises(NotReadyError, match="写明理由"):
        give_by_hand(scoring=scoring, unit_id=unit, points="3", why=" ", now=NOW)
    give_by_hand(scoring=scoring, unit_id=unit, points="3", why="省级表彰", now=NOW)

    assert scoring.sheets[0]["total"] == "56.50"
    assert scored(bureau).sheets[0]["why"] == "省级表彰"
    give_by_hand(scoring=scoring, unit_id=unit, points="", why="", now=NOW)
    assert scoring.sheets[0]["total"] == "53.50"


@pytest.mark.parametrize("points", ["NaN", "101", "-101", "1.234"])
def test_points_by_hand_that_make_no_sense_are_refused(bureau: Bureau, points: str) -> None:
    with pytest.raises(TrackerError):
        give_by_hand(
            scoring=scored(bureau), unit_id=bureau.section.id, points=points, why="有", now=NOW
        )


def test_points_for_a_unit_that_is_not_scored_are_refused(bureau: Bureau) -> None:
    with pytest.raises(NotFoundError):
        give_by_hand(scoring=scored(bureau), unit_id=999, points="1", why="有", now=NOW)


def test_what_is_published_stays_whatever_is_reported_later(bureau: Bureau, make: Maker) -> None:
    scoring = published(bureau)
    before = list(scoring.sheets)

    make.report(bureau.revenue, 3, "900", revision=2)
    refresh_standings(indicators=[bureau.revenue], now=NOW)

    assert scoring.sheets == before
    for act in (
        lambda: scored(bureau),
        lambda: give_by_hand(
            scoring=scoring, unit_id=bureau.section.id, points="1", why="有", now=NOW
        ),
        lambda: publish_scoring(scoring=scoring, version=scoring.version, person_id=None, now=NOW),
    ):
        with pytest.raises(TransitionError):
            act()


def test_a_stale_publication_is_refused(bureau: Bureau) -> None:
    scoring = scored(bureau)

    with pytest.raises(StaleError):
        publish_scoring(scoring=scoring, version=scoring.version + 1, person_id=None, now=NOW)


def test_a_quarter_that_is_not_over_is_not_scored(bureau: Bureau) -> None:
    with pytest.raises(TransitionError, match="还没有结束"):
        score_quarter(top_unit_id=bureau.top.id, quarter=Quarter(2024, 2), now=NOW)


def test_a_year_without_an_issued_plan_has_nobody_to_score(bureau: Bureau) -> None:
    with pytest.raises(NotReadyError, match="没有可考核的单位"):
        score_quarter(top_unit_id=bureau.top.id, quarter=Quarter(2023, 4), now=NOW)


def test_objections_are_answered_once(bureau: Bureau) -> None:
    scoring = published(bureau)
    with pytest.raises(NotReadyError):
        object_to(scoring=scoring, unit_id=bureau.section.id, text=" ", person_id=None, now=NOW)
    with pytest.raises(NotFoundError):
        object_to(scoring=scoring, unit_id=999, text="有", person_id=None, now=NOW)
    objection = object_to(
        scoring=scoring, unit_id=bureau.section.id, text="延期已批准", person_id=None, now=NOW
    )

    with pytest.raises(NotReadyError):
        answer_objection(objection=objection, answer="", person_id=None, now=NOW)
    answer_objection(objection=objection, answer="已核，维持", person_id=None, now=NOW)
    with pytest.raises(TransitionError):
        answer_objection(objection=objection, answer="再答", person_id=None, now=NOW)
    assert objection.answer == "已核，维持"


def rules_of(bureau: Bureau, rules: list[Rule], version: int = 0) -> None:
    set_rules(
        top_unit_id=bureau.top.id,
        year=2024,
        rules=rules,
        version=version,
        person_id=None,
        now=NOW,
    )


def test_rules_of_a_year_are_the_next_years_start(bureau: Bureau) -> None:
    assert len(scheme_of(bureau.top.id, 2024).rules) == len(TEMPLATE)
    veto = Rule("重大事故", RuleKind.VETO, Source.OVERDUE, Decimal(0))

    rules_of(bureau, [TEMPLATE[0], veto])

    assert [rule["name"] for rule in scheme_of(bureau.top.id, 2025).rules] == [
        "指标进度",
        "重大事故",
    ]
    (sheet,) = scored(bureau).sheets
    assert (sheet["total"], sheet["vetoed"]) == ("0", True)


def test_rules_that_clash_are_refused(bureau: Bureau) -> None:
    with pytest.raises(NotReadyError):
        rules_of(bureau, [])
    with pytest.raises(TrackerError, match="同名"):
        rules_of(bureau, [TEMPLATE[0], TEMPLATE[0]])
    rules_of(bureau, [TEMPLATE[0]])
    with pytest.raises(StaleError):
        rules_of(bureau, [TEMPLATE[1]])
    rules_of(bureau, [TEMPLATE[1]], version=1)
    assert db.session.scalars(select(Scoring)).all() == []

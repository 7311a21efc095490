"""Use case: score a quarter by the year's rules; publish it; object to it and answer (考核、公布、异议)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.domain.amounts import parse_figure
from tracker.domain.errors import (
    NotFoundError,
    NotReadyError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.domain.periods import Quarter
from tracker.domain.scoring import (
    PUBLISHED,
    TEMPLATE,
    Line,
    Rule,
    Sheet,
    Source,
    check_rule,
    ranks,
    rule_as_json,
    rule_from_json,
    score,
)
from tracker.extensions import db
from tracker.models import Objection, ScoreScheme, Scoring
from tracker.queries.unit_measures import unit_measures, unit_names_of
from tracker.services.audit import record

MOST_BY_HAND = Decimal(100)
LONGEST = 2_000


def scheme_of(top_unit_id: int, year: int) -> ScoreScheme:
    """Return the rules of a year: the year's own, else those of the year before, else the template, as a new draft."""
    found = db.session.scalar(
        select(ScoreScheme).where(ScoreScheme.top_unit_id == top_unit_id, ScoreScheme.year == year)
    )
    if found is not None:
        return found
    before = db.session.scalar(
        select(ScoreScheme.rules)
        .where(ScoreScheme.top_unit_id == top_unit_id, ScoreScheme.year < year)
        .order_by(ScoreScheme.year.desc())
        .limit(1)
    )
    rules = before or [rule_as_json(rule) for rule in TEMPLATE]
    return ScoreScheme(top_unit_id=top_unit_id, year=year, rules=rules, version=0)


def set_rules(
    *,
    top_unit_id: int,
    year: int,
    rules: Sequence[Rule],
    version: int,
    person_id: int | None,
    now: datetime,
) -> ScoreScheme:
    """Write a year's rules down. Raises FigureError, NotReadyError or StaleError with one sentence."""
    if not rules:
        raise NotReadyError(("至少要有一条计分规则",))
    for rule in rules:
        check_rule(rule)
    names = [rule.name for rule in rules]
    if len(set(names)) < len(names):
        raise TrackerError("有两条规则同名，请改一个。")
    scheme = scheme_of(top_unit_id, year)
    if (scheme.version or 0) != version:
        raise StaleError("您打开之后，别人已改过考核办法，请刷新后再改。")
    scheme.rules = [rule_as_json(rule) for rule in rules]
    if not version:
        scheme.version = 1
        db.session.add(scheme)
    db.session.flush()
    record(
        top_unit_id,
        "score_rules",
        now=now,
        person_id=person_id,
        object_type="scoring",
        detail={"year": year, "rows": len(rules)},
    )
    return scheme


def score_quarter(*, top_unit_id: int, quarter: Quarter, now: datetime) -> Scoring:
    """Work a quarter out, or work it out again while it is not published.

    Raises TransitionError when it is published or not over, NotReadyError when there is nobody to score.
    """
    if now.date() <= quarter.last_day:
        raise TransitionError(f"{quarter.year}年{quarter.label}还没有结束，结束后才能考核。")
    scoring = db.session.scalar(
        select(Scoring)
        .where(
            Scoring.top_unit_id == top_unit_id,
            Scoring.year == quarter.year,
            Scoring.quarter == quarter.quarter,
        )
        .with_for_update()
    )
    if scoring is not None and scoring.state == PUBLISHED:
        raise TransitionError("这个季度的考核已经公布，不能再算。")
    rules = scheme_of(top_unit_id, quarter.year).rules
    hand = scoring.hand if scoring is not None else {}
    sheets = _sheets(top_unit_id, quarter, rules, hand, now)
    if not sheets:
        raise NotReadyError((f"{quarter.year}年没有已下达的任务和指标，没有可考核的单位",))
    if scoring is None:
        scoring = Scoring(
            top_unit_id=top_unit_id, year=quarter.year, quarter=quarter.quarter, made_at=now
        )
        db.session.add(scoring)
    scoring.made_at, scoring.rules, scoring.sheets = now, rules, sheets
    db.session.flush()
    return scoring


def give_by_hand(*, scoring: Scoring, unit_id: int, points: str, why: str, now: datetime) -> None:
    """Give a unit the office's own points, with the reason, and work the quarter out again.

    Raises FigureError, NotReadyError, NotFoundError or TransitionError with one sentence.
    """
    require_draft(scoring)
    if unit_id not in {sheet["unit_id"] for sheet in scoring.sheets}:
        raise NotFoundError("没有这个单位，请刷新页面后再试。")
    given = parse_figure(points, 2, minimum=-MOST_BY_HAND) or Decimal(0)
    if given > MOST_BY_HAND:
        raise TrackerError(f"评定分不能超过 {MOST_BY_HAND} 分。")
    if given and not why.strip():
        raise NotReadyError(("加分、扣分要写明理由",))
    hand = {key: value for key, value in scoring.hand.items() if key != str(unit_id)}
    if given:
        hand[str(unit_id)] = {"points": str(given), "why": why.strip()[:LONGEST]}
    scoring.hand = hand
    quarter = Quarter(scoring.year, scoring.quarter)
    scoring.sheets = _sheets(scoring.top_unit_id, quarter, scoring.rules, hand, now)
    scoring.made_at = now
    db.session.flush()


def publish_scoring(
    *, scoring: Scoring, version: int, person_id: int | None, now: datetime
) -> None:
    """Publish a quarter's scores; they stay as they are. Raises TransitionError, StaleError."""
    require_draft(scoring)
    if version != scoring.version:
        raise StaleError("您打开之后，考核结果又算过一次，请核对后再公布。")
    scoring.state, scoring.published_at, scoring.published_by_id = PUBLISHED, now, person_id
    db.session.flush()
    record(
        scoring.top_unit_id,
        "score_published",
        now=now,
        person_id=person_id,
        object_type="scoring",
        object_id=scoring.id,
        detail={"year": scoring.year, "units": len(scoring.sheets)},
    )


def object_to(
    *, scoring: Scoring, unit_id: int, text: str, person_id: int | None, now: datetime
) -> Objection:
    """Write down what a unit objects to. Raises NotReadyError, NotFoundError."""
    if not text.strip():
        raise NotReadyError(("异议没有写内容",))
    if unit_id not in {sheet["unit_id"] for sheet in scoring.sheets}:
        raise NotFoundError("这次考核里没有这个单位。")
    objection = Objection(
        top_unit_id=scoring.top_unit_id,
        scoring_id=scoring.id,
        unit_id=unit_id,
        text=text.strip()[:LONGEST],
        person_id=person_id,
        at=now,
    )
    db.session.add(objection)
    db.session.flush()
    return objection


def answer_objection(
    *, objection: Objection, answer: str, person_id: int | None, now: datetime
) -> None:
    """Answer an objection, once. Raises NotReadyError, TransitionError."""
    if objection.answered_at is not None:
        raise TransitionError("这条异议已经答复过。")
    if not answer.strip():
        raise NotReadyError(("答复没有写内容",))
    objection.answer, objection.answered_by_id = answer.strip()[:LONGEST], person_id
    objection.answered_at = now
    db.session.flush()


def require_draft(scoring: Scoring) -> None:
    """Refuse to change what is published."""
    if scoring.state == PUBLISHED:
        raise TransitionError("这个季度的考核已经公布，不能再改。")


def _sheets(
    top_unit_id: int,
    quarter: Quarter,
    rules: Sequence[dict[str, Any]],
    hand: dict[str, Any],
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the units' sheets as plain values, the most points first."""
    measures = unit_measures(top_unit_id, quarter, now)
    names = unit_names_of(measures)
    read = [rule_from_json(rule) for rule in rules]
    sheets = {
        unit_id: _sheet(read, measures[unit_id], hand.get(str(unit_id), {})) for unit_id in names
    }
    places = ranks({unit_id: sheet.total for unit_id, sheet in sheets.items()})
    ordered = sorted(sheets, key=lambda unit_id: places[unit_id])
    return [
        {
            "unit_id": unit_id,
            "unit_name": names[unit_id],
            "rank": places[unit_id],
            "total": str(sheets[unit_id].total),
            "vetoed": sheets[unit_id].vetoed,
            "unknown": sheets[unit_id].unknown,
            "lines": [_line(line) for line in sheets[unit_id].lines],
            "why": hand.get(str(unit_id), {}).get("why", ""),
        }
        for unit_id in ordered
    ]


def _sheet(
    rules: Sequence[Rule], figures: dict[Source, Decimal | None], hand: dict[str, str]
) -> Sheet:
    given = figures | {Source.HAND: Decimal(hand.get("points", "0"))}
    return Sheet(tuple(score(rule, given[rule.source]) for rule in rules))


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "weight": str(line.weight),
        "value": None if line.value is None else str(line.value),
        "unit": line.unit,
        "points": None if line.points is None else str(line.points),
        "how": line.how,
        "veto": line.veto,
    }

"""Page: the scoring rules of a year, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.amounts import format_figure, parse_figure
from tracker.domain.errors import FigureError, NotReadyError, StaleError, TrackerError
from tracker.domain.scoring import (
    Rule,
    RuleKind,
    Source,
    parse_table,
    rule_from_json,
    table_words,
)
from tracker.extensions import db
from tracker.services.score_quarter import scheme_of, set_rules
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.scores.order import bp

FIGURES = (
    ("weight", "满分"),
    ("threshold", "标准"),
    ("step", "每单位加减分"),
    ("low", "下限"),
    ("high", "上限"),
    ("floor", "最低分"),
    ("bonus_cap", "最多加分"),
)
SPARE = 2
MOST = 30


@bp.route("/rules", methods=["GET", "POST"])
def rules() -> ResponseReturnValue:
    """Show the year's rules; write them down."""
    year = _year()
    scheme = scheme_of(actor().top_unit_id, year)
    version = scheme.version or 0
    if request.method == "GET":
        rows = [_shown(rule_from_json(rule)) for rule in scheme.rules]
        return _page(year, version, rows)
    rows = _typed_rows()
    try:
        set_rules(
            top_unit_id=actor().top_unit_id,
            year=year,
            rules=[_rule(row) for row in rows if row["name"].strip()],
            version=chosen_id(request.form.get("version")),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        words = f"{error.message}。" if isinstance(error, NotReadyError) else error.message
        status = 409 if isinstance(error, StaleError) else 422
        return _page(year, chosen_id(request.form.get("version")), rows, words, status)
    db.session.commit()
    flash("考核办法已保存；没有公布的季度请重新算一次。", "success")
    return redirect(url_for("scores.rules", year=year))


def _year() -> int:
    year = chosen_id(request.values.get("year"))
    return year if 2000 <= year < 2100 else local_now().year


def _page(
    year: int, version: int, rows: list[dict[str, str]], refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    spare = [dict.fromkeys(_KEYS, "") for _ in range(SPARE)] if not refusal else []
    page = render_template(
        "scores/rules.html",
        year=year,
        version=version,
        rows=[*rows, *spare][:MOST],
        kinds=list(RuleKind),
        sources=list(Source),
        figures=FIGURES,
        refusal=refusal,
    )
    return page, status


_KEYS = ("name", "kind", "source", *(name for name, _ in FIGURES), "table")


def _shown(rule: Rule) -> dict[str, str]:
    figures = {name: format_figure(getattr(rule, name)) for name, _ in FIGURES}
    return {
        "name": rule.name,
        "kind": rule.kind.value,
        "source": rule.source.value,
        **figures,
        "table": table_words(rule.table),
    }


def _typed_rows() -> list[dict[str, str]]:
    count = min(chosen_id(request.form.get("count")), MOST)
    return [
        {key: request.form.get(f"{key}-{number}", "")[:500] for key in _KEYS}
        for number in range(count)
    ]


def _rule(row: Mapping[str, str]) -> Rule:
    try:
        figures: dict[str, Any] = {
            name: parse_figure(row[name], 4) or Decimal(0) for name, _ in FIGURES
        }
        table = parse_table(row["table"])
    except FigureError as error:
        raise FigureError(f"“{row['name'].strip()}”：{error.message}") from None
    known = row["kind"] in set(RuleKind) and row["source"] in set(Source)
    if not known:
        raise TrackerError(f"“{row['name'].strip()}”的计分办法和依据要从列表里选。")
    return Rule(
        name=row["name"].strip()[:40],
        kind=RuleKind(row["kind"]),
        source=Source(row["source"]),
        table=table,
        **figures,
    )

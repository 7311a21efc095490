"""`flask review open | close`: dispatch reviews without a browser."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from tracker.cli.output import Moment, as_json_option, moment_or_now, print_json, refuse, refusing
from tracker.domain.agenda import ReviewKind
from tracker.extensions import db
from tracker.models import AgendaItem, Review
from tracker.queries.bureaus import top_units
from tracker.queries.by_code import bureau_of
from tracker.services.open_review import open_review, title_of
from tracker.services.run_review import close_review

group = AppGroup("review", help="Dispatch reviews (调度): freeze what lags, and end the meeting.")


@group.command("open")
@click.option("--kind", type=click.Choice([kind.value for kind in ReviewKind]), required=True)
@click.option("--at", type=Moment(), help="The moment whose figures are frozen; now by default.")
@click.option("--unit", "code", help="The bureau's code; needed where there are several.")
@as_json_option
@refusing
def open_(kind: str, at: datetime | None, code: str | None, as_json: bool) -> None:
    """Open the next review of a series; its agenda draws itself up."""
    now = moment_or_now(at)
    review = open_review(top_unit_id=_bureau(code), kind=ReviewKind(kind), now=now, person_id=None)
    items = db.session.scalar(
        select(func.count()).select_from(AgendaItem).where(AgendaItem.review_id == review.id)
    )
    said = {
        "id": review.id,
        "kind": review.kind,
        "title": title_of(review, now),
        "at": now,
        "state": review.state,
        "items": items,
    }
    db.session.commit()
    if as_json:
        print_json(said)
        return
    click.echo(f"已开始：{said['title']}（编号 {said['id']}），议程 {items} 项。")


@group.command("close")
@click.argument("review_id", type=int)
@click.option("--at", type=Moment(), help="When it ended; now by default.")
@refusing
def close(review_id: int, at: datetime | None) -> None:
    """End a review; nothing in it changes afterwards."""
    review = db.session.scalar(select(Review).where(Review.id == review_id).with_for_update())
    if review is None:
        refuse(f"没有编号为 {review_id} 的调度。")
    close_review(
        review=review,
        chair=review.chair,
        attendance=review.attendance,
        minutes=review.minutes,
        person_id=None,
        now=moment_or_now(at),
    )
    db.session.commit()
    click.echo("已散会。")


def _bureau(code: str | None) -> int:
    if code is not None:
        return bureau_of(code).id
    bureaus = top_units()
    if len(bureaus) != 1:
        refuse("有几个局，请用 --unit 写明是哪一个。" if bureaus else "还没有单位。")
    return bureaus[0]

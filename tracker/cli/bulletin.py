"""`flask bulletin make`: the document of a closed review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from tracker.cli.output import as_json_option, print_json, refuse, refusing
from tracker.clock import local_now
from tracker.extensions import db
from tracker.models import Bulletin, Review
from tracker.services.make_bulletin import make_bulletin

group = AppGroup("bulletin", help="Bulletins of closed reviews.")


@group.command("make")
@click.argument("review_id", metavar="REVIEW", type=int)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the document: a .docx, or its annex where the name ends in .xlsx.",
)
@as_json_option
@refusing
def make(review_id: int, out: Path, as_json: bool) -> None:
    """Make the bulletin of a closed review, with the text that its figures write, or write the one already made.

    Its figures are checked first; what does not fit is named and nothing is made.
    """
    review = db.session.get(Review, review_id)
    if review is None:
        refuse(f"没有编号为 {review_id} 的调度。")
    bulletin = make_bulletin(review=review, draft=None, person_id=None, now=local_now())
    try:
        out.write_bytes(bulletin.annex if out.suffix == ".xlsx" else bulletin.content)
    except OSError as error:
        db.session.rollback()
        refuse(f"写不了 {out}：{error.strerror}。")
    db.session.commit()
    if as_json:
        print_json(_row(bulletin, out))
    else:
        click.echo(f"《{bulletin.title}》（{bulletin.year}年第{bulletin.number}期）：{out}")


def _row(bulletin: Bulletin, out: Path) -> dict[str, Any]:
    return {
        "id": bulletin.id,
        "review": bulletin.review_id,
        "kind": bulletin.kind,
        "year": bulletin.year,
        "number": bulletin.number,
        "title": bulletin.title,
        "sha256": bulletin.sha256,
        "made_at": bulletin.made_at,
        "file": str(out),
    }

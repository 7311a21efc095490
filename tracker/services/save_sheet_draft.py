"""Use case: keep what a person has typed into a month's sheet, letter for letter, valid or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.periods import Month
from tracker.extensions import db
from tracker.models import SheetDraft
from tracker.permissions import Actor

#: The form's names: i12-amount, t5-progress. `base` is the revision that the page showed.
FIELD = re.compile(
    r"(?P<key>i[0-9]{1,12}|t[0-9]{1,12})-(amount|note|next|why|sure|base|progress|done|obstacle)"
)


def typed_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Return the sheet's own fields of a posted form."""
    return {name: text for name, text in form.items() if FIELD.fullmatch(name)}


def keys_of(typed: Mapping[str, str]) -> set[str]:
    """Return the rows that fields belong to."""
    return {name.split("-")[0] for name in typed}


def save_sheet_draft(
    *, actor: Actor, month: Month, typed: Mapping[str, str], now: datetime
) -> SheetDraft:
    """Keep the posted fields; rows that were not posted stay as they were kept."""
    draft = _draft_of(actor, month, now)
    posted = keys_of(typed)
    others = {n: text for n, text in draft.fields.items() if n.split("-")[0] not in posted}
    draft.fields = {**others, **typed}
    draft.at = now
    db.session.flush()
    return draft


def clear_sheet_draft(*, actor: Actor, month: Month, keys: Collection[str]) -> None:
    """Forget what was typed for rows that are sent."""
    draft = db.session.scalar(_chosen(actor, month))
    if draft is None:
        return
    left = {n: text for n, text in draft.fields.items() if n.split("-")[0] not in keys}
    if left:
        draft.fields = left
    else:
        db.session.delete(draft)
    db.session.flush()


def _draft_of(actor: Actor, month: Month, now: datetime) -> SheetDraft:
    """Return the person's draft, made if need be; two tabs that save at once share one."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    values = {
        "top_unit_id": actor.top_unit_id,
        "person_id": actor.person_id,
        "year": month.year,
        "month": month.month,
        "fields": {},
        "at": now,
    }
    db.session.execute(dialect.insert(SheetDraft).values(values).on_conflict_do_nothing())
    return db.session.scalars(_chosen(actor, month).with_for_update()).one()


def _chosen(actor: Actor, month: Month) -> Select[SheetDraft]:
    return select(SheetDraft).where(
        SheetDraft.person_id == actor.person_id,
        SheetDraft.year == month.year,
        SheetDraft.month == month.month,
    )

"""Pages: a revised document beside the issued plan, what is decided of it, and its application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError, StaleError, TrackerError
from tracker.domain.plan_diff import ChangeKind
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange
from tracker.outbox.settings import mail_settings
from tracker.queries.revision_page import PAGE, SHOWN, STATE_WORDS, RevisionPage, revision_page
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.accept_revision import accept_revision, changes_of
from tracker.services.assign_draft import Assignment
from tracker.services.decide_revision import (
    ACCEPTED,
    CHANGE,
    DECLINED,
    OPEN,
    assign_changes,
    decide_revision,
    leave_open,
    open_changes,
    seen_changes,
)
from tracker.services.draft_rows import StaleRowsError
from tracker.services.revision_gaps import revision_gaps
from tracker.services.settle_revision import compare_again, drop_revision, take_up_again
from tracker.web.access import actor, load_plan
from tracker.web.downloads import attachment
from tracker.web.fields import chosen_id
from tracker.web.listing import Chip, links_to, range_words
from tracker.web.plans.address import seen_versions, seen_words
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import AssignForm
from tracker.web.plans.reviewing import must_be_readable

WORDS = {"": "全部变动", "open": "未定"} | {kind.value: kind.word for kind in ChangeKind}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step was not taken, with what had been chosen and typed; `stale` names rows that others decided."""

    sentence: str
    status: int = 422
    chosen: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """Which rows are shown: a filter, and a page of them."""

    plan_id: int
    revision_id: int
    show: str = ""
    page: int = 1

    def url(self, **changes: str | int) -> str:
        """Return the address of this view, some of it changed."""
        asked: dict[str, Any] = {"show": self.show, "page": self.page} | changes
        kept: dict[str, Any] = {
            name: value for name, value in asked.items() if value not in {"", 1}
        }
        return url_for("plans.revision", plan_id=self.plan_id, revision_id=self.revision_id, **kept)

    def chips(self, found: RevisionPage) -> list[Chip]:
        """Return the filters with how many rows each leaves."""
        return [
            Chip(
                WORDS[show],
                self.url(show=show, page=1),
                show == self.show,
                found.counts.shown(show),
            )
            for show in SHOWN
        ]


@bp.get("/<int:plan_id>/revisions/<int:revision_id>")
def revision(plan_id: int, revision_id: int) -> ResponseReturnValue:
    """Show what a revised document changes, both texts side by side."""
    plan, found = _load(plan_id, revision_id)
    return _page(plan, found)


@bp.post("/<int:plan_id>/revisions/<int:revision_id>/rows")
def decide(plan_id: int, revision_id: int) -> ResponseReturnValue:
    """Do one thing to all chosen changes: accept, decline, leave undecided, assign, leave a target open."""
    plan, found = _load(plan_id, revision_id)
    act = ACTS.get(request.form.get("act", ""))
    if act is None:
        abort(400)
    keys = request.form.getlist("chosen")
    staff = staff_of(plan.top_unit_id, local_now().date())
    form = AssignForm()
    form.offer(staff)
    try:
        must_be_readable(form)
        said = act(_Step(plan, found, seen_changes(found, seen_versions(), keys), form, staff))
    except StaleRowsError as error:
        refusal = Refusal(error.message, 409, frozenset(keys), frozenset(error.keys))
    except TrackerError as error:
        refusal = Refusal(_words(error), chosen=frozenset(keys))
    else:
        db.session.commit()
        flash(said, "success")
        return redirect(_asked(plan_id, revision_id).url())
    db.session.rollback()
    return _page(*_load(plan_id, revision_id), form, refusal)


@bp.post("/<int:plan_id>/revisions/<int:revision_id>/apply")
def apply_revision(plan_id: int, revision_id: int) -> ResponseReturnValue:
    """Make what was accepted the plan."""
    plan, found = _load(plan_id, revision_id)
    try:
        applied = accept_revision(
            plan=plan,
            revision=found,
            actor=actor(),
            version=chosen_id(request.form.get("version")),
            now=local_now(),
            settings=mail_settings(current_app.config),
        )
    except TrackerError as error:
        db.session.rollback()
        status = 409 if isinstance(error, StaleError) else 422
        return _page(*_load(plan_id, revision_id), None, Refusal(_words(error), status))
    db.session.commit()
    said = "、".join(
        f"{kind.word} {applied.counts[kind]} 处" for kind in ChangeKind if applied.counts.get(kind)
    )
    told = f"已给 {applied.told} 人发修订通知。" if applied.told else ""
    flash(f"修订稿已应用：{said}。{told}" if said else "修订稿已应用，计划没有改动。", "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@bp.post("/<int:plan_id>/revisions/<int:revision_id>/settle")
def settle_revision(plan_id: int, revision_id: int) -> ResponseReturnValue:
    """Set a revision aside, take it up again, or hold it against the plan once more."""
    plan, found = _load(plan_id, revision_id)
    act, said = SETTLING.get(request.form.get("act", ""), (None, ""))
    if act is None:
        abort(400)
    try:
        act(plan=plan, revision=found, person_id=actor().person_id, now=local_now())
    except TrackerError as error:
        db.session.rollback()
        return _page(*_load(plan_id, revision_id), None, Refusal(_words(error)))
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("plans.revision", plan_id=plan_id, revision_id=revision_id))


@bp.get("/<int:plan_id>/revisions/<int:revision_id>/document")
def revision_document(plan_id: int, revision_id: int) -> Response:
    """Hand out the revised document, byte for byte; one that is not applied to the office alone."""
    plan = load_plan(plan_id)
    kept = db.session.execute(
        select(PlanRevision.name, PlanRevision.content, PlanRevision.state).where(
            PlanRevision.id == revision_id, PlanRevision.plan_id == plan.id
        )
    ).one_or_none()
    if kept is None or (kept.state != "accepted" and not actor().has(Role.OFFICE)):
        abort(404)
    return attachment(kept.content, kept.name)


SETTLING: dict[str, tuple[Callable[..., None], str]] = {
    "drop": (drop_revision, "修订稿已作废，计划没有改动。"),
    "again": (take_up_again, "修订稿已恢复，并和现在的计划重新比对。"),
    "compare": (compare_again, "已和现在的计划重新比对；没有变化的决定都保留。"),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """What one press of a button is about."""

    plan: Plan
    revision: PlanRevision
    changes: Sequence[PlanRevisionChange]
    form: AssignForm
    staff: Staff


def _decide(step: _Step, decision: str) -> int:
    return decide_revision(
        revision=step.revision,
        changes=step.changes,
        decision=decision,
        reason=request.form.get("reason", ""),
        person_id=actor().person_id,
        now=local_now(),
    )


def _accept(step: _Step) -> str:
    return f"采用 {_decide(step, ACCEPTED)} 处。"


def _decline(step: _Step) -> str:
    return f"不采用 {_decide(step, DECLINED)} 处。"


def _reopen(step: _Step) -> str:
    return f"{_decide(step, OPEN)} 处改回未定。"


def _accept_rest(step: _Step) -> str:
    rest = open_changes(step.revision)
    if not rest:
        raise NotReadyError(("除了删去的，都已经定了；删去的请逐项选定，写明理由",))
    rest_step = _Step(step.plan, step.revision, rest, step.form, step.staff)
    return f"其余 {_decide(rest_step, ACCEPTED)} 处都已采用。"


def _assign(step: _Step) -> str:
    duty = step.form.duty
    assignment = Assignment(
        duty.lead_unit_id,
        duty.owner_post_id,
        duty.reporter_post_id,
        duty.leader_post_id,
        step.form.due_on.day,
    )
    count = assign_changes(
        plan=step.plan,
        revision=step.revision,
        changes=step.changes,
        assignment=assignment,
        staff=step.staff,
    )
    return f"已分派 {count} 处。"


def _leave_open(step: _Step) -> str:
    return f"{leave_open(revision=step.revision, changes=step.changes)} 个指标暂不设目标。"


ACTS: dict[str, Callable[[_Step], str]] = {
    "accept": _accept,
    "decline": _decline,
    "reopen": _reopen,
    "rest": _accept_rest,
    "assign": _assign,
    "open": _leave_open,
}


def _load(plan_id: int, revision_id: int) -> tuple[Plan, PlanRevision]:
    """Return a plan and its revision, or answer 404; the plan's lock holds the revision too."""
    plan = load_plan(plan_id)
    found = db.session.scalars(
        select(PlanRevision)
        .where(PlanRevision.id == revision_id, PlanRevision.plan_id == plan.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        abort(404)
    return plan, found


def _asked(plan_id: int, revision_id: int) -> View:
    show = request.values.get("show", "")
    page = chosen_id(request.values.get("page")) or 1
    return View(plan_id, revision_id, show if show in SHOWN else "", page)


def _words(error: TrackerError) -> str:
    return f"{error.message}。" if isinstance(error, NotReadyError) else error.message


def _page(
    plan: Plan,
    found: PlanRevision,
    form: AssignForm | None = None,
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    staff = staff_of(plan.top_unit_id, local_now().date())
    if form is None:
        form = AssignForm(formdata=None)
        form.offer(staff)
    view = _asked(plan.id, found.id)
    page = revision_page(found.id, staff, view.show, view.page)
    waits = found.state == "draft"
    changes = changes_of(found) if waits else []
    gaps = revision_gaps(plan, changes)
    body = render_template(
        "plans/revision.html",
        plan=plan,
        revision=found,
        state_word=STATE_WORDS[found.state],
        waits=waits,
        found=page,
        view=view,
        chips=view.chips(page),
        seen=seen_words([(row.key, row.version) for row in page.rows]),
        gaps=gaps,
        url_of=partial(_row_url, view, _ranks(changes)),
        form=form,
        refusal=refusal,
        chosen=_chosen(page, refusal),
        reason=request.form.get("reason", "") if refusal else "",
        words=range_words(page.page, page.total, PAGE, len(page.rows)),
        pages=links_to(page.page, page.total, PAGE, lambda number: view.url(page=number)),
    )
    return body, refusal.status if refusal else 200


def _ranks(changes: Sequence[PlanRevisionChange]) -> dict[str, int]:
    """Return the place of each change in the list of all."""
    listed = (change for change in changes if change.kind != ChangeKind.UNCHANGED)
    return {f"{CHANGE}-{change.id}": rank for rank, change in enumerate(listed)}


def _row_url(view: View, ranks: Mapping[str, int], key: str) -> str:
    return f"{view.url(show='', page=ranks[key] // PAGE + 1)}#row-{key}"


def _chosen(page: RevisionPage, refusal: Refusal | None) -> frozenset[str]:
    if refusal is not None:
        return refusal.chosen
    if request.args.get("select") == "all":
        return frozenset(row.key for row in page.rows)
    return frozenset()

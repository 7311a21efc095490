"""Several tasks at once from the register: first what would happen to which, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from tracker.clock import local_now
from tracker.domain.bulk import BulkAct
from tracker.domain.errors import NotAllowedError, NotReadyError, TrackerError
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Task
from tracker.queries.duty_choices import duty_choices
from tracker.services.bulk_tasks import BulkRefusedError, Chosen, Duties, bulk_tasks, in_the_way
from tracker.services.change_task import LONGEST
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.tasks.address import pairs_of, span_of, wanted_from
from tracker.web.tasks.views import back_to_register, bp, chosen_tasks

SAME = {"0": "不变"}
CONSEQUENCES = {
    BulkAct.CLOSE_OUT: "任务就此了结，不再变动。",
    BulkAct.RETURN: "回到责任单位重新办理，进度回到办结前。",
    BulkAct.SUSPEND: "不再催办，不计逾期，可由督查办恢复。",
    BulkAct.ASSIGN: "只改选了的几样，其余各任务照旧。",
}


class BulkForm(FlaskForm):
    """One reason for all, and for a change of duties who shall have them."""

    said = TextAreaField(
        "理由",
        id="bulk-said",
        validators=[Length(max=LONGEST, message=f"不能超过 {LONGEST} 字")],
    )
    lead_unit = SelectField("牵头单位", coerce=chosen_id, validate_choice=False)
    owner_post = SelectField("责任岗位", coerce=chosen_id, validate_choice=False)
    reporter_post = SelectField("填报岗位", coerce=chosen_id, validate_choice=False)
    leader_post = SelectField("分管领导", coerce=chosen_id, validate_choice=False)

    def duties(self) -> Duties:
        """Return what was chosen; what stays is None."""
        return Duties(
            self.lead_unit.data or None,
            self.owner_post.data or None,
            self.reporter_post.data or None,
            self.leader_post.data or None,
        )


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A chosen task, and why it is left out; empty where it is not."""

    id: int
    version: int
    text: str
    state: str
    why: str


@bp.post("/bulk")
def weigh_bulk() -> ResponseReturnValue:
    """Show to which of the chosen tasks it can be done, and to which not; nothing changes yet."""
    act = _act()
    tasks = chosen_tasks(request.form.getlist("chosen"))
    if act is None or not tasks:
        flash("没有选中任务，请先勾选。", "error")
        return redirect(back_to_register())
    return _page(act, tasks, BulkForm(formdata=None), in_the_way(act, tasks, actor()))


@bp.post("/bulk/do")
def do_bulk() -> ResponseReturnValue:
    """Do it to all that were shown as possible, or to none."""
    act, form, versions = _act(), BulkForm(), _versions(request.form.getlist("task"))
    tasks = chosen_tasks(str(id_) for id_ in versions)
    if act is None or not tasks:
        flash("没有选中任务，请先勾选。", "error")
        return redirect(back_to_register())
    if not form.validate_on_submit():
        return _page(act, tasks, form, {}), 422
    try:
        count = bulk_tasks(
            act=act,
            chosen=[Chosen(task, versions[task.id]) for task in tasks],
            said=form.said.data or "",
            duties=form.duties(),
            actor=actor(),
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(act, list(versions), form, error)
    db.session.commit()
    flash(f"{act.word} {count} 项任务，已办。", "success")
    return redirect(back_to_register())


def _refused(
    act: BulkAct, ids: Sequence[int], form: BulkForm, error: TrackerError
) -> ResponseReturnValue:
    """Show the rows anew: those in the way with why, and the rest still to be done."""
    db.session.rollback()
    flash(f"没有办：{error.message}", "error")
    tasks = chosen_tasks(str(id_) for id_ in ids)
    if isinstance(error, BulkRefusedError):
        return _page(act, tasks, form, error.reasons), 409
    status = 403 if isinstance(error, NotAllowedError) else 422
    assert isinstance(error, NotAllowedError | NotReadyError)  # noqa: S101  no other is raised
    return _page(act, tasks, form, {}), status


def _page(act: BulkAct, tasks: Iterable[Task], form: BulkForm, reasons: Mapping[int, str]) -> str:
    now = local_now()
    rows = [
        BulkRow(
            task.id,
            task.version,
            task.text,
            TaskState(task.state).word,
            reasons.get(task.id, ""),
        )
        for task in tasks
    ]
    if act is BulkAct.ASSIGN:
        offered = duty_choices(actor().top_unit_id, now.date())
        form.lead_unit.choices = SAME | dict(offered.units)
        form.owner_post.choices = SAME | dict(offered.owners)
        form.reporter_post.choices = SAME | dict(offered.reporters)
        form.leader_post.choices = SAME | dict(offered.leaders)
    wanted = wanted_from(request.form, now.date())
    return render_template(
        "tasks/bulk.html",
        act=act,
        form=form,
        going=[row for row in rows if not row.why],
        left_out=[row for row in rows if row.why],
        consequence=CONSEQUENCES[act],
        address_pairs=list(pairs_of(wanted, span_of(request.form)).items()),
        back_url=back_to_register(),
    )


def _act() -> BulkAct | None:
    code = request.form.get("act", "")
    return BulkAct(code) if code in set(BulkAct) else None


def _versions(typed: Iterable[str]) -> dict[int, int]:
    """Read the tasks as the page showed them: 12-3 is task 12 in its third version."""
    found = {}
    for text in typed:
        id_, _, version = text.partition("-")
        if chosen_id(id_):
            found[chosen_id(id_)] = chosen_id(version)
    return found

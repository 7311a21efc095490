"""Pages: the review of a draft, and what is done to several of its rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import NotReadyError, TrackerError
from tracker.domain.marked_text import Paragraph
from tracker.extensions import db
from tracker.models import Indicator, Plan, Task
from tracker.queries.draft_lines import draft_lines, state_of
from tracker.queries.plan_review import Review, plan_review
from tracker.queries.review_rows import rows_shown
from tracker.queries.units_and_posts import Staff, staff_of
from tracker.services.assign_draft import Assignment, assign_draft
from tracker.services.draft_cuts import merge_tasks, split_task, task_under
from tracker.services.draft_gaps import gaps_of
from tracker.services.draft_moves import drop_rows, leave_open, restore_rows, turn_row
from tracker.services.draft_rows import Row, StaleRowsError, seen_rows
from tracker.services.edit_draft import check_rows
from tracker.services.merge_targets import merge_targets
from tracker.services.undo_draft import undo_draft
from tracker.web.access import actor, load_plan
from tracker.web.fields import chosen_id
from tracker.web.plans.address import (
    PAGE,
    PageOfRows,
    View,
    asked_view,
    seen_versions,
    seen_words,
    url_of_row,
)
from tracker.web.plans.blueprint import bp
from tracker.web.plans.forms import AssignForm
from tracker.web.plans.importing import url_of

#: What is done to rows; returns what to say of it.
Act: TypeAlias = Callable[[Plan, list[Row], AssignForm, Staff], str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step was not taken, with what had been chosen; `stale` names rows that others changed."""

    sentence: str
    status: int = 422
    chosen: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


@bp.get("/<int:plan_id>/review")
def review(plan_id: int) -> ResponseReturnValue:
    """Show the document with its marks beside the rows."""
    plan = load_plan(plan_id)
    if plan.state != "draft":
        return redirect(url_of(plan))
    return _page(plan)


@bp.post("/<int:plan_id>/review/rows")
def change_rows(plan_id: int) -> ResponseReturnValue:
    """Do one thing to all chosen rows: assign, drop, restore, merge, check, turn."""
    plan = load_plan(plan_id)
    name = request.form.get("act", "")
    act = ACTS.get(name)
    if act is None:
        abort(400)
    if request.form.get("whole") and name in WIDE:
        return _wide_step(plan, act)
    chosen = [*request.form.getlist("chosen"), *request.form.getlist("rows")]
    return _step(plan, chosen, act)


@bp.post("/<int:plan_id>/review/split")
def split(plan_id: int) -> ResponseReturnValue:
    """Cut a task where the cursor stood in the document, be it inside a target of that task."""
    plan = load_plan(plan_id)
    typed = request.form.get("at", "")
    at = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
    key, at = task_under(plan, request.form.get("row", ""), at)

    def cut(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
        task = rows[0] if rows else None
        if not isinstance(task, Task):
            raise TrackerError("只有任务可以拆分；目标值请在它的修改页改。")
        split_task(plan=plan, task=task, at=at, person_id=actor().person_id, now=local_now())
        return "已拆成两项。"

    return _step(plan, [key], cut)


@bp.post("/<int:plan_id>/review/undo")
def undo(plan_id: int) -> ResponseReturnValue:
    """Take the last step back."""
    plan = load_plan(plan_id)
    step = request.form.get("step", "")

    def take_back(plan: Plan, _rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
        number = chosen_id(step)
        return f"已撤销：{undo_draft(plan=plan, step_id=number)}。"

    return _step(plan, [], take_back)


def _wide_step(plan: Plan, act: Act) -> ResponseReturnValue:
    """Take a step with all rows of the view, those of its other pages too, if all are still as they were."""
    lines = asked_view().rows_of(draft_lines(plan))
    if state_of(lines) != request.form.get("whole_seen"):
        return _step(plan, [], _refuse_stale)
    return _step(
        plan, [line.key for line in lines], act, {line.key: line.version for line in lines}
    )


def _refuse_stale(_plan: Plan, _rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    raise StaleRowsError([])


def _step(
    plan: Plan, keys: Sequence[str], act: Act, seen: Mapping[str, int] | None = None
) -> ResponseReturnValue:
    """Take a step and go back to the view; where it is refused, show the view with all that was chosen and typed.

    `seen` gives the versions of the rows, unless the form names them.
    """
    staff = staff_of(plan.top_unit_id, local_now().date())
    form = AssignForm()
    form.offer(staff)
    try:
        must_be_readable(form)
        said = act(plan, seen_rows(plan, seen or seen_versions(), keys), form, staff)
    except StaleRowsError as error:
        refusal = Refusal(error.message, 409, frozenset(keys), frozenset(error.keys))
    except TrackerError as error:
        refusal = Refusal(_words(error), chosen=frozenset(keys))
    else:
        db.session.commit()
        flash(said, "success")
        return redirect(asked_view().url(plan.id))
    plan_id = plan.id
    db.session.rollback()
    return _page(load_plan(plan_id), form, refusal)


def must_be_readable(form: AssignForm) -> None:
    """Refuse a form that holds what cannot be read, such as a day that does not exist. Raises TrackerError."""
    if not form.validate():
        raise TrackerError("；".join(words for errors in form.errors.values() for words in errors))


def _words(error: TrackerError) -> str:
    return f"{error.message}。" if isinstance(error, NotReadyError) else error.message


def _page(
    plan: Plan, form: AssignForm | None = None, refusal: Refusal | None = None
) -> ResponseReturnValue:
    staff = staff_of(plan.top_unit_id, local_now().date())
    if form is None:
        form = AssignForm(formdata=None)
        form.offer(staff)
    found = plan_review(plan)
    view = asked_view()
    lines = view.rows_of(found.rows)
    shown = view.page_of(lines)
    rows = rows_shown(shown.rows, staff)
    paragraphs = _paragraphs(found, view, shown)
    gaps = gaps_of(plan)
    page = render_template(
        "plans/review.html",
        plan=plan,
        review=found,
        paragraphs=paragraphs,
        partial=len(paragraphs) < found.text.length,
        view=view,
        chips=view.chips(found),
        groups=found.grouped(rows),
        page=shown,
        pages=view.links(plan.id, shown),
        foot=_foot(shown, len(found.rows)),
        seen=seen_words((row.key, row.version) for row in shown.rows),
        whole_seen=state_of(lines) if shown.pages > 1 else "",
        gaps=gaps,
        gaps_url=_other_page(plan, found),
        missing=sum(max(len(gap.rows), 1) for gap in gaps),
        keys={row.key for row in shown.rows},
        first=shown.rows[0].key if shown.rows else "",
        form=form,
        refusal=refusal,
        chosen=_chosen(shown, refusal),
        sentence=sentence_of(found),
    )
    return page, refusal.status if refusal else 200


def _paragraphs(found: Review, view: View, shown: PageOfRows) -> Sequence[Paragraph]:
    """Return the document, of a long plan the stretch that the page was read from."""
    if len(found.rows) <= PAGE:
        return found.text.whole()
    keys = [row.key for row in shown.rows]
    if view.narrowed:
        return found.text.only(keys)
    return found.text.stretch(keys, first=shown.is_first, last=shown.is_last)


def _other_page(plan: Plan, found: Review) -> Callable[[str], str]:
    """Return where a row is to be seen: on this page, or of a long plan on the page that holds it."""
    if len(found.rows) <= PAGE:
        return lambda key: f"#row-{key}"
    return lambda key: url_of_row(plan.id, key)


def _foot(shown: PageOfRows, whole: int) -> str:
    if shown.pages == 1:
        return f"显示 {shown.total} 项，共 {whole} 项"
    first = (shown.number - 1) * PAGE + 1
    return f"第 {first}–{first + len(shown.rows) - 1} 项，显示 {shown.total} 项，共 {whole} 项"


def _chosen(shown: PageOfRows, refusal: Refusal | None) -> frozenset[str]:
    if refusal is not None:
        return refusal.chosen
    if request.args.get("select") == "all":
        return frozenset(row.key for row in shown.rows)
    return frozenset()


def sentence_of(found: Review) -> str:
    """Say what was read and what is left: 20 项任务 · 9 个目标值 · 6 个缺数 · 20 项未分派."""
    parts = [
        f"{found.tasks} 项任务",
        f"{found.targets} 个目标值",
        f"{found.gaps} 个缺数",
        f"{found.unassigned} 项未分派",
    ]
    if found.undated:
        parts.append(f"{found.undated} 项未定时限")
    return " · ".join(parts)


def _assign(plan: Plan, rows: list[Row], form: AssignForm, staff: Staff) -> str:
    supports = [chosen_id(text) for text in form.support.data or () if chosen_id(text)]
    duty = form.duty
    assignment = Assignment(
        duty.lead_unit_id,
        duty.owner_post_id,
        duty.reporter_post_id,
        duty.leader_post_id,
        form.due_on.day,
        tuple(supports) or None,
    )
    assign_draft(
        plan=plan,
        rows=rows,
        assignment=assignment,
        staff=staff,
        person_id=actor().person_id,
        now=local_now(),
    )
    return f"已分派 {len(rows)} 项。"


def _drop(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    count = drop_rows(plan=plan, rows=rows, person_id=actor().person_id, now=local_now())
    return f"{count} 项不导入，可在页末恢复。"


def _restore(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    count = restore_rows(plan=plan, rows=rows, person_id=actor().person_id, now=local_now())
    return f"已恢复 {count} 项。"


def _merge(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    targets = [row for row in rows if isinstance(row, Indicator)]
    if targets and len(targets) == len(rows):
        merged = merge_targets(
            plan=plan, rows=targets, person_id=actor().person_id, now=local_now()
        )
        return f"已合并为一个指标“{merged.name}”，增幅记在数额旁；可在它的修改页反推基期数。"
    merge_tasks(plan=plan, rows=rows, person_id=actor().person_id, now=local_now())
    return f"已把 {len(rows)} 项合并为一项。"


def _check(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    count = check_rows(
        plan=plan, rows=rows, checked=True, person_id=actor().person_id, now=local_now()
    )
    return f"{count} 项标为已核对。"


def _uncheck(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    count = check_rows(
        plan=plan, rows=rows, checked=False, person_id=actor().person_id, now=local_now()
    )
    return f"{count} 项改为未核对。"


def _leave_open(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    count = leave_open(plan=plan, rows=rows, person_id=actor().person_id, now=local_now())
    return f"{count} 项暂不设目标，下达后亮灰灯，以后再补。"


def _turn(plan: Plan, rows: list[Row], _form: AssignForm, _staff: Staff) -> str:
    for row in rows:
        turn_row(plan=plan, row=row, person_id=actor().person_id, now=local_now())
    return "已改，请核对名称、单位和数。"


#: What may be done to all rows of a view at once, those of its other pages too.
WIDE = frozenset({"assign", "drop", "check", "uncheck", "open"})
ACTS: Mapping[str, Act] = {
    "assign": _assign,
    "drop": _drop,
    "restore": _restore,
    "merge": _merge,
    "check": _check,
    "uncheck": _uncheck,
    "open": _leave_open,
    "turn": _turn,
}

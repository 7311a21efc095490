"""Page: the meeting on the wall screen, one item at a time; decisions are noted on the spot."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from tracker.clock import local_now
from tracker.domain.agenda import ReviewKind
from tracker.domain.errors import NotReadyError, StaleError, TrackerError, TransitionError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import AgendaItem, Review
from tracker.queries.review_pages import AgendaLine, agenda_of, item_shown
from tracker.queries.units_and_posts import staff_of
from tracker.services.open_review import OPEN
from tracker.services.run_review import Decided, close_review, decide, move_item, tick
from tracker.web.access import actor, load_review
from tracker.web.fields import DayField, chosen_id
from tracker.web.reviews.series import bp, title_in_words


class DecisionForm(FlaskForm):
    """What was decided, in one line."""

    text = StringField("议定事项", validators=[Length(max=500, message="最多 500 个字")])
    unit = SelectField("责任单位", validate_choice=False)
    owner = SelectField("责任人", validate_choice=False)
    due_on = DayField("时限")

    def offer(self, review: Review, unit_id: int | None) -> None:
        """Fill the choices; the item's own unit is chosen where nothing was yet."""
        staff = staff_of(review.top_unit_id, local_now().date())
        self.unit.choices = [("", "选单位"), *((str(u.id), u.name) for u in staff.units.values())]
        self.owner.choices = [
            ("", "单位负责人"),
            *((str(post.id), post.word) for post in staff.owners),
        ]
        if not self.is_submitted():
            self.unit.data = str(unit_id or "")
            expected = ReviewKind(review.kind).next_after(local_now().date())
            self.due_on.data = expected.isoformat()


class CloseForm(FlaskForm):
    """What the minutes need beside the agenda."""

    chair = StringField("主持人", validators=[Length(max=60, message="最多 60 个字")])
    attendance = TextAreaField("参会人员")
    minutes = TextAreaField("会议情况", description="不写也可以；议程和议定事项自动列入纪要。")


@bp.get("/<int:review_id>")
def meet(review_id: int) -> ResponseReturnValue:
    """Show the item that the meeting is at; a review that is over shows its minutes."""
    review = load_review(review_id)
    if review.state != OPEN:
        return redirect(url_for("reviews.minutes", review_id=review.id))
    return _page(review, chosen_id(request.args.get("item")))


@bp.post("/<int:review_id>/items/<int:item_id>/decide")
def decide_item(review_id: int, item_id: int) -> ResponseReturnValue:
    """Write a decision down; it becomes a task at once."""
    review, item = _item(review_id, item_id)
    form = DecisionForm()
    if not form.validate():
        wrong = "；".join(words for said in form.errors.values() for words in said)
        return _page(review, item_id, form, wrong, 422)
    try:
        decide(
            review=review,
            item=item,
            decided=Decided(
                form.text.data or "",
                chosen_id(form.unit.data) or None,
                chosen_id(form.owner.data) or None,
                form.due_on.day,
            ),
            staff=staff_of(review.top_unit_id, local_now().date()),
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        words = f"{error.message}。" if isinstance(error, NotReadyError) else error.message
        status = 409 if isinstance(error, TransitionError) else 422
        return _page(load_review(review_id), item_id, form, words, status)
    db.session.commit()
    flash("已记下，任务已经下达。", "success")
    return redirect(url_for("reviews.meet", review_id=review_id, item=item_id))


@bp.post("/<int:review_id>/items/<int:item_id>/tick")
def tick_item(review_id: int, item_id: int) -> ResponseReturnValue:
    """Note that an item was gone through, and go on to the next one."""
    review, item = _item(review_id, item_id)
    note = request.form.get("note", "")
    try:
        tick(review=review, item=item, note=note, seen=request.form.get("seen"))
    except TransitionError as error:
        return _over(review_id, error, note)
    except TrackerError as error:
        db.session.rollback()
        status = 409 if isinstance(error, StaleError) else 422
        return _page(load_review(review_id), item_id, None, error.message, status)
    db.session.commit()
    following = item_shown(review, agenda_of(review), item_id)
    onwards = following.next_id if following is not None and following.next_id else item_id
    return redirect(url_for("reviews.meet", review_id=review_id, item=onwards))


@bp.post("/<int:review_id>/items/<int:item_id>/move")
def move(review_id: int, item_id: int) -> ResponseReturnValue:
    """Move an item up or down in the agenda."""
    review, item = _item(review_id, item_id)
    try:
        move_item(review=review, item=item, step=-1 if request.form.get("way") == "up" else 1)
    except TransitionError as error:
        return _over(review_id, error)
    db.session.commit()
    return redirect(url_for("reviews.meet", review_id=review_id, item=item_id))


@bp.route("/<int:review_id>/close", methods=["GET", "POST"])
def close(review_id: int) -> ResponseReturnValue:
    """Ask for what the minutes need, then end the meeting."""
    review, form = load_review(review_id), CloseForm()
    refusal, status = "", 200
    if review.state != OPEN:
        if request.method == "GET":
            return redirect(url_for("reviews.minutes", review_id=review.id))
        refusal, status = "别人已经散会，您写的没有保存；下面还是您写的，可以复制出来。", 409
    elif form.validate_on_submit():
        try:
            close_review(
                review=review,
                chair=form.chair.data or "",
                attendance=form.attendance.data or "",
                minutes=form.minutes.data or "",
                person_id=actor().person_id,
                now=local_now(),
                version=chosen_id(request.form.get("version")) or None,
            )
        except StaleError as error:
            db.session.rollback()
            review, refusal, status = load_review(review_id), error.message, 409
        else:
            db.session.commit()
            flash("已散会，纪要已经生成。", "success")
            return redirect(url_for("reviews.minutes", review_id=review_id))
    elif request.method == "POST":
        status = 422
    agenda = agenda_of(review)
    page = render_template(
        "reviews/close.html",
        review=review,
        title=title_in_words(review),
        form=form,
        refusal=refusal,
        untalked=sum(not line.talked for line in agenda),
        count=len(agenda),
    )
    return page, status


def _item(review_id: int, item_id: int) -> tuple[Review, AgendaItem]:
    review = load_review(review_id)
    item = db.session.scalar(
        db.select(AgendaItem).where(AgendaItem.id == item_id, AgendaItem.review_id == review.id)
    )
    if item is None:
        abort(404)
    return review, item


def _over(review_id: int, error: TransitionError, typed: str = "") -> ResponseReturnValue:
    db.session.rollback()
    flash(f"{error.message}您写的没有记下：{typed}" if typed else error.message, "error")
    return redirect(url_for("reviews.minutes", review_id=review_id))


def _page(
    review: Review,
    item_id: int,
    form: DecisionForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    if review.state != OPEN:
        typed = form.text.data if form is not None else ""
        flash(f"{refusal}您写的没有记下：{typed}" if typed else refusal, "error")
        return redirect(url_for("reviews.minutes", review_id=review.id))
    agenda = agenda_of(review)
    item = item_shown(review, agenda, item_id or _first_left(agenda)) if agenda else None
    if agenda and item is None:
        abort(404)
    if form is None:
        form = DecisionForm(formdata=None)
    form.offer(review, item.unit_id if item is not None else None)
    page = render_template(
        "reviews/meeting.html",
        review=review,
        title=title_in_words(review),
        kind=ReviewKind(review.kind),
        parts=_by_part(agenda),
        count=len(agenda),
        item=item,
        form=form,
        refusal=refusal,
        note=request.form.get("note", item.note if item is not None else ""),
        may_run=actor().has(Role.OFFICE),
        page_theme=None,
    )
    return page, status


def _first_left(agenda: list[AgendaLine]) -> int:
    """Return the first item that was not gone through; the first of all when none is left."""
    return next((line.id for line in agenda if not line.talked), agenda[0].id)


def _by_part(agenda: list[AgendaLine]) -> list[tuple[str, list[AgendaLine]]]:
    """Return the agenda under its headings, in the order that it has now."""
    groups: list[tuple[str, list[AgendaLine]]] = []
    for line in agenda:
        if not groups or groups[-1][0] != line.part.word:
            groups.append((line.part.word, []))
        groups[-1][1].append(line)
    return groups

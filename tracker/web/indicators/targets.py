"""Pages of a target that changes in the year (目标调整): ask, decide, take back, and what was decided before."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

from tracker.clock import local_now
from tracker.domain.case import Polarity
from tracker.domain.errors import NotFoundError, StaleError, TrackerError
from tracker.domain.target_change import ChangeState
from tracker.domain.wording import target_words
from tracker.extensions import db
from tracker.models import Indicator, Plan
from tracker.outbox.settings import MailSettings, mail_settings
from tracker.permissions import may_ask_target, may_decide_target
from tracker.queries.target_changes import ChangeRow, changes_of, deciders
from tracker.services.announce_change import ask_nobody, tell_asker, tell_deciders
from tracker.services.change_target import (
    ask_target,
    decide_target,
    first_month,
    withdraw_target,
)
from tracker.web.access import actor, load_indicator
from tracker.web.indicators.forms import FigureField
from tracker.web.indicators.views import bp


class TargetForm(FlaskForm):
    """Another target, from which month, and why."""

    target = FigureField("调整后的目标", validators=[Length(max=60)])
    high = FigureField("调整后的上限", validators=[Length(max=60)])
    from_month = SelectField("从几月起", coerce=int, choices={}, validate_choice=False)
    why = StringField("理由", validators=[Length(max=500, message="最多 500 字")])
    version = HiddenField()

    def for_indicator(self, indicator: Indicator) -> TargetForm:
        """Read figures at the indicator's places, and offer the months that are not closed."""
        self.target.places = self.high.places = indicator.places
        first = first_month(indicator.plan_id)
        months = range(first, 13) if first is not None else ()
        self.from_month.choices = {str(month): f"{month}月" for month in months}
        if not self.is_submitted():
            self.version.data = str(indicator.version)
        return self


@bp.route("/<int:indicator_id>/target", methods=["GET", "POST"])
def target(indicator_id: int) -> ResponseReturnValue:
    """Show changes of the target; on POST ask for one."""
    indicator = load_indicator(indicator_id)
    form = TargetForm().for_indicator(indicator)
    if request.method == "GET":
        return _page(indicator, form)
    if not form.validate_on_submit():
        return _page(indicator, form), 422
    try:
        change = ask_target(
            actor=actor(),
            indicator=indicator,
            target=form.target.figure,
            high=form.high.figure if indicator.polarity == Polarity.RANGE else None,
            from_month=form.from_month.data or 0,
            why=form.why.data or "",
            version=_number(form.version.data),
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(indicator_id, form, error)
    done = change.state == ChangeState.APPROVED
    tell_deciders(change=change, indicator=indicator, settings=_mails(), now=local_now())
    db.session.commit()
    words = "目标已调整，未封账的月份已重新计算。" if done else "已提出目标调整，等待批准。"
    flash(words, "success")
    return redirect(url_for("indicators.target", indicator_id=indicator_id))


@bp.post("/<int:indicator_id>/target/<int:change_id>/decide")
def decide_change(indicator_id: int, change_id: int) -> ResponseReturnValue:
    """Approve a change or refuse it."""
    indicator = load_indicator(indicator_id)
    approve, answer = request.form.get("do") == "approve", request.form.get("answer", "")[:500]
    try:
        change = decide_target(
            actor=actor(),
            indicator=indicator,
            change_id=change_id,
            approve=approve,
            answer=answer,
            version=_number(request.form.get("version")),
            now=local_now(),
        )
    except NotFoundError:
        raise
    except TrackerError as error:
        return _not_decided(indicator_id, error, answer)
    tell_asker(
        change=change,
        indicator=indicator,
        decider=actor().person_id,
        settings=_mails(),
        now=local_now(),
    )
    db.session.commit()
    words = "已批准，未封账的月份已重新计算。" if approve else "没有批准，目标不变。"
    flash(words, "success")
    return redirect(url_for("indicators.target", indicator_id=indicator_id))


@bp.post("/<int:indicator_id>/target/<int:change_id>/withdraw")
def withdraw_change(indicator_id: int, change_id: int) -> ResponseReturnValue:
    """Take back what one asked for."""
    indicator = load_indicator(indicator_id)
    try:
        change = withdraw_target(
            actor=actor(),
            indicator=indicator,
            change_id=change_id,
            version=_number(request.form.get("version")),
            now=local_now(),
        )
    except NotFoundError:
        raise
    except TrackerError as error:
        return _not_decided(indicator_id, error, "")
    ask_nobody(change)
    db.session.commit()
    flash("已撤回。", "success")
    return redirect(url_for("indicators.target", indicator_id=indicator_id))


def _mails() -> MailSettings:
    return mail_settings(current_app.config)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _refused(indicator_id: int, form: TargetForm, error: TrackerError) -> ResponseReturnValue:
    """Show the form again with what was typed, beside the target as it is now."""
    db.session.rollback()
    indicator = load_indicator(indicator_id)
    flash(f"没有提出：{error.message}", "error")
    stale = isinstance(error, StaleError)
    form.version.data = str(indicator.version)
    return _page(indicator, form), 409 if stale else 422


def _not_decided(indicator_id: int, error: TrackerError, answer: str) -> ResponseReturnValue:
    db.session.rollback()
    indicator = load_indicator(indicator_id)
    flash(f"没有办成：{error.message}", "error")
    form = TargetForm(formdata=None).for_indicator(indicator)
    form.version.data = str(indicator.version)
    page = _page(indicator, form, answer)
    return page, 409 if isinstance(error, StaleError) else 422


def _page(indicator: Indicator, form: TargetForm, answer: str = "") -> str:
    plan = db.session.get_one(Plan, indicator.plan_id)
    changes = changes_of(indicator)
    waiting = next((row for row in changes if row.is_open), None)
    now = target_words(
        indicator.polarity,
        indicator.target,
        indicator.target_high,
        indicator.unit,
        indicator.places,
    )
    return render_template(
        "indicators/target.html",
        indicator=indicator,
        form=form,
        now=now,
        is_range=indicator.polarity == Polarity.RANGE,
        plan=plan,
        changes=changes,
        waiting=waiting,
        may_ask=waiting is None and may_ask_target(actor(), indicator),
        may_decide=waiting is not None and _may_decide(indicator, plan, waiting),
        is_mine=waiting is not None and waiting.asked_by_id == actor().person_id,
        answer=answer,
    )


def _may_decide(indicator: Indicator, plan: Plan, waiting: ChangeRow) -> bool:
    person = actor()
    if not may_decide_target(person, indicator, needs_leader=plan.approve_targets):
        return False
    if waiting.asked_by_id != person.person_id:
        return True
    day = local_now().date()
    return deciders(indicator, day, needs_leader=plan.approve_targets) <= {person.person_id}

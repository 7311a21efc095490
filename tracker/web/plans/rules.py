"""Page: a plan's rules of reporting and supervision (填报和督办规则)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from tracker.clock import local_now
from tracker.domain.cycles import CycleRule, DayRule, Form, parse_cycle_rule, parse_day_rule
from tracker.domain.errors import StaleError, TrackerError
from tracker.domain.escalation import Ladder, parse_ladder
from tracker.extensions import db
from tracker.models import Plan
from tracker.services.set_plan_rules import PlanRules, RulesSet, set_plan_rules
from tracker.web.access import actor, load_plan
from tracker.web.fields import chosen_id
from tracker.web.plans.blueprint import bp

FORMS = {
    Form.DAY: "当月第几日",
    Form.NEXT_DAY: "次月第几日",
    Form.WORKDAY: "当月第几个工作日",
    Form.NEXT_WORKDAY: "次月第几个工作日",
    Form.WEEKDAY: "当周周几",
    Form.NEXT_WEEKDAY: "次周周几",
    Form.TEN_DAY: "旬后第几个工作日",
    Form.QUARTER_END: "季后第几个工作日",
}
_CHOICES = {form.value: words for form, words in FORMS.items()}
_LONGEST = 99


class RulesForm(FlaskForm):
    """The rules as the office sets them; an empty number of days leaves that level out."""

    version = HiddenField()
    opens_form = SelectField("开启日", choices=_CHOICES)
    opens_number = StringField("开启日的数字")
    due_form = SelectField("截止日", choices=_CHOICES)
    due_number = StringField("截止日的数字")
    confirm_reports = BooleanField("填报须责任人确认")
    approve_targets = BooleanField("目标调整须经批准")
    head = StringField("报责任人（蓝色督办单）")
    leader = StringField("报分管领导（黄色督办单）")
    chief = StringField("报主要领导（红色督办单）")
    auto_orders = BooleanField("到了天数自动发督办单")
    weekly_digest = BooleanField("每周向领导发滞后周报")

    def validate_opens_number(self, field: StringField) -> None:
        """Refuse what names no day."""
        _check_day(self.opens_form.data, field)

    def validate_due_number(self, field: StringField) -> None:
        """Refuse what names no day."""
        _check_day(self.due_form.data, field)

    def validate_head(self, field: StringField) -> None:
        """Refuse what is no number of days."""
        _check_count(field)

    def validate_leader(self, field: StringField) -> None:
        """Refuse what is no number of days."""
        _check_count(field)

    def validate_chief(self, field: StringField) -> None:
        """Refuse what is no number of days."""
        _check_count(field)

    def rules(self) -> PlanRules:
        """Return what a form that was found right says."""
        levels = {"head": self.head, "leader": self.leader, "chief": self.chief}
        said = {name: (field.data or "").strip() for name, field in levels.items()}
        return PlanRules(
            ladder=",".join(f"{name}:{days}" for name, days in said.items() if days),
            auto_orders=bool(self.auto_orders.data),
            confirm_reports=bool(self.confirm_reports.data),
            approve_targets=bool(self.approve_targets.data),
            opens=_day_rule(self.opens_form.data, self.opens_number.data),
            due=_day_rule(self.due_form.data, self.due_number.data),
            weekly_digest=bool(self.weekly_digest.data),
        )


def _day_rule(form: str | None, number: str | None) -> str:
    return f"{form}:{(number or '').strip() or '0'}"


def _check_day(form: str | None, field: StringField) -> None:
    try:
        parse_day_rule(_day_rule(form, field.data))
    except TrackerError:
        words = _CHOICES.get(form or "", "日子")
        raise ValidationError(f"“{(field.data or '')[:10]}”不能作“{words}”的数字") from None


def _check_count(field: StringField) -> None:
    typed = (field.data or "").strip()
    if typed and not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= _LONGEST):
        raise ValidationError("请填 1 到 99 的工作日数，不报这一级就留空")


@bp.route("/<int:plan_id>/rules", methods=["GET", "POST"])
def rules(plan_id: int) -> ResponseReturnValue:
    """Show a plan's rules and set them; refused, what was typed comes back."""
    plan = load_plan(plan_id)
    if request.method == "GET":
        return _page(plan, _filled(plan))
    form = RulesForm()
    if not form.validate():
        return _page(plan, form), 422
    try:
        done = set_plan_rules(
            plan=plan,
            rules=form.rules(),
            actor=actor(),
            version=chosen_id(form.version.data),
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        plan = load_plan(plan_id)
        stale = isinstance(error, StaleError)
        page = _page(plan, form, error.message, stale=stale)
        return page, 409 if stale else 422
    db.session.commit()
    flash(_said(done), "success")
    return redirect(url_for("plans.rules", plan_id=plan_id))


def _said(done: RulesSet) -> str:
    if not done.moved:
        return "规则已保存。"
    months = "、".join(f"{month}月" for month in done.moved)
    return f"规则已保存；{months}的填报期还没有开启，已按新规则重排。"


def _filled(plan: Plan) -> RulesForm:
    cycle, ladder = parse_cycle_rule(plan.opens, plan.due), parse_ladder(plan.ladder)
    return RulesForm(
        formdata=None,
        version=str(plan.version),
        opens_form=cycle.opens.form.value,
        opens_number=str(cycle.opens.number),
        due_form=cycle.due.form.value,
        due_number=str(cycle.due.number),
        confirm_reports=plan.confirm_reports,
        approve_targets=plan.approve_targets,
        head=_days(ladder.head),
        leader=_days(ladder.leader),
        chief=_days(ladder.chief),
        auto_orders=plan.auto_orders,
        weekly_digest=plan.weekly_digest,
    )


def _days(number: int | None) -> str:
    return "" if number is None else str(number)


def _page(plan: Plan, form: RulesForm, refusal: str = "", *, stale: bool = False) -> str:
    """Show the form; where another was faster, what stands now beside what was typed."""
    differences = _differences(form, _filled(plan)) if stale else []
    if stale:
        form.version.data = str(plan.version)
    return render_template(
        "plans/rules.html",
        plan=plan,
        form=form,
        refusal=refusal,
        differences=differences,
        now_words=_cycle_words(plan),
        ladder_words=_ladder_words(parse_ladder(plan.ladder)),
    )


def _differences(typed: RulesForm, now: RulesForm) -> list[tuple[str, str, str]]:
    return [
        (mine.label.text, _word(mine.data), _word(theirs.data))
        for mine, theirs in zip(typed, now, strict=False)
        if mine.name not in {"version", "csrf_token"} and mine.data != theirs.data
    ]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return _CHOICES.get(str(value), str(value or "—"))


def _cycle_words(plan: Plan) -> str:
    rule: CycleRule = parse_cycle_rule(plan.opens, plan.due)
    opens: DayRule = rule.opens
    return f"{opens.word}开启，{rule.due.word}截止"


def _ladder_words(ladder: Ladder) -> str:
    """Say the ladder in one sentence: 逾期 1 个工作日报责任人，3 个报分管领导."""
    said = "，".join(f"{days} 个工作日{level.word}" for level, days in ladder.steps)
    return f"逾期 {said}" if said else "逾期不逐级上报"

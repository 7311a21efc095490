"""Forms of one task: a report, a step, an assignment. Each carries the version that the page showed."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.domain.amounts import parse_figure
from tracker.domain.errors import FigureError
from tracker.services.change_task import LONGEST
from tracker.web.fields import DayField, chosen_id

TOO_LONG = f"不能超过 {LONGEST} 字"


class VersionedForm(FlaskForm):
    """A form that knows which version of the task it was filled in for."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version that the page showed; 0, which no task has, where it is missing."""
        return chosen_id(self.version.data)


class ReportForm(VersionedForm):
    """How far the task is."""

    progress = StringField("进度", validators=[DataRequired("请填写进度")])
    done = TextAreaField(
        "做了什么",
        validators=[DataRequired("请写明做了什么"), Length(max=LONGEST, message=TOO_LONG)],
    )
    obstacle = TextAreaField("卡在哪里", validators=[Length(max=LONGEST, message=TOO_LONG)])
    next_step = TextAreaField("下一步", validators=[Length(max=LONGEST, message=TOO_LONG)])

    def validate_progress(self, field: StringField) -> None:
        """Refuse what is no share between 0 and 100."""
        try:
            value = parse_figure((field.data or "").strip().rstrip("%％"), 2)
        except FigureError as error:
            raise ValidationError(error.message) from None
        if value is None or not 0 <= value <= 100:
            raise ValidationError("进度应在 0 到 100 之间")

    def percent(self) -> Decimal:
        """Return the progress of a form that was found right."""
        value = parse_figure((self.progress.data or "").strip().rstrip("%％"), 2)
        return value if value is not None else Decimal(0)


class StepForm(VersionedForm):
    """One step of the task's life."""

    target = HiddenField(validators=[DataRequired("页面不完整，请刷新后再办")])
    said = TextAreaField("说明")


class AssignForm(VersionedForm):
    """Who answers for the task, and by when. What may be chosen is checked by the service."""

    lead_unit = SelectField("牵头单位", coerce=chosen_id, validate_choice=False)
    owner_post = SelectField("责任岗位", coerce=chosen_id, validate_choice=False)
    reporter_post = SelectField("填报岗位", coerce=chosen_id, validate_choice=False)
    leader_post = SelectField("分管领导", coerce=chosen_id, validate_choice=False)
    due_on = DayField("时限", validators=[DataRequired("请填写时限")])
    why = StringField(
        "理由",
        validators=[
            DataRequired("请写明调整的理由"),
            Length(max=500, message="不能超过 500 字"),
        ],
    )

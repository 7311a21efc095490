"""Forms of supervision orders: a new one, and one step of one that is out."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.domain.orders import LONGEST, Colour
from tracker.web.fields import DayField, chosen_id

TOO_LONG = f"不能超过 {LONGEST} 字"


class OrderForm(FlaskForm):
    """A new order: how grave, what the matter is, what is demanded, and by when an answer is due."""

    colour = SelectField(
        "颜色",
        choices={colour.value: colour.word for colour in Colour},
    )
    reason = TextAreaField(
        "目前情况",
        validators=[DataRequired("请写明目前情况"), Length(max=LONGEST, message=TOO_LONG)],
    )
    demand = TextAreaField(
        "督办要求",
        validators=[DataRequired("请写明督办要求"), Length(max=LONGEST, message=TOO_LONG)],
    )
    reply_due_on = DayField("回复期限", validators=[DataRequired("请填写回复期限")])


class StepForm(FlaskForm):
    """One step of an order; it carries the version that the page showed."""

    version = HiddenField()
    target = HiddenField(validators=[DataRequired("页面不完整，请刷新后再办")])
    words = TextAreaField("说明")
    reply_due_on = DayField("新的回复期限")

    @property
    def seen_version(self) -> int:
        """Return the version that the page showed; 0, which no order has, where it is missing."""
        return chosen_id(self.version.data)

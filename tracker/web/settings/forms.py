"""Forms of the working calendar."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from tracker.web.fields import DayField

KINDS = {"rest": "放假", "work": "调休上班"}


class DayForm(FlaskForm):
    """A holiday or a make-up day, or a run of them."""

    from_on = DayField("起日", validators=[DataRequired("请填写日期")])
    until_on = DayField("止日")
    kind = SelectField("类别", choices=KINDS)
    name = StringField("名称", validators=[Length(max=60, message="不超过 60 字")])


class CalendarFileForm(FlaskForm):
    """A table of days."""

    file = FileField("表格文件")

"""A form that is never sent: its fields show the states that a field can be in."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, Form, SelectField, StringField, TextAreaField

SECTIONS: list[Any] = ["预算股", "国库股", "资产管理股", "综合股", "债务管理股"]


class SampleForm(Form):
    """Fields of each kind, one of them with an error."""

    amount = StringField("本月完成", default="2,180", description="取整数；上年同月 2,366 万元。")
    wrong = StringField("本月完成", default="31,200,000")
    unit = SelectField("责任单位", choices=SECTIONS)
    due = DateField("完成时限")
    note = TextAreaField("情况说明", description="原因、下一步、何时赶上。")
    receive = BooleanField("收提醒邮件", default=True)

    @classmethod
    def with_errors(cls) -> SampleForm:
        """Return the form with the sentence that a wrong figure gets."""
        form = cls()
        form.wrong.errors = [
            "比上月 3,460 万元大 9,017 倍，像是按“元”填的。若是，应为 3,120 万元。"
        ]
        return form

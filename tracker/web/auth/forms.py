"""Forms of signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length


class SignInForm(FlaskForm):
    """Name and password; `kept` carries what was typed before the session ended."""

    username = StringField(
        "用户名", validators=[DataRequired("请填写用户名"), Length(max=60, message="用户名不对")]
    )
    password = PasswordField(
        "密码", validators=[DataRequired("请填写密码"), Length(max=1000, message="密码不对")]
    )
    kept = HiddenField()


class PasswordForm(FlaskForm):
    """The old password and a new one, twice."""

    old = PasswordField("现在的密码", validators=[DataRequired("请填写现在的密码")])
    new = PasswordField(
        "新密码",
        validators=[DataRequired("请填写新密码"), Length(max=200, message="不能超过 200 位")],
    )
    again = PasswordField("再填一次", validators=[EqualTo("new", "两次填的不一样")])

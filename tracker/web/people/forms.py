"""Forms of units, people and posts."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.domain.roles import Level, Role
from tracker.web.fields import DayField, chosen_id

LEVELS = {level.value: level.word for level in Level}
ROLES = {role.value: role.word for role in Role}


class UnitForm(FlaskForm):
    """A unit of the tree."""

    name = StringField(
        "名称", validators=[DataRequired("请填写名称"), Length(max=100, message="不超过 100 字")]
    )
    code = StringField(
        "编码", validators=[DataRequired("请填写编码"), Length(max=40, message="不超过 40 字")]
    )
    level = SelectField("层级", choices=LEVELS)
    parent = SelectField("上级单位", coerce=chosen_id, validate_choice=False)
    position = StringField(
        "顺序", validators=[Optional(), Regexp(r"[0-9]{1,6}$", message="顺序应是数字")]
    )
    duties = TextAreaField("职责", validators=[Length(max=4000, message="不超过 4000 字")])
    active = BooleanField("在用", default=True)


class PersonForm(FlaskForm):
    """A person's account."""

    version = HiddenField()
    login = StringField("用户名")
    name = StringField("姓名")
    email = StringField("邮箱")
    phone = StringField("电话")


class PasswordForm(FlaskForm):
    """A new password for somebody else."""

    password = PasswordField("新密码", validators=[DataRequired("请填写新密码")])


class PostForm(FlaskForm):
    """A post of a unit."""

    title = StringField(
        "岗位名称",
        validators=[DataRequired("请填写岗位名称"), Length(max=60, message="不超过 60 字")],
    )
    active = BooleanField("在用", default=True)


class RoleForm(FlaskForm):
    """What a post may do."""

    role = SelectField("权限", choices=ROLES)


class HoldingForm(FlaskForm):
    """Who holds a post, from when until when."""

    person = SelectField("人员", coerce=chosen_id, validate_choice=False)
    proxy = BooleanField("代理（原任职的人仍在岗位上）")
    from_on = DayField("起日", validators=[DataRequired("请填写起日")])
    until_on = DayField("止日")


class EndForm(FlaskForm):
    """The last day of a holding."""

    until_on = DayField("最后一天", validators=[DataRequired("请填写最后一天")])


class ChargesForm(FlaskForm):
    """The units in a leader's charge."""

    units = SelectMultipleField(
        "分管单位",
        coerce=chosen_id,
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

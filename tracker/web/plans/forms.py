"""Forms of importing and reviewing a plan."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Regexp

from tracker.domain.case import Kind, Polarity
from tracker.domain.plan_text import Measure
from tracker.queries.units_and_posts import PostChoice, Staff
from tracker.services.edit_draft import Duty
from tracker.services.rename_plan import LONGEST_TITLE
from tracker.web.fields import DayField, chosen_id

MEASURE_WORDS = {
    Measure.AMOUNT: "数额",
    Measure.COUNT: "数量",
    Measure.INCREASE: "增加额",
    Measure.GROWTH: "增幅（%）",
    Measure.REDUCTION: "压减、降幅",
    Measure.SHARE: "占比、比率",
    Measure.COMPLETION: "完成率",
    Measure.RANK: "名次",
}
PHASING_WORDS = {"even": "按月均摊", "last_year": "按上年各月", "quarters": "按季度目标"}
NOBODY = "未定"


class DocumentForm(FlaskForm):
    """A document or its text."""

    file = FileField(
        "计划文件",
        description="Word、WPS、Excel、有文字的 PDF、.csv 或 .txt，就用原来的文件。",
    )
    text = TextAreaField("或者粘贴文字")


class UploadForm(DocumentForm):
    """A document or its text, whose plan it is, and of which year."""

    unit = SelectField("哪个单位的计划")
    year = StringField("年度", description="留空时按文中写的年度。")


class PlanForm(FlaskForm):
    """A draft's title and year, as read and as they should be."""

    title = StringField(
        "计划名称",
        validators=[
            DataRequired("请填写计划名称"),
            Length(max=LONGEST_TITLE, message=f"最多 {LONGEST_TITLE} 字"),
        ],
    )
    year = StringField(
        "年度",
        validators=[
            DataRequired("请填写年度"),
            Regexp(r"\s*[0-9]{4}年?\s*$", message="请写成 2024 这样的四位数字"),
        ],
        description="改了年度，任务的时限移到新年度的同一天。",
    )
    version = HiddenField()

    @property
    def number(self) -> int:
        """The year that was typed."""
        return chosen_id((self.year.data or "").strip().removesuffix("年"))


class DutyFields(FlaskForm):
    """Whose a row is, chosen from the bureau's units and posts."""

    lead_unit = SelectField("牵头单位", validate_choice=False)
    owner = SelectField("责任人", validate_choice=False)
    reporter = SelectField("联络员", validate_choice=False)
    leader = SelectField("分管领导", validate_choice=False)

    def offer(self, staff: Staff, nobody: str = "") -> None:
        """Fill the choices; `nobody` is the word for none in each field, else the field's own name."""
        posts = (
            (self.owner, staff.owners),
            (self.reporter, staff.reporters),
            (self.leader, staff.leaders),
        )
        self.lead_unit.choices = {"": nobody or self.lead_unit.label.text} | unit_choices(staff)
        for field, offered in posts:
            field.choices = {"": nobody or field.label.text} | post_choices(offered)

    @property
    def duty(self) -> Duty:
        """What was chosen."""
        return Duty(
            chosen_id(self.lead_unit.data) or None,
            chosen_id(self.owner.data) or None,
            chosen_id(self.reporter.data) or None,
            chosen_id(self.leader.data) or None,
        )


class AssignForm(DutyFields):
    """The bar over the rows: what is given to all that are chosen."""

    due_on = DayField("时限")
    support = SelectMultipleField("配合单位", validate_choice=False)

    def offer(self, staff: Staff, nobody: str = "") -> None:
        """Fill the choices."""
        super().offer(staff, nobody)
        self.support.choices = unit_choices(staff)


class RowForm(DutyFields):
    """What the pages of a task and of a target share; `version` is what the page showed."""

    item = SelectField("计划条目", validate_choice=False)
    checked = BooleanField("已核对")
    version = HiddenField()

    def offer_items(self, items: Iterable[tuple[int, str]]) -> None:
        """Fill the headings of the plan."""
        self.item.choices = {"": "不归入条目"} | {str(key): title for key, title in items}


class TaskForm(RowForm):
    """A task of a draft."""

    text = TextAreaField("任务内容", description="要拆成几项时，在断开处打一个“｜”，保存后就分开。")
    due_on = DayField("完成时限")
    support = SelectMultipleField("配合单位", validate_choice=False)

    def offer(self, staff: Staff, nobody: str = "") -> None:
        """Fill the choices."""
        super().offer(staff, nobody)
        self.support.choices = unit_choices(staff)


class TargetForm(RowForm):
    """A target of a draft: an indicator that is not binding yet."""

    name = StringField("指标名称", validators=[Length(max=200, message="最多 200 字")])
    measure = SelectField("目标的说法", choices={m.value: w for m, w in MEASURE_WORDS.items()})
    polarity = SelectField(
        "方向",
        choices={side.value: side.word for side in Polarity},
    )
    target = StringField("目标值")
    high = StringField("上限")
    unit = StringField("计量单位", validators=[Length(max=20, message="最多 20 字")])
    places = SelectField("小数位数", choices={str(n): f"{n} 位" for n in range(5)})
    undecided = BooleanField("暂不设目标（下达后亮灰灯，以后再补）")
    rate = StringField("增幅或降幅")
    base = StringField("是哪个基期", validators=[Length(max=60, message="最多 60 字")])
    baseline = StringField("基期数")
    kind = SelectField("数的性质", choices={kind.value: kind.word for kind in Kind})
    phasing = SelectField("分月办法", choices=PHASING_WORDS)
    last_year = TextAreaField("上年 12 个月的数")
    q1 = StringField("一季度")
    q2 = StringField("二季度")
    q3 = StringField("三季度")
    q4 = StringField("四季度")

    @property
    def quarter_fields(self) -> list[StringField]:
        """The four quarters."""
        return [self.q1, self.q2, self.q3, self.q4]


def unit_choices(staff: Staff) -> dict[str, str]:
    """Return the units as choices, those further down the tree moved in."""
    return {str(unit.id): "　" * unit.depth + unit.name for unit in staff.units.values()}


def post_choices(posts: Iterable[PostChoice]) -> dict[str, str]:
    """Return posts as choices: who holds it, and where."""
    return {str(post.id): post.word for post in posts}

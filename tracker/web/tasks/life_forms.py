"""Forms of a task's life beside its steps: more time, a decision on it, milestones, a unit's part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.domain.amounts import parse_figure
from tracker.domain.errors import FigureError
from tracker.domain.extensions import LONGEST
from tracker.domain.milestones import LONGEST_TITLE, Step
from tracker.queries.milestones import MilestoneRow
from tracker.services.change_task import LONGEST as LONGEST_WORDS
from tracker.services.plan_milestones import LONGEST_REASON
from tracker.web.fields import DayField, chosen_id
from tracker.web.tasks.forms import VersionedForm

#: Empty lines that the form of milestones offers below those that are there.
SPARE = 3
MOST_LINES = 40


if TYPE_CHECKING:  # generic to the checker alone
    _FieldList = FieldList[FormField[Any]]
else:
    _FieldList = FieldList


class Lines(_FieldList):
    """Lines by their numbers; names that carry no such number are nobody's."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").partition("-")[0]
            if name.startswith(f"{prefix}-") and re.fullmatch("[0-9]{1,3}", number):
                yield int(number)


def _words(label: str, own: str, missing: str, longest: int) -> TextAreaField:
    return TextAreaField(
        label,
        id=own,
        validators=[
            DataRequired(missing),
            Length(max=longest, message=f"不能超过 {longest} 字"),
        ],
    )


class ExtendForm(VersionedForm):
    """A request for a later due day."""

    due_on = DayField("延至", id="extend-due", validators=[DataRequired("请填写延到哪一天")])
    why = _words("延期理由", "extend-why", "请写明延期理由", LONGEST)
    done = _words("目前进展", "extend-done", "请写明目前进展", LONGEST)


class DecideForm(FlaskForm):
    """What the decider says of a request; the button pressed says whether it is approved."""

    version = HiddenField()
    decision = HiddenField()
    answer = _words("批复意见", "decide-answer", "请写明批复意见", LONGEST)

    def validate_decision(self, field: HiddenField) -> None:
        """Refuse a form that neither button has sent."""
        if field.data not in {"approve", "refuse"}:
            raise ValidationError("页面不完整，请刷新后再办")

    @property
    def seen_version(self) -> int:
        """Return the version of the request that the page showed."""
        return chosen_id(self.version.data)


class PartForm(FlaskForm):
    """What a unit says of its part."""

    said = TextAreaField(
        "配合情况",
        validators=[
            DataRequired("请写明配合情况"),
            Length(max=LONGEST_WORDS, message=f"不能超过 {LONGEST_WORDS} 字"),
        ],
    )


class MilestoneLine(Form):
    """One line of the form of milestones; a line that is wholly empty counts as none."""

    title = StringField(
        "节点", validators=[Length(max=LONGEST_TITLE, message=f"不能超过 {LONGEST_TITLE} 字")]
    )
    day = DayField("日期")
    percent = StringField("应达到")

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not any(
            (text or "").strip() for text in (self.title.data, self.day.data, self.percent.data)
        )

    def validate_title(self, field: StringField) -> None:
        """Refuse a line without a name."""
        if not self.is_empty and not (field.data or "").strip():
            raise ValidationError("请写明节点名称")

    def validate_day(self, field: DayField) -> None:
        """Refuse a line without a day."""
        if not self.is_empty and field.day is None and not field.errors:
            raise ValidationError("请填写日期")

    def validate_percent(self, field: StringField) -> None:
        """Refuse what is no share."""
        if not self.is_empty and self.share() is None:
            raise ValidationError("请填写 0 到 100 之间的数")

    def share(self) -> Decimal | None:
        """Return the share as typed, None where it is none."""
        try:
            value = parse_figure((self.percent.data or "").strip().rstrip("%％"), 2)
        except FigureError:
            return None
        return value if value is not None and 0 <= value <= 100 else None

    def step(self) -> Step:
        """Return the milestone of a line that was found right."""
        day, share = self.day.day, self.share()
        assert day is not None and share is not None  # noqa: S101, PT018  validated before
        return Step(" ".join((self.title.data or "").split()), day, share)


class MilestonesForm(VersionedForm):
    """All milestones that are still to come, and why they change."""

    lines = Lines(FormField(MilestoneLine), max_entries=MOST_LINES)
    why = _words("理由", "milestones-why", "请写明理由", LONGEST_REASON)

    def steps(self) -> list[Step]:
        """Return the milestones of a form that was found right."""
        return [line.form.step() for line in self.lines if not line.form.is_empty]

    @property
    def problems(self) -> list[str]:
        """Return what is wrong in the lines, each with its number."""
        return [
            f"第 {number} 行{field.label.text}：{'；'.join(field.errors)}"
            for number, line in enumerate(self.lines, 1)
            for field in line.form
            if field.errors
        ]


def milestones_form(rows: Iterable[MilestoneRow]) -> MilestonesForm:
    """Return the form with what stands now and some empty lines."""
    form = MilestonesForm(formdata=None)
    for row in rows:
        if row.done_on is None:
            form.lines.append_entry(
                {
                    "title": row.title,
                    "day": row.planned_on.isoformat(),
                    "percent": format(row.percent.normalize(), "f"),
                }
            )
    for _ in range(SPARE):
        form.lines.append_entry()
    return form

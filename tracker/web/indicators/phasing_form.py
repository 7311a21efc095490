"""The form of the phasing editor: a way, quarter targets, months by hand, last year's months pasted in one box."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import Length, ValidationError

from tracker.domain.case import Case
from tracker.domain.phasing import MONTHS, QUARTERS
from tracker.domain.phasing_choice import Choice, Way, ways_for
from tracker.models import Indicator
from tracker.queries.cases import case_of
from tracker.services.set_indicator import PHASINGS
from tracker.web.indicators.forms import LONG, FigureField, FiguresField, lines, typed


class PhasingForm(FlaskForm):
    """How a year's target is spread; q_1 to q_4 are quarter targets, m_1 to m_12 months by hand."""

    way = RadioField(
        "分月办法", choices={way.value: PHASINGS[way.value] for way in Way}, validate_choice=False
    )
    last_year = FiguresField("上年十二个月", validators=[LONG])
    why = StringField("理由", validators=[Length(max=500, message="最多 500 字")])
    version = HiddenField()

    @property
    def quarter_fields(self) -> list[FigureField]:
        """Return the four quarters' fields."""
        return [self[f"q_{number}"] for number in range(1, QUARTERS + 1)]

    @property
    def month_fields(self) -> list[FigureField]:
        """Return the twelve months' fields."""
        return [self[f"m_{number}"] for number in range(1, MONTHS + 1)]

    @property
    def _figures(self) -> Sequence[FigureField | FiguresField]:
        return (*self.quarter_fields, *self.month_fields, self.last_year)

    def for_indicator(self, indicator: Indicator) -> PhasingForm:
        """Read figures at the indicator's places, and offer the ways that fit it."""
        for field in self._figures:
            field.places = indicator.places
        ways = ways_for(case_of(indicator, (), Decimal(10)))
        self.way.choices = {way.value: PHASINGS[way.value] for way in ways}
        return self

    def fill(self, indicator: Indicator, case: Case) -> None:
        """Show what is set now; by hand, the months as they are planned now."""
        self.way.data = indicator.phasing
        self.last_year.data = lines(indicator.last_year)
        self.version.data = str(indicator.version)
        for one, figure in zip(self.quarter_fields, case.quarters or (), strict=False):
            one.data = typed(figure)
        line = case.line() if indicator.phasing == Way.HAND else None
        for one, month in zip(self.month_fields, line.monthly if line else (), strict=False):
            one.data = typed(month)
        for figure_field in self._figures:
            figure_field.pre_validate(self)  # the preview is made of what they hold

    def validate_way(self, field: RadioField) -> None:
        """One of the ways is chosen."""
        if field.data not in set(Way):
            raise ValidationError("请选一种分月办法。")

    def validate_last_year(self, field: FiguresField) -> None:
        """Last year has twelve months, or is not known at all."""
        if field.figures and len(field.figures) != MONTHS:
            raise ValidationError(
                f"要 12 个月，现有 {len(field.figures)} 个；不知道的月份留空或填 —。"
            )

    def choice(self) -> Choice:
        """Return what was typed."""
        return Choice(
            Way(self.way.data),
            quarters=tuple(field.figure for field in self.quarter_fields),
            hand=tuple(field.figure for field in self.month_fields),
            last_year=self.last_year.figures,
        )


for _number in range(1, QUARTERS + 1):
    setattr(
        PhasingForm, f"q_{_number}", FigureField(f"{'一二三四'[_number - 1]}季度", [Length(max=60)])
    )
for _number in range(1, MONTHS + 1):
    setattr(PhasingForm, f"m_{_number}", FigureField(f"{_number}月", [Length(max=60)]))

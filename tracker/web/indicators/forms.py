"""Forms of an indicator: its target and phasing, and the correction of one month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from tracker.domain.amounts import format_figure, parse_figure
from tracker.domain.case import Polarity
from tracker.domain.errors import FigureError
from tracker.domain.pasted import read_figures
from tracker.models import Indicator
from tracker.services.set_indicator import PHASINGS, Settings

LONG = Length(max=2000, message="最多 2000 字")


class FigureField(StringField):
    """A figure typed by hand; what cannot be read is kept and said."""

    places = 0
    figure: Decimal | None = None

    def pre_validate(self, form: object) -> None:
        """Read the figure at the indicator's places."""
        try:
            self.figure = parse_figure(self.data or "", self.places)
        except FigureError as error:
            raise ValidationError(error.message) from None


class FiguresField(TextAreaField):
    """A column or a row of figures, as Excel copies it; — or a blank cell stands for an unknown one."""

    places = 0
    wanted = 12
    figures: tuple[Decimal | None, ...] = ()

    def pre_validate(self, form: object) -> None:
        """Read each cell at the indicator's places."""
        try:
            self.figures = read_figures(self.data or "", self.wanted, self.places)
        except FigureError as error:
            raise ValidationError(error.message) from None


class SettingsForm(FlaskForm):
    """Target, baseline, phasing and last year's months."""

    polarity = SelectField(
        "方向", choices={one.value: one.word for one in Polarity}, validate_choice=False
    )
    target = FigureField("年度目标", validators=[Length(max=60)])
    target_high = FigureField("上限", validators=[Length(max=60)])
    baseline = FigureField("基期数", validators=[Length(max=60)])
    base = StringField("基期口径", validators=[Length(max=60, message="最多 60 字")])
    phasing = SelectField("分月办法", choices=PHASINGS)
    quarters = FiguresField("四个季度的目标", validators=[LONG])
    weights = FiguresField("十二个月的数", validators=[LONG])
    last_year = FiguresField("上年十二个月", validators=[LONG])
    why = StringField("理由", validators=[Length(max=500, message="最多 500 字")])
    version = HiddenField()

    def at_places(self, places: int) -> SettingsForm:
        """Read amounts at the indicator's number of decimals; weights may be finer."""
        for field in (self.target, self.target_high, self.baseline, self.quarters, self.last_year):
            field.places = places
        self.weights.places, self.quarters.wanted = 4, 4
        return self

    def fill(self, indicator: Indicator) -> None:
        """Show what is set now."""
        self.polarity.data = indicator.polarity
        self.target.data = typed(indicator.target)
        self.target_high.data = typed(indicator.target_high)
        self.baseline.data = typed(indicator.baseline)
        self.base.data = indicator.base
        self.phasing.data = indicator.phasing
        self.quarters.data = lines(indicator.quarters)
        self.weights.data = lines(indicator.weights if indicator.phasing == "hand" else None)
        self.last_year.data = lines(indicator.last_year)
        self.version.data = str(indicator.version)

    def validate_last_year(self, field: FiguresField) -> None:
        """Last year has twelve months, or is not known at all."""
        if field.figures and len(field.figures) != 12:
            raise ValidationError(f"要填 12 个月，现有 {len(field.figures)} 个；不知道的月份填 —。")

    def settings(self) -> Settings:
        """Return what was typed."""
        return Settings(
            target=self.target.figure,
            baseline=self.baseline.figure,
            base=(self.base.data or "").strip(),
            phasing=self.phasing.data,
            weights=self.weights.figures or None,
            quarters=self.quarters.figures or None,
            last_year=self.last_year.figures or None,
            polarity=self.polarity.data if self.polarity.data in set(Polarity) else None,
            target_high=self.target_high.figure,
        )


class CorrectionForm(FlaskForm):
    """A reported month's figure, corrected by the office."""

    month = SelectField("月份", coerce=int, choices={})
    amount = FigureField("更正为", validators=[Length(max=60)])
    why = StringField("理由", validators=[Length(max=500, message="最多 500 字")])
    revision = HiddenField()


def typed(figure: Decimal | None) -> str:
    """Write a figure into a field."""
    return "" if figure is None else format_figure(figure).replace("−", "-")


def lines(figures: Sequence[Decimal | None] | None) -> str:
    """Write a column of figures into a field, one a line."""
    if figures is None:
        return ""
    return "\n".join("—" if one is None else typed(one) for one in figures)

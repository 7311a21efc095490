"""Fields whose refusals are sentences in Chinese."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput


class DayField(StringField):
    """A day, typed as 2024-03-25 or chosen; `data` is what was typed, `day` what it means."""

    widget = DateInput()
    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Refuse a day that does not exist."""
        typed = (self.data or "").strip()
        try:
            self.day = date.fromisoformat(typed) if typed else None
        except ValueError:
            self.day = None
            raise ValidationError(f"“{typed[:20]}”不是日期，请写成 2024-03-25") from None


def seen_number(value: Any) -> int:
    """Return a version or revision that a page showed; -1, which nothing has, for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def chosen_id(value: Any) -> int:
    """Return the id that a choice stands for; 0 where there is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

"""Forms of the indicator library: a definition, and a table to import."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from tracker.domain.case import Kind, Polarity
from tracker.domain.definitions import LABELS, DefinitionValues, read_aliases, shown

KINDS = {kind.value: kind.word for kind in Kind}
POLARITIES = {one.value: one.word for one in (Polarity.HIGHER, Polarity.LOWER)}
PLACES = {"0": "取整数", **{str(number): f"{number} 位" for number in range(1, 5)}}


class DefinitionForm(FlaskForm):
    """All that a definition says."""

    name = StringField(LABELS["name"])
    aliases = TextAreaField(LABELS["aliases"])
    unit = StringField(LABELS["unit"])
    kind = SelectField(LABELS["kind"], choices=KINDS)
    polarity = SelectField(LABELS["polarity"], choices=POLARITIES)
    places = SelectField(LABELS["places"], choices=PLACES)
    category = StringField(LABELS["category"])
    code = StringField(LABELS["code"])
    source = StringField(LABELS["source"])
    note = TextAreaField(LABELS["note"])
    version = HiddenField()

    def fill(self, values: DefinitionValues, version: int) -> DefinitionForm:
        """Show what the definition says now."""
        for field in LABELS:
            self[field].data = str(getattr(values, field))
        self.aliases.data = "\n".join(values.aliases)
        self.version.data = str(version)
        return self

    def values(self) -> DefinitionValues:
        """Return what was typed."""
        name = self._typed("name")
        return DefinitionValues(
            code=self._typed("code"),
            name=name,
            aliases=read_aliases(self.aliases.data or "", name),
            unit="".join(self._typed("unit").split()),
            kind=Kind(self.kind.data),
            polarity=Polarity(self.polarity.data),
            places=int(self.places.data),
            category=self._typed("category"),
            source=self._typed("source"),
            note=(self.note.data or "").strip(),
        )

    def blame(self, faults: Sequence[tuple[str, str]]) -> None:
        """Put what is wrong beside its field."""
        for field, words in faults:
            self[field].errors = [*self[field].errors, f"{LABELS[field]}{words}"]

    def seen_version(self) -> int:
        """Return the version that the page showed."""
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1

    def differences(self, there: DefinitionValues) -> list[dict[str, str]]:
        """Return what was typed beside what is there, where they differ."""
        mine = self.values()
        pairs = (
            (label, shown(mine, field), shown(there, field)) for field, label in LABELS.items()
        )
        return [
            {"label": label, "yours": yours or "—", "theirs": theirs or "—"}
            for label, yours, theirs in pairs
            if yours != theirs
        ]

    def _typed(self, field: str) -> str:
        return " ".join((self[field].data or "").split())


class LibraryFileForm(FlaskForm):
    """A table of definitions."""

    file = FileField("表格文件")


class LibraryPackForm(FlaskForm):
    """A table that was looked at, packed, to be taken over."""

    name = HiddenField()
    content = HiddenField()

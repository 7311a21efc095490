"""Task tables: rows become items, tasks and targets with the owners of their row."""

from __future__ import annotations

import re
from collections import defaultdict

from tracker.domain.plan_text.drafts import Draft, Ledger
from tracker.domain.plan_text.numbering import Rank, mark_at, marks_in, stretches
from tracker.domain.plan_text.outline import without_note
from tracker.domain.plan_text.owners import (
    OwnerNote,
    bracket_note,
    heading_note,
    line_note,
    unit_names,
)
from tracker.domain.plan_text.sections import is_title_line
from tracker.domain.plan_text.sentences import asks_nothing, sentences_in
from tracker.domain.plan_text.tables import (
    Cell,
    Role,
    Row,
    Table,
    guess_role,
    header_of,
    header_role,
    words,
)

_NOTE = re.compile(r"^(?:注|备注|说明|填报|合计|总计|小计)[：:]?")
_CHINESE_SERIAL = re.compile(r"^（?[一二三四五六七八九十]{1,3}）?、?$")
_EMPTY = re.compile(r"^[\-—–/无\\ ]*$")
Columns = dict[Role, list[Cell]]


class TableReader:
    """Reads one table into the ledger."""

    def __init__(self, ledger: Ledger, table: Table) -> None:
        self.ledger = ledger
        self.canvas = ledger.canvas
        self.table = table
        self.header = header_of(ledger.canvas, table)
        self.group = ""

    def read(self) -> None:
        """Every row below the header."""
        first = self.header[0] + 1 if self.header else 0
        for row in self.table.rows[first:]:
            self._row(row)

    def title(self) -> str:
        """Return a full-width row above the header."""
        above = self.table.rows[: self.header[0]] if self.header else ()
        lines = [words(self.canvas, cell) for row in above for cell in row if cell.end > cell.start]
        return next((line for line in lines if is_title_line(line)), "")

    def _row(self, row: Row) -> None:
        filled = [cell for cell in row if not _EMPTY.match(words(self.canvas, cell))]
        if not filled or self._repeats_header(row):
            return
        lone = self._group_row(row, filled)
        if lone is not None:
            self._group(lone)
            return
        columns = self._columns(row)
        for cell in columns[Role.GROUP]:
            self._group(cell)
        self._tasks(columns)

    def _repeats_header(self, row: Row) -> bool:
        roles = [header_role(words(self.canvas, cell)) for cell in row]
        return self.header is not None and roles.count(None) == 0 and len(set(roles)) >= 3

    def _group_row(self, row: Row, filled: list[Cell]) -> Cell | None:
        """Return the one filled cell of a full-width group row."""
        if len(filled) == 1 and len(row) != 1 and self.header and len(row) == len(self.header[1]):
            at = row.index(filled[0])
            role = self.header[1][at]
            if role in (Role.TASK, Role.NAME) and not mark_at(
                self.canvas.plain, filled[0].start, filled[0].end
            ):
                return None
        if len(filled) == 2 and _CHINESE_SERIAL.match(words(self.canvas, filled[0])):
            return filled[1]
        texts = {words(self.canvas, cell) for cell in filled}
        return filled[0] if len(texts) == 1 and len(words(self.canvas, filled[0])) > 1 else None

    def _columns(self, row: Row) -> Columns:
        columns: Columns = defaultdict(list)
        roles = self.header[1] if self.header else []
        for index, cell in enumerate(row):
            if _EMPTY.match(words(self.canvas, cell)):
                continue
            if self.header is None or len(row) > len(roles):
                columns[guess_role(self.canvas, cell)].append(cell)
            else:
                columns[roles[index]].append(cell)
        return columns

    def _group(self, cell: Cell) -> None:
        said = words(self.canvas, cell)
        if said == self.group or _NOTE.match(said) or len(said) > 60:
            return
        self.group = said
        mark = mark_at(self.canvas.plain, cell.start, cell.end)
        node = self.ledger.open(mark.rank if mark else self._loose_rank())
        start = mark.end if mark else cell.start
        end, noted = without_note(self.canvas, start, cell.end)
        number = self.canvas.words(mark.start, mark.end) if mark else ""
        self.ledger.head(node, number, self.canvas.words(start, end), cell.start, end)
        node.note = (bracket_note(noted) if noted else None) or heading_note(
            said[start - cell.start :]
        )

    def _loose_rank(self) -> Rank:
        ranks = [node.rank for node in self.ledger.stack if node.item is not None]
        if not ranks:
            return Rank.ARABIC
        last = self.ledger.items[self.ledger.item or 0]
        return ranks[-1] if not last.number else Rank(min(ranks[-1] + 1, Rank.CIRCLE))

    def _note(self, columns: Columns) -> OwnerNote:
        named = {role: self._units(columns[role]) for role in (Role.LEAD, Role.OWNER, Role.SUPPORT)}
        lead, owners = named[Role.LEAD], named[Role.OWNER]
        if not lead:
            lead, owners = owners, ()
        support = tuple(unit for unit in (*owners, *named[Role.SUPPORT]) if unit not in lead)
        due = "、".join(words(self.canvas, cell) for cell in columns[Role.DUE])
        return OwnerNote(lead, support, due or None)

    def _units(self, cells: list[Cell]) -> tuple[str, ...]:
        found: list[str] = []
        for cell in cells:
            said = words(self.canvas, cell)
            note = line_note(said)
            names = (*note.lead, *note.support) if note else unit_names(said)
            found += [name for name in names if name not in found]
        return tuple(found)

    def _tasks(self, columns: Columns) -> None:
        """Take the sentences of the task and step columns, and the targets of the row."""
        note = self._note(columns)
        before = len(self.ledger.drafts)
        self.ledger.entries += 1
        for cell in [*columns[Role.TASK], *columns[Role.STEP]]:
            self._cell(cell, note)
        drafts = self.ledger.drafts[before:]
        for cell in columns[Role.TARGET]:
            self._target(cell, drafts, columns)
        if not columns[Role.TASK] and columns[Role.NAME]:
            self._indicator(columns, note)

    def _cell(self, cell: Cell, note: OwnerNote) -> None:
        plain = self.canvas.plain
        marks = marks_in(plain, cell.start, cell.end, {})
        for _, start, end in stretches(marks, cell.start, cell.end):
            self.ledger.units += 1
            for first, last in sentences_in(plain, start, end):
                self._sentence(first, last, note)

    def _sentence(self, first: int, last: int, note: OwnerNote) -> None:
        own = line_note(self.canvas.plain[first:last])
        if own is not None:
            self.ledger.give_unit(own)
            return
        mark = mark_at(self.canvas.plain, first, last)
        start = mark.end if mark else first
        end, noted = without_note(self.canvas, start, last)
        found = bracket_note(noted) if noted else None
        if end > start and not asks_nothing(self.canvas.plain[start:last]):
            self.ledger.add(start, end, found or (note or None))

    def _target(self, cell: Cell, drafts: list[Draft], columns: Columns) -> None:
        if not columns[Role.TASK] and len(words(self.canvas, cell)) < 12:
            return
        index = len(self.ledger.drafts) - len(drafts) if drafts else None
        self.ledger.extra.append((cell.start, cell.end, index))

    def _indicator(self, columns: Columns, note: OwnerNote) -> None:
        """Take an indicator table's row: 指标名称, 单位, 目标值."""
        name = columns[Role.NAME][-1]
        for cell in columns[Role.NAME][:-1]:
            self._group(cell)
        self.ledger.add(name.start, name.end, note or None)
        unit = words(self.canvas, columns[Role.UNIT][0]) if columns[Role.UNIT] else ""
        for cell in columns[Role.TARGET]:
            self.ledger.cells.append((name.start, name.end, cell.start, cell.end, unit))
        for cell in columns[Role.GROWTH]:
            self.ledger.cells.append((name.start, name.end, cell.start, cell.end, "增长%"))

"""Drafts: items and tasks while a document is being walked through, and who they are given to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.deadlines import last_deadline, lasting
from tracker.domain.plan_text.model import Item, PlanTask
from tracker.domain.plan_text.numbering import Rank
from tracker.domain.plan_text.owners import OwnerNote


@dataclass(slots=True)
class Draft:
    """A task to be: its place on the canvas, and the note that names its owners."""

    start: int
    end: int
    item: int | None
    entry: int
    unit: int
    note: OwnerNote | None = None
    above: OwnerNote | None = None


@dataclass(slots=True)
class Node:
    """An open enumerated entry: its rank, its item if it heads one, and a note for all below."""

    rank: Rank
    entry: int
    item: int | None = None
    note: OwnerNote | None = None
    silent: bool = False


@dataclass(slots=True)
class Ledger:
    """Everything found so far in plan sections."""

    canvas: Canvas
    year: int | None
    half: str | None = None  # 下半年 where the plan is for that half only: no deadline of its own
    items: list[Item] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    extra: list[tuple[int, int, int | None]] = field(default_factory=list)
    cells: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    stack: list[Node] = field(default_factory=list)
    entries: int = 0
    units: int = 0
    given: list[Draft] = field(default_factory=list)

    @property
    def node(self) -> Node | None:
        """The innermost open entry."""
        return self.stack[-1] if self.stack else None

    @property
    def item(self) -> int | None:
        """The innermost item heading."""
        return next((node.item for node in reversed(self.stack) if node.item is not None), None)

    @property
    def silent(self) -> bool:
        """Inside a part that asks for nothing (指导思想, 存在问题)."""
        return any(node.silent for node in self.stack)

    def open(self, rank: Rank) -> Node:
        """Open an entry, closing those of the same or a lower rank."""
        while self.stack and self.stack[-1].rank >= rank:
            self.stack.pop()
        self.entries += 1
        self.units += 1
        node = Node(rank, self.entries)
        self.stack.append(node)
        return node

    def head(self, node: Node, number: str, title: str, start: int, end: int) -> None:
        """Make the entry an item."""
        parent = next((up.item for up in reversed(self.stack[:-1]) if up.item is not None), None)
        level = 1 if parent is None else self.items[parent].level + 1
        span = self.canvas.place(start, end)
        self.items.append(Item(number, title, level, parent, span))
        node.item = len(self.items) - 1

    def add(self, start: int, end: int, note: OwnerNote | None = None) -> Draft:
        """Take up a task at the present place."""
        entry = self.stack[-1].entry if self.stack else self.entries
        draft = Draft(start, end, self.item, entry, self.units, note, self.inherited())
        self.drafts.append(draft)
        self.given = []
        return draft

    def inherited(self) -> OwnerNote | None:
        """Return the note of the nearest heading that has one."""
        return next((node.note for node in reversed(self.stack) if node.note), None)

    def give_unit(self, note: OwnerNote) -> None:
        """Give a note inside a sentence to everything back to the last enumerator."""
        self._give(self._bare(60, lambda draft: draft.unit == self.units), note)

    def give_last(self, note: OwnerNote) -> None:
        """Give a deadline in brackets to its own sentence alone."""
        self._give(self.drafts[-1:], note)

    def give_entry(self, note: OwnerNote) -> None:
        """Give a note after the last full stop to the whole entry."""
        if self.given:
            self._give(self.given, note)
            return
        entry = self.stack[-1].entry if self.stack else self.entries
        found = self._bare(200, lambda draft: draft.entry == entry)
        if found or any(draft.entry == entry for draft in self.drafts[-1:]):
            self._give(found, note)
        else:
            self._give_node(note)

    def give_item(self, note: OwnerNote) -> None:
        """Give an owner line to what stands above it under one heading, or to all below it."""
        if self.given:
            self._give(self.given, note)
            return
        first = self._heading_entry()
        if any(draft.entry >= first for draft in self.drafts[-1:]):
            self._give(self._bare(400, lambda draft: draft.entry >= first), note)
        else:
            self._give_node(note)

    def _heading_entry(self) -> int:
        headed = [node for node in self.stack if node.item is not None]
        if headed:
            return headed[-1].entry
        return self.stack[-1].entry if self.stack else self.entries

    def _bare(self, reach: int, holds: Callable[[Draft], bool]) -> list[Draft]:
        """Return the last tasks that have no note of their own yet."""
        return [draft for draft in self.drafts[-reach:] if draft.note is None and holds(draft)]

    def _give_node(self, note: OwnerNote) -> None:
        if self.stack:
            self.stack[-1].note = merged(self.stack[-1].note, note)

    def _give(self, drafts: list[Draft], note: OwnerNote) -> None:
        for draft in drafts:
            draft.note = merged(draft.note, note)
        self.given = drafts


def merged(first: OwnerNote | None, second: OwnerNote | None) -> OwnerNote | None:
    """Return the first note, its empty fields filled from the second; two leads are never mixed.

    A 责任单位 beside a 牵头单位, in whichever order they stand, supports it.
    """
    if first is None or second is None:
        return first or second
    due = first.due or second.due
    if not (first.lead and second.lead):
        lead, support = first.lead or second.lead, first.support or second.support
        return OwnerNote(lead, support, due, first.loose if first.lead else second.loose)
    if first.loose == second.loose:
        return OwnerNote(first.lead, first.support, due, first.loose)
    firm, loose = (second, first) if first.loose else (first, second)
    helping = (*firm.support, *loose.lead, *loose.support)
    return OwnerNote(firm.lead, tuple(n for n in dict.fromkeys(helping) if n not in firm.lead), due)


def finished(ledger: Ledger) -> tuple[list[PlanTask], list[Draft]]:
    """Return the tasks in order, those printed twice only once, with the drafts they came from."""
    tasks: list[PlanTask] = []
    drafts: list[Draft] = []
    seen: set[str] = set()
    for draft in ledger.drafts:
        text = ledger.canvas.words(draft.start, draft.end)
        key = "".join(text.split())
        if not key or (key in seen and len(key) > 12):
            continue
        seen.add(key)
        tasks.append(_task(ledger, draft, text))
        drafts.append(draft)
    return tasks, drafts


def _task(ledger: Ledger, draft: Draft, text: str) -> PlanTask:
    note = merged(draft.note, draft.above)
    inside = last_deadline(ledger.canvas.plain[draft.start : draft.end], ledger.year)
    said = note.due if note is not None else None
    named = last_deadline(said, ledger.year) if said else None
    due = named or inside
    if due is not None and due.words == ledger.half:
        due = None
    return PlanTask(
        text,
        draft.item,
        ledger.canvas.place(draft.start, draft.end),
        note.lead if note else (),
        note.support if note else (),
        due.words if due else lasting(said),
        due.on if due else None,
    )

"""What does a revised document change, and what was decided: counts, and a page of its rows side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from tracker.domain.plan_diff import ChangeKind
from tracker.domain.plan_lines import Sort
from tracker.domain.target_shape import PERCENT, is_change
from tracker.domain.word_diff import SideBySide, compare_words
from tracker.extensions import db
from tracker.models import Indicator, Person, Plan, PlanRevision, PlanRevisionChange
from tracker.queries.units_and_posts import Staff

PAGE = 50
FIELD_WORDS = {
    "text": "内容",
    "item": "计划条目",
    "number": "序号",
    "lead": "牵头单位",
    "support": "配合单位",
    "due": "时限",
    "target": "目标值",
    "rate": "增幅",
    "unit": "计量单位",
    "bound": "目标的界",
    "base": "基期",
    "quarters": "季度进度",
}
BOUND_WORDS = {"eq": "达到", "ge": "不低于", "le": "不超过", "about": "左右"}
STATE_WORDS = {"draft": "未应用", "accepted": "已应用", "dropped": "已作废"}
SETTLED_WORDS = {"accepted": "应用", "dropped": "作废"}
#: What may be shown: kinds, and what waits.
SHOWN = ("", "open", "changed", "moved", "added", "dropped", "unchanged")


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that changes, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One row of the page: both texts with their differences, and what was decided; `name` is an indicator's."""

    id: int
    key: str
    version: int
    position: int
    sort: Sort
    kind: ChangeKind
    task_id: int | None
    indicator_id: int | None
    name: str
    heading: str
    sides: SideBySide
    fields: tuple[ShownField, ...]
    decision: str
    reason: str
    lead: str
    owner: str
    leader: str
    due_on: date | None
    undecided: bool

    @property
    def duty_words(self) -> str:
        """Say whose a new row is to be, or one that gets another lead: 牵头：预算股；责任人：周立新."""
        new_lead = any(field.label == FIELD_WORDS["lead"] for field in self.fields)
        if self.sort is Sort.ITEM or not (self.kind is ChangeKind.ADDED or new_lead):
            return ""
        said = [f"牵头：{self.lead or '未定'}", f"责任人：{self.owner or '未定'}"]
        if self.leader:
            said.append(f"分管：{self.leader}")
        if self.undecided:
            said.append("暂不设目标")
        return "；".join(said)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are by kind, and by decision of those that somebody decides."""

    kinds: Mapping[str, int]
    decisions: Mapping[str, int]
    open_drops: int

    @property
    def changes(self) -> int:
        """How many rows the document changes."""
        return sum(count for kind, count in self.kinds.items() if kind != ChangeKind.UNCHANGED)

    @property
    def open(self) -> int:
        """How many nobody decided yet."""
        return self.decisions.get("open", 0)

    def shown(self, show: str) -> int:
        """Return how many rows a filter leaves."""
        if show == "open":
            return self.open
        return self.kinds.get(show, 0) if show else self.changes


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """A page of a revision's changes."""

    counts: Counts
    rows: tuple[ShownChange, ...]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revised document of a plan in one line."""

    id: int
    name: str
    state: str
    imported_at: datetime
    imported_by: str
    settled_at: datetime | None
    settled_by: str

    @property
    def state_word(self) -> str:
        """Its state in Chinese."""
        return STATE_WORDS[self.state]

    @property
    def settled_word(self) -> str:
        """What was done with it in the end."""
        return SETTLED_WORDS.get(self.state, "")

    @property
    def tone(self) -> str:
        """The tone of its state's tag."""
        return {"draft": "yellow", "accepted": "green"}.get(self.state, "")


def revision_lines(plan: Plan) -> list[RevisionLine]:
    """Return the plan's revised documents, the newest first. One query, without their contents."""
    importer, settler = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            PlanRevision.id,
            PlanRevision.name,
            PlanRevision.state,
            PlanRevision.imported_at,
            func.coalesce(importer.name, ""),
            PlanRevision.settled_at,
            func.coalesce(settler.name, ""),
        )
        .outerjoin(importer, importer.id == PlanRevision.imported_by_id)
        .outerjoin(settler, settler.id == PlanRevision.settled_by_id)
        .where(PlanRevision.plan_id == plan.id)
        .order_by(PlanRevision.id.desc())
    )
    return [RevisionLine(*row) for row in rows]


def revision_page(revision_id: int, staff: Staff, show: str, page: int) -> RevisionPage:
    """Return a page of a revision's rows. Two queries, whatever its size."""
    counts = _counts(revision_id)
    total = counts.shown(show)
    here = min(max(1, page), max(1, -(-total // PAGE)))
    rows = db.session.execute(
        select(
            PlanRevisionChange,
            Indicator.unit,
            Indicator.measure,
            Indicator.rate,
            Indicator.name,
        )
        .outerjoin(Indicator, Indicator.id == PlanRevisionChange.indicator_id)
        .where(PlanRevisionChange.revision_id == revision_id, _filter(show))
        .order_by(PlanRevisionChange.position)
        .limit(PAGE)
        .offset((here - 1) * PAGE)
    ).all()
    shown = tuple(
        _shown(change, _unit(unit, measure, rate), name or "", staff)
        for change, unit, measure, rate, name in rows
    )
    return RevisionPage(counts, shown, total, here)


def _filter(show: str) -> ColumnElement[bool]:
    change = PlanRevisionChange
    if show == "open":
        return change.decision == "open"
    return change.kind == show if show else change.kind != ChangeKind.UNCHANGED.value


def _counts(revision_id: int) -> Counts:
    rows = db.session.execute(
        select(PlanRevisionChange.kind, PlanRevisionChange.decision, func.count())
        .where(PlanRevisionChange.revision_id == revision_id)
        .group_by(PlanRevisionChange.kind, PlanRevisionChange.decision)
    ).all()
    kinds: dict[str, int] = {}
    decisions: dict[str, int] = {}
    open_drops = 0
    for kind, decision, count in rows:
        kinds[kind] = kinds.get(kind, 0) + count
        if kind != ChangeKind.UNCHANGED:
            decisions[decision] = decisions.get(decision, 0) + count
        if (kind, decision) == (ChangeKind.DROPPED.value, "open"):
            open_drops = count
    return Counts(kinds, decisions, open_drops)


def _unit(unit: str | None, measure: str | None, rate: Any) -> str:
    """Return the unit in which an indicator's target is told: of a growth per cent, whatever its level is in."""
    if measure is not None and is_change(measure) and rate is not None:
        return PERCENT
    return unit or ""


def _shown(change: PlanRevisionChange, unit: str, name: str, staff: Staff) -> ShownChange:
    lead = staff.units.get(change.lead_unit_id or 0)
    return ShownChange(
        id=change.id,
        key=f"change-{change.id}",
        version=change.version,
        position=change.position,
        sort=Sort(change.sort),
        kind=ChangeKind(change.kind),
        task_id=change.task_id,
        indicator_id=change.indicator_id,
        name=name or change.data.get("target", {}).get("name", ""),
        heading=change.heading,
        sides=compare_words(change.words, change.quote),
        fields=_fields(change.fields, unit),
        decision=change.decision,
        reason=change.reason,
        lead=lead.name if lead else "",
        owner=_post(staff, change.owner_post_id),
        leader=_post(staff, change.leader_post_id),
        due_on=change.due_on,
        undecided=change.undecided,
    )


def _post(staff: Staff, post_id: int | None) -> str:
    return staff.posts[post_id].name if post_id in staff.posts else ""


def _fields(fields: Sequence[Mapping[str, str]], unit: str) -> tuple[ShownField, ...]:
    """Return the fields in words; a text is shown side by side already."""
    return tuple(
        ShownField(
            FIELD_WORDS[field["name"]],
            _value(field["name"], field["old"], unit),
            _value(field["name"], field["new"], unit),
        )
        for field in fields
        if field["name"] != "text"
    )


def _value(name: str, value: str, unit: str) -> str:
    if not value:
        return "未写明" if name != "item" else "不在条目下"
    if name == "target":
        return f"{value} {unit}".strip().replace(f" {PERCENT}", PERCENT)
    if name == "rate":
        falls = value.startswith("-")
        return f"{'下降' if falls else '增长'}{value.removeprefix('-')}{PERCENT}"
    if name == "due":
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return BOUND_WORDS.get(value, value) if name == "bound" else value

"""What happened to an indicator, and what it is made of, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.domain.amounts import format_figure
from tracker.domain.cycles import parse_cycle_rule
from tracker.domain.rhythm import RHYTHMS
from tracker.domain.standing import Kind, Polarity
from tracker.domain.wording import quantity, target_words
from tracker.models import Indicator
from tracker.queries.duty_names import DutyNames
from tracker.queries.indicator_page import IndicatorRecord, Revision
from tracker.queries.target_changes import ChangeRow
from tracker.services.set_indicator import PHASINGS
from tracker.web.filters import moment


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    iso: str
    when: str
    text: str
    who: str = ""
    was: str = ""


def history_of(indicator: Indicator, record: IndicatorRecord, zone: ZoneInfo) -> list[Event]:
    """Return every figure, change of the target or phasing, closing and opening again, the newest first."""
    year = record.source.year
    events = [_reported(one, indicator, record, zone) for one in record.revisions]
    events += _closings(record, zone)
    for change_row in record.targets:
        events += _target_changed(change_row, year, zone)
    for change in record.changes:
        text = "；".join(
            f"{label} {before or '空'} → {after or '空'}"
            for label, before, after in change.detail.get("changes", ())
        )
        why = f"理由：{change.detail['why']}" if change.detail.get("why") else ""
        events.append(_event(change.at, text, year, zone, who=change.author, was=why))
    if record.source.issued_at is not None:
        target = target_of(indicator)
        events.append(
            _event(record.source.issued_at, "随计划下达", year, zone, was=f"现目标 {target}")
        )
    return sorted(events, key=lambda event: event.iso)[::-1]


def _closings(record: IndicatorRecord, zone: ZoneInfo) -> list[Event]:
    """Return closings that stand, and from the record those that were undone, with who did it and why."""
    year = record.source.year
    standing = {cycle.closed_at for cycle in record.cycles}
    events = [
        _event(cycle.closed_at, f"{cycle.month}月封账，亮灯与数据一并冻结", year, zone)
        for cycle in record.cycles
        if cycle.closed_at is not None
    ]
    for entry in record.closings:
        month = int(str(entry.detail.get("month", "0")).rpartition("-")[2])
        if entry.action == "reopen_period":
            why = f"理由：{entry.detail.get('why', '')}"
            text = f"{month}月启封，按现有填报重新计算"
            events.append(_event(entry.at, text, year, zone, who=entry.author, was=why))
        elif entry.at not in standing:
            text = f"{month}月封账（后来启封）"
            events.append(_event(entry.at, text, year, zone, who=entry.author))
    return events


def _target_changed(row: ChangeRow, year: int, zone: ZoneInfo) -> list[Event]:
    words = f"目标由 {row.before} {row.word}为 {row.after}，从{row.from_month}月起"
    asked = _event(
        row.asked_at, f"提出目标调整：{words}", year, zone, who=row.asked_by, was=f"理由：{row.why}"
    )
    if row.decided_at is None:
        return [asked]
    answer = f"批复：{row.answer}" if row.answer else ""
    text = f"目标调整{row.state.word}：{words}"
    return [asked, _event(row.decided_at, text, year, zone, who=row.decided_by, was=answer)]


def _reported(
    one: Revision, indicator: Indicator, record: IndicatorRecord, zone: ZoneInfo
) -> Event:
    shown = quantity(one.amount, indicator.unit, indicator.places)
    if one.revision == 1:
        text = f"填报{one.month}月 {shown}"
    else:
        before = next(
            other.amount
            for other in record.revisions
            if (other.month, other.revision) == (one.month, one.revision - 1)
        )
        verb = "封账后更正" if _is_closed(one, record) else "更正"
        text = f"{verb}{one.month}月 {format_figure(before, indicator.places)} → {shown}"
        if before == one.amount:
            text = f"补充{one.month}月说明"
    said = [
        f"理由：{one.why}" if one.why else "",
        f"情况：{one.note}" if one.note else "",
        f"下一步：{one.next_step}" if one.next_step else "",
        "封账时的亮灯不变" if one.revision > 1 and _is_closed(one, record) else "",
    ]
    was = "；".join(part.rstrip("。；;. ") for part in said if part)
    return _event(one.at, text, record.source.year, zone, who=one.author, was=was)


def _is_closed(one: Revision, record: IndicatorRecord) -> bool:
    """Tell whether a figure was changed after its month was closed."""
    closed = next((cycle.closed_at for cycle in record.cycles if cycle.month == one.month), None)
    return closed is not None and one.at > closed


def _event(
    at: datetime, text: str, year: int, zone: ZoneInfo, *, who: str = "", was: str = ""
) -> Event:
    return Event(at.astimezone(zone).isoformat(), moment(at, zone, year), text, who, was)


def about(indicator: Indicator, record: IndicatorRecord, names: DutyNames) -> list[tuple[str, str]]:
    """Return what the indicator is: kind, target, base, phasing, duties, rule, rhythm."""
    source = record.source
    kind, polarity = Kind(indicator.kind), Polarity(indicator.polarity)
    rule = parse_cycle_rule(source.opens, source.due)
    last = [row for row in record.months if row.rule]
    duty = f"{source.unit_name} {names.owner(indicator) or '未定'}"
    return [
        ("类型", f"{kind.word}，{polarity.word}"),
        ("目标", target_of(indicator)),
        ("基期", base_words(indicator) or "未定"),
        ("分月", PHASINGS.get(indicator.phasing, indicator.phasing)),
        (
            "责任",
            f"{duty}；填报 {names.reporter(indicator) or '未定'}；分管 {names.leader(indicator) or '未定'}",
        ),
        (
            "亮灯规则",
            last[-1].rule
            if last
            else f"落后计划 {format_figure(source.yellow_points)} 个百分点以内亮黄，超过亮红",
        ),
        ("频次", f"{RHYTHMS[indicator.every]}，{rule.word}"),
    ]


def target_of(indicator: Indicator) -> str:
    """Write the target with its unit, a range with both bounds."""
    low, high = indicator.target, indicator.target_high
    return target_words(indicator.polarity, low, high, indicator.unit, indicator.places)


def base_words(indicator: Indicator) -> str:
    """Say which base growth is counted from, and how much that is."""
    if indicator.baseline is None:
        return indicator.base
    return f"{indicator.base or '基期数'} {quantity(indicator.baseline, indicator.unit, indicator.places)}"

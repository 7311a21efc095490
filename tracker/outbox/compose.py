"""Turn the decision to write to somebody into the letter, from facts that were read before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.calendar import WorkingCalendar
from tracker.domain.cycles import Cycle, Stage, stage_days
from tracker.domain.lights import Guard
from tracker.domain.periods import Month
from tracker.domain.reminders import Intent, Kind, Notice, Told
from tracker.outbox.content import (
    FigureLine,
    TaskLine,
    UpwardLine,
    counted,
    day_words,
    days_left,
    figure_line,
    in_sections,
    sheet_task_line,
    task_line,
    upward_report,
    upward_task,
)
from tracker.outbox.enqueue import Letter
from tracker.outbox.links import Links
from tracker.outbox.render import render
from tracker.queries.mail_facts import Bureau, Recipient, Stood
from tracker.queries.owed import OpenTask, OwedReport

TEMPLATES = {Kind.CYCLE: "monthly", Kind.TASK: "task", Kind.ESCALATION: "escalation"}
NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What the letters of one run are written from.

    `owed` has each person's owed rows by cycle code; `stood` where indicators stood, by id; `needs`
    what a month must bring, by indicator and month; `owners` the names of those who answer for a
    task; `supporting` the pairs of task and person that only take part.
    """

    top_unit_id: int
    bureau: Bureau
    today: date
    calendar: WorkingCalendar
    links: Links
    cycles: Mapping[str, Cycle]
    people: Mapping[int, Recipient]
    units: Mapping[int, str]
    owed: Mapping[int, Mapping[str, Sequence[OwedReport]]]
    stood: Mapping[int, Stood]
    needs: Mapping[tuple[int, int], str]
    tasks: Mapping[int, OpenTask]
    owners: Mapping[int, str]
    supporting: frozenset[tuple[int, int]]


@dataclass(slots=True)
class _Mail:
    """The words of one mail, as its templates name them."""

    bureau: str
    person: str
    contact: str
    why: str
    skipped: str
    subject: str = ""
    heading: str = ""
    opening: str = ""
    url: str = ""
    button: str = ""
    month_label: str = ""
    quarter_label: str = ""
    sections: Mapping[str, list[FigureLine]] = field(default_factory=dict)
    sheet_tasks: list[TaskLine] = field(default_factory=list)
    tasks: dict[int, TaskLine] = field(default_factory=dict)
    upwards: list[UpwardLine] = field(default_factory=list)


def compose(intent: Intent, facts: Facts) -> Letter:
    """Write the letter of one intent."""
    person = facts.people[intent.person_id]
    mail = _Mail(
        bureau=facts.bureau.name,
        person=person.name,
        contact=facts.bureau.contact,
        why=_why(intent, person, facts),
        skipped=_skipped(intent, facts),
        tasks=_task_lines(intent, facts),
    )
    mail.upwards = _upward_lines(intent, facts)
    _FILL[intent.kind](mail, intent, facts)
    rendered = render(TEMPLATES[intent.kind], {"mail": mail})
    return Letter(
        key=intent.key,
        person_id=intent.person_id,
        top_unit_id=facts.top_unit_id,
        address=person.address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        notices=intent.notice_keys,
    )


def _fill_monthly(mail: _Mail, intent: Intent, facts: Facts) -> None:
    cycle = facts.cycles[intent.told[0].notice.period]
    rows = [row for rows in facts.owed[intent.person_id].values() for row in rows]
    figures = _figure_lines(rows, cycle, facts, worst_first=intent.quarter_first)
    tasks = _sheet_tasks(rows, mail.tasks, facts)
    mail.sections, mail.sheet_tasks = in_sections(figures), list(tasks.values())
    mail.tasks = {id_: line for id_, line in mail.tasks.items() if id_ not in tasks}
    mail.month_label, mail.quarter_label = cycle.month.label, cycle.month.quarter.label
    owed, others = _counts(rows, cycle.month), _other_months(rows, cycle.month)
    mail.heading, mail.subject = _monthly_titles(cycle, intent.stage, owed, facts.today)
    if intent.quarter_first:
        mail.subject = f"{mail.quarter_label}收官，{mail.subject}"
    if others:
        mail.subject = f"{mail.subject}；{others}"
    if more := len(mail.tasks) + len(mail.upwards):
        mail.subject = f"{mail.subject}；另有 {more} 项提醒"
    mail.opening = _monthly_opening(cycle, owed, figures, facts, guard_first=intent.quarter_first)
    if others:
        mail.opening = f"{mail.opening}另外，{others}，请一并补报。"
    mail.url, mail.button = facts.links.sheet(cycle.month), "打开填报"


def _counts(rows: Sequence[OwedReport], month: Month) -> str:
    """Say how much is owed for one month, as the sheet of that month counts it."""
    owed = [row.what for row in rows if row.month == month]
    return counted(owed.count("indicator"), owed.count("task"))


def _other_months(rows: Sequence[OwedReport], month: Month) -> str:
    """Say what is owed for other months, each by its name: 2023年12月还欠 2 项指标."""
    others = sorted({row.month for row in rows} - {month})
    return "，".join(
        f"{other.label if other.year == month.year else other.long_label}还欠 {_counts(rows, other)}"
        for other in others
    )


def _monthly_titles(cycle: Cycle, stage: Stage, owed: str, today: date) -> tuple[str, str]:
    """Return heading and subject. They follow the day rather than the stage: a mail may be late."""
    label, due = f"{cycle.label}填报", day_words(cycle.due_on, today)
    if today > cycle.due_on:
        late = (today - cycle.due_on).days
        return f"{label}已逾期 {late} 天，还差 {owed}", f"{label}已逾期：还差 {owed}，{due}已截止"
    if today == cycle.due_on:
        return f"{label}今天截止，还差 {owed}", f"{label}今天截止：还差 {owed}"
    if stage is Stage.OPEN:
        return f"{label}已开启，{due}前报送", f"{label}已开启：{owed}，{due}前"
    return f"{label}还差 {owed}，{due}截止", f"{label}还差 {owed}，{due}截止"


def _monthly_opening(
    cycle: Cycle, owed: str, figures: list[FigureLine], facts: Facts, *, guard_first: bool
) -> str:
    count = f"您要填 {owed}，{days_left(cycle.due_on, facts.today, facts.calendar)}。"
    quarter = cycle.month.quarter.label
    guards = "".join(
        _guard_words(figures, guard, quarter) for guard in (Guard.AT_RISK, Guard.STRAINED)
    )
    if not guard_first:
        return f"{count}{guards}"
    return f"{cycle.label}是{quarter}最后一个月。{guards}{count}"


def _guard_words(figures: list[FigureLine], guard: Guard, quarter: str) -> str:
    names = [line.name for line in figures if line.guard is guard]
    if not names:
        return ""
    more = f"等 {len(names)} 项" if len(names) > NAMES_SHOWN else ""
    named = "、".join(names[:NAMES_SHOWN])
    return f"{named}{more}{quarter}{guard.word}，请先填并写明原因和下一步。"


def _figure_lines(
    rows: Sequence[OwedReport], cycle: Cycle, facts: Facts, *, worst_first: bool
) -> list[FigureLine]:
    by_indicator: dict[int, list[OwedReport]] = {}
    for row in sorted(rows, key=lambda row: row.month):
        if row.what == "indicator":
            by_indicator.setdefault(row.id, []).append(row)
    lines = [
        figure_line(
            owed,
            cycle.month,
            facts.stood.get(id_),
            facts.needs.get((id_, cycle.month.month), ""),
            _section(owed[-1], facts),
            facts.links,
        )
        for id_, owed in by_indicator.items()
    ]
    return sorted(lines, key=_guard_rank) if worst_first else lines


def _guard_rank(line: FigureLine) -> int:
    return -line.guard.severity if line.guard else 0


def _section(row: OwedReport, facts: Facts) -> str:
    return facts.units.get(row.lead_unit_id or 0, "未定单位")


def _sheet_tasks(
    rows: Sequence[OwedReport], told: Mapping[int, TaskLine], facts: Facts
) -> dict[int, TaskLine]:
    """Write the tasks of the sheet; one that is also about to be due says so here."""
    newest: dict[int, OwedReport] = {}
    for row in sorted(rows, key=lambda row: row.month):
        if row.what == "task":
            newest[row.id] = row
    notes = {id_: line.note for id_, line in told.items()}
    return {
        id_: sheet_task_line(row, facts.today, facts.links, notes.get(id_, ""))
        for id_, row in newest.items()
    }


def _fill_digest(mail: _Mail, _intent: Intent, facts: Facts) -> None:
    lines = list(mail.tasks.values())
    if len(lines) == 1:
        (line,) = lines
        mail.heading = f"{line.name}：{line.note}"
        mail.opening = f"您的 1 项任务{line.due}，{line.note}。请按时办理并更新进展。"
        mail.url, mail.button = line.url, "打开任务"
    else:
        late = sum("逾期" in line.note for line in lines)
        parts = ((late, "逾期"), (len(lines) - late, "将到期"))
        said = "、".join(f"{count} 项任务{word}" for count, word in parts if count)
        mail.heading = said
        mail.opening = f"您有 {len(lines)} 项任务需要办理：{said}。"
        mail.url, mail.button = facts.links.desk(), "打开工作台"
    mail.subject = f"任务提醒：{mail.heading}"


def _fill_escalation(mail: _Mail, _intent: Intent, facts: Facts) -> None:
    if len(mail.upwards) == 1:
        (line,) = mail.upwards
        mail.heading = f"{line.name}已逾期，请督促"
        mail.opening = f"{line.who}负责的 1 项工作已经逾期，报您知悉，请督促办理。"
    else:
        mail.heading = f"{len(mail.upwards)} 项工作逾期，请督促"
        mail.opening = f"以下 {len(mail.upwards)} 项工作已经逾期，报您知悉，请督促办理。"
    mail.subject = f"逾期提醒：{mail.heading}"
    mail.url, mail.button = facts.links.lagging(), "打开滞后预警"


_FILL = {
    Kind.CYCLE: _fill_monthly,
    Kind.TASK: _fill_digest,
    Kind.ESCALATION: _fill_escalation,
}


def _task_lines(intent: Intent, facts: Facts) -> dict[int, TaskLine]:
    return {
        notice.task_id: task_line(
            facts.tasks[notice.task_id],
            facts.today,
            facts.calendar,
            facts.links,
            supporting=(notice.task_id, notice.person_id) in facts.supporting,
        )
        for notice in _notices(intent, Kind.TASK)
        if notice.task_id is not None
    }


def _upward_lines(intent: Intent, facts: Facts) -> list[UpwardLine]:
    """Write what is told upwards, but for what the same mail tells the person as his own."""
    lines = []
    for notice in _notices(intent, Kind.ESCALATION):
        if _is_told_as_own(notice, intent):
            continue
        if notice.task_id is not None:
            task = facts.tasks[notice.task_id]
            who = facts.owners.get(task.id, "")
            lines.append(upward_task(task, who, facts.today, facts.links))
        else:
            lines.append(_upward_report(notice, facts))
    return lines


def _is_told_as_own(notice: Notice, intent: Intent) -> bool:
    """Tell whether the mail holds this as the person's own, so that it is not told upwards as well."""
    if notice.kind is not Kind.ESCALATION:
        return False
    if notice.task_id is not None:
        return notice.task_id in {own.task_id for own in _notices(intent, Kind.TASK)}
    own_months = {own.period for own in _notices(intent, Kind.CYCLE)}
    return notice.about_id == intent.person_id and notice.period in own_months


def _upward_report(notice: Notice, facts: Facts) -> UpwardLine:
    owing = notice.about_id or 0
    cycle = facts.cycles[notice.period]
    count = len(facts.owed[owing][notice.period])
    who = facts.people[owing].name
    return upward_report(who, count, cycle.month, cycle.due_on, facts.today, facts.links)


def _notices(intent: Intent, kind: Kind) -> list[Notice]:
    return [item.notice for item in intent.told if item.notice.kind is kind]


def _skipped(intent: Intent, facts: Facts) -> str:
    """List the stages that should have been told before and were not, of what this mail tells."""
    late = [item for item in intent.told if item.skipped]
    said = [
        f"{facts.cycles[item.notice.period].label}填报（{_stages(item)}）"
        for item in late
        if item.notice.kind is Kind.CYCLE
    ]
    for kind, word in ((Kind.TASK, "项任务的提醒"), (Kind.ESCALATION, "项逾期的督促")):
        of = [
            item
            for item in late
            if item.notice.kind is kind and not _is_told_as_own(item.notice, intent)
        ]
        if of:
            said.append(f"{len(of)} {word} {sum(len(item.skipped) for item in of)} 次")
    return f"此前应发未发、一并补上的提醒：{'；'.join(said)}。" if said else ""


def _stages(item: Told) -> str:
    return "、".join(dict.fromkeys(old.stage.word for old in item.skipped))


def _why(intent: Intent, person: Recipient, facts: Facts) -> str:
    posts = f"您是{'、'.join(person.posts)}，所以收到这封信。" if person.posts else ""
    if intent.kind is not Kind.CYCLE:
        return f"{posts}已办结的不再提醒。"
    cycle = facts.cycles[intent.told[0].notice.period]
    days = [day for _, day in stage_days(cycle, facts.calendar) if day > facts.today]
    if not days:
        return f"{posts}已填的不再提醒；逾期未填的逐级报责任人、分管领导、主要领导。"
    again = "、".join(day_words(day, facts.today) for day in dict.fromkeys(days))
    return f"{posts}已填的不再提醒；未填的，{again}各再提醒一次。"

"""Everything that reminders are decided from, by the person whom it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from tracker.domain.cycles import Cycle, Stage
from tracker.domain.escalation import LEVELS, Chain, Ladder, earliest, parse_ladder
from tracker.domain.reminders import (
    Notice,
    OwedReports,
    OwedTask,
    Rules,
    notices_of_reports,
    notices_of_task,
)
from tracker.queries.holders import Holders, People, holders_on
from tracker.queries.owed import (
    CycleDays,
    OpenTask,
    OwedReport,
    cycles_by_days,
    open_tasks,
    owed_reports,
)

FIRST_DAY = date.min  # of who has no post of his own: no moment in any zone
OwedByPerson = Mapping[int, Mapping[str, list[OwedReport]]]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a bureau's people owe on a day.

    `owed` has each person's rows by cycle code; `tasks` and `reports` are what the decider takes;
    `concerns` has for each person everything that may be told to him, his own or others'.
    """

    until: date
    rules: Rules
    cycles: Mapping[str, Cycle]
    owed: OwedByPerson
    open_tasks: Mapping[int, OpenTask]
    tasks: Mapping[int, OwedTask]
    concerns: Mapping[int, list[OwedReports | OwedTask]]

    def notices(self, people: Collection[int]) -> Iterator[Notice]:
        """Yield every notice to these people, of whatever moment."""
        wanted = frozenset(people)
        things = {id(one): one for person in people for one in self.concerns.get(person, ())}
        for thing in things.values():
            for notice in self._notices_of(thing):
                if notice.person_id in wanted:
                    yield notice

    def _notices_of(self, thing: OwedReports | OwedTask) -> Iterator[Notice]:
        if isinstance(thing, OwedTask):
            return notices_of_task(thing, self.rules, self.until)
        return notices_of_reports(thing, self.rules)


def situation_of(top_unit_id: int, *, day: date, until: date, rules: Rules) -> Situation:
    """Read what is owed, with the posts as they are held on `day` and the months open by `until`.

    A fixed number of queries, whatever the bureau's size.
    """
    holders = holders_on(top_unit_id, day)
    cycles = cycles_by_days(top_unit_id)
    rows = owed_reports(top_unit_id, until)
    owed = _by_person(rows, cycles, holders)
    reports = _owed_reports(owed, cycles, holders, rules.zone)
    open_ = {task.id: task for task in open_tasks(top_unit_id)}
    tasks = {task.id: _owed_task(task, holders, rules.zone) for task in open_.values()}
    return Situation(
        until=until,
        rules=rules,
        cycles={cycle.code: cycle for cycle in cycles.values()},
        owed=owed,
        open_tasks=open_,
        tasks=tasks,
        concerns=_concerns([*reports, *tasks.values()]),
    )


def _by_person(
    rows: list[OwedReport], cycles: Mapping[CycleDays, Cycle], holders: Holders
) -> OwedByPerson:
    owed: dict[int, dict[str, list[OwedReport]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for person in holders.reporters(row):
            owed[person][cycles[row.days].code].append(row)
    return owed


def _owed_reports(
    owed: OwedByPerson, cycles: Mapping[CycleDays, Cycle], holders: Holders, zone: tzinfo
) -> list[OwedReports]:
    return [
        OwedReports(
            person,
            cycles[rows[0].days],
            chain=_joined(rows, holders),
            ladder=_ladder({row.ladder for row in rows}),
            since=_since(rows, (person,), holders, zone),
        )
        for person, by_cycle in owed.items()
        for rows in by_cycle.values()
    ]


def _joined(rows: list[OwedReport], holders: Holders) -> Chain:
    """Return everybody above any of the rows."""
    duties = {(row.lead_unit_id, row.owner_post_id, row.leader_post_id): row for row in rows}
    chains = [holders.chain(row) for row in duties.values()]

    def level(stage: Stage) -> People:
        return tuple(dict.fromkeys(person for chain in chains for person in chain.at(stage)))

    return Chain(*(level(stage) for stage in LEVELS))


@lru_cache(maxsize=256)
def _read(ladder: str) -> Ladder:
    return parse_ladder(ladder)


def _ladder(of_plans: Collection[str]) -> Ladder:
    """Return the ladder of a month's rows: their plan's; of several plans the earliest day of each level."""
    return earliest(_read(ladder) for ladder in of_plans)


def _since(
    rows: Iterable[OwedReport | OpenTask], people: People, holders: Holders, zone: tzinfo
) -> datetime | None:
    """Return when this began to bind these people: their plan was issued, and one of them in office."""
    issued = [row.issued_at for row in rows if row.issued_at is not None]
    began = min((holders.began(person) for person in people), default=date.min)
    in_office = datetime.combine(began, time(), zone) if began > FIRST_DAY else None
    known = [moment for moment in (min(issued, default=None), in_office) if moment is not None]
    return max(known, default=None)


def _owed_task(task: OpenTask, holders: Holders, zone: tzinfo) -> OwedTask:
    beside: dict[str, list[int]] = defaultdict(list)
    for unit_id, part in task.units:
        beside[part].extend(holders.of_unit(unit_id))
    responsible = tuple(dict.fromkeys([*holders.owners(task), *beside["responsible"]]))
    return OwedTask(
        task_id=task.id,
        due_on=task.due_on,
        responsible=responsible,
        supporting=tuple(dict.fromkeys(beside["supporting"])),
        chain=holders.chain(task),
        ladder=_read(task.ladder),
        since=_since((task,), responsible, holders, zone),
    )


def _concerns(things: list[OwedReports | OwedTask]) -> dict[int, list[OwedReports | OwedTask]]:
    concerns: dict[int, list[OwedReports | OwedTask]] = defaultdict(list)
    for thing in things:
        above = [person for level in LEVELS for person in thing.chain.at(level)]
        if isinstance(thing, OwedTask):
            told = [*thing.responsible, *thing.supporting, *above]
        else:
            told = [thing.person_id, *above]
        for person in dict.fromkeys(told):
            concerns[person].append(thing)
    return concerns

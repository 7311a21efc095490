"""Use case: send leaders and the chief, once a week, what lags in their charge (滞后周报), where a plan wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.domain.cycles import digest_day
from tracker.domain.periods import Week
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Holding, OutboxMessage, Plan, Post
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Line, Notice
from tracker.outbox.settings import MailSettings
from tracker.outbox.turn import wait_for_turn
from tracker.permissions import Actor
from tracker.queries.actor import actor_of, held_on
from tracker.queries.board import plans_on
from tracker.queries.calendar import working_calendar
from tracker.queries.desk_lights import Lights, in_charge, lights_of, tasks_in_charge
from tracker.queries.lagging import (
    LaggingTask,
    Scope,
    lagging_tasks,
    overdue_reports,
    scope_of,
    unreported_units,
)
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients, unit_names

#: First part of the key of these mails; they look like those of issuing.
DIGEST, LAYOUT = "digest", "issue"
#: A mail lists no more of each kind; the board lists all.
MOST = 10


def digests_due(*, top_unit_id: int, settings: MailSettings, now: datetime) -> list[int]:
    """Return the people whose digest of this week is due and not queued yet. It only reads.

    A scheduler that was down sends the week's digest late in the same week, and none for weeks that are over.
    """
    now = now.astimezone(settings.zone)
    wanted = select(Plan.id).where(
        Plan.top_unit_id == top_unit_id, plans_on(now.date()), Plan.weekly_digest
    )
    if db.session.scalar(wanted.limit(1)) is None:
        return []
    day = digest_day(now.date(), working_calendar(top_unit_id))
    if day is None or now < datetime.combine(day, settings.send_at, settings.zone):
        return []
    had = set(
        db.session.scalars(
            select(OutboxMessage.person_id).where(
                OutboxMessage.top_unit_id == top_unit_id,
                OutboxMessage.kind == DIGEST,
                OutboxMessage.period == Week.of(now.date()).code,
            )
        )
    )
    return [id_ for id_ in _leaders(top_unit_id, now.date()) if id_ not in had]


def queue_digests(*, top_unit_id: int, settings: MailSettings, now: datetime) -> set[str]:
    """Queue the digests that are due, each once; return their keys. The caller commits."""
    now = now.astimezone(settings.zone)
    wait_for_turn(top_unit_id)
    ids = digests_due(top_unit_id=top_unit_id, settings=settings, now=now)
    if not ids:
        return set()
    writer = _Writer(
        top_unit_id,
        now,
        settings,
        bureau_of(top_unit_id, now.date()),
        recipients(ids, now.date()),
    )
    letters = [writer.write(actor) for actor in _actors(ids, now.date())]
    return enqueue(letters, now=now, domain=settings.domain)


def _actors(ids: Sequence[int], day: date) -> list[Actor]:
    return [actor for id_ in ids if (actor := actor_of(id_, day)) is not None]


def _leaders(top_unit_id: int, day: date) -> list[int]:
    """Return the leaders and the chiefs of a day. One query."""
    return list(
        db.session.scalars(
            select(Holding.person_id)
            .join(Post, Post.id == Holding.post_id)
            .where(
                Post.top_unit_id == top_unit_id,
                Post.active,
                Post.role.in_([Role.LEADER.value, Role.CHIEF.value]),
                held_on(day),
            )
            .distinct()
            .order_by(Holding.person_id)
        )
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes a bureau's digests of one week."""

    top_unit_id: int
    now: datetime
    settings: MailSettings
    bureau: Bureau
    people: Mapping[int, Recipient]

    def write(self, actor: Actor) -> Letter:
        """Return a person's digest."""
        scope = _scope(actor)
        today = self.now.date()
        lights = lights_of(scope.indicators, scope.tasks, self.top_unit_id, today)
        tasks = lagging_tasks(scope, today)
        late = unreported_units(overdue_reports(scope, today), unit_names(self.top_unit_id), today)
        groups = _groups(
            [Line(one.row.name, one.sentence.rstrip("。")) for one in lights.worst],
            [Line(task.text, _late_words(task)) for task in tasks],
            [Line(unit.unit_name, unit.sentence.rstrip("。")) for unit in late],
        )
        return self._letter(self.people[actor.person_id], lights, groups)

    def _letter(
        self, person: Recipient, lights: Lights, groups: Sequence[tuple[str, Sequence[Line]]]
    ) -> Letter:
        week = Week.of(self.now.date())
        notice = Notice(
            bureau=self.bureau.name,
            person=person.name,
            contact=self.bureau.contact,
            why="计划设了每周向分管领导、主要领导报送滞后情况。",
            heading=f"滞后周报（{week.label}）",
            subject=f"滞后周报（{week.label}）：{_counted(lights)}",
            opening=lights.sentence("您范围内"),
            url=Links(self.settings.base_url).lagging(),
            button="打开滞后预警",
            groups=[(title, lines[:MOST]) for title, lines in groups],
            rest=_rest(groups),
        )
        return notice.letter(
            LAYOUT,
            key=f"{DIGEST}/{week.code}/{person.id}",
            person=person,
            top_unit_id=self.top_unit_id,
        )


def _counted(lights: Lights) -> str:
    counts = ((lights.lagging, "项指标滞后"), (lights.overdue_tasks, "项任务逾期"))
    return "，".join(f"{count} {word}" for count, word in counts if count) or "没有滞后"


def _scope(actor: Actor) -> Scope:
    if actor.has(Role.CHIEF):
        return scope_of(replace(actor, roles=frozenset({Role.CHIEF})))
    return Scope(in_charge(actor), tasks_in_charge(actor), (actor.top_unit_id,))


def _groups(
    worst: Sequence[Line], tasks: Sequence[Line], units: Sequence[Line]
) -> list[tuple[str, Sequence[Line]]]:
    found = (("最吃紧的指标", worst), ("逾期和严重落后的任务", tasks), ("逾期未报的单位", units))
    return [(title, lines) for title, lines in found if lines]


def _late_words(task: LaggingTask) -> str:
    return f"逾期 {task.days_overdue} 天" if task.days_overdue else "严重落后"


def _rest(groups: Iterable[tuple[str, Sequence[Line]]]) -> str:
    more = sum(max(len(lines) - MOST, 0) for _, lines in groups)
    return f"另有 {more} 项，请在滞后预警查看。" if more else ""

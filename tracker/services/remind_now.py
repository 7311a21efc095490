"""Use case: press those who answer for one indicator, by hand (催办): at most one mail a person, indicator and day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import NotAllowedError, NotReadyError
from tracker.domain.reminders import MANUAL
from tracker.domain.roles import Role
from tracker.models import Indicator
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.render import render
from tracker.outbox.settings import MailSettings
from tracker.permissions import Actor, may_remind
from tracker.queries.holders import holders_on
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients
from tracker.queries.told import mails_today, told_among
from tracker.services import audit


@dataclass(frozen=True, slots=True)
class Pressed:
    """Whom the mail goes to, by name; who had it today already; who has had the number of mails of a day."""

    queued: tuple[str, ...]
    before: tuple[str, ...]
    full: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mail:
    """The words of the mail, as its templates name them."""

    bureau: str
    person: str
    contact: str
    why: str
    heading: str
    subject: str
    opening: str
    url: str
    button: str
    name: str
    unit: str
    situation: str
    skipped: str = ""


def remind_now(
    *,
    actor: Actor,
    indicator: Indicator,
    unit_name: str,
    situation: str,
    settings: MailSettings,
    now: datetime,
) -> Pressed:
    """Queue a mail to owner and reporter; `situation` is the board's sentence on the indicator.

    It counts to the day's number of mails, and whoever has had that gets none. Raises NotAllowedError,
    and NotReadyError where nobody holds the posts.
    """
    if not may_remind(actor, indicator):
        raise NotAllowedError("催办由督查办和分管领导办理。")
    today = now.date()
    holders = holders_on(indicator.top_unit_id, today)
    ids = dict.fromkeys((*holders.owners(indicator), *holders.reporters(indicator)))
    people = recipients(ids, today)
    if not people:
        raise NotReadyError(("没有可催办的人：这项指标的责任人、联络员都空缺。",))
    bureau = bureau_of(indicator.top_unit_id, today)
    letters = [
        _letter(actor, indicator, people[id_], bureau, unit_name, situation, settings, now)
        for id_ in ids
        if id_ in people
    ]
    had = told_among({one.key for one in letters})
    counts = mails_today(people, now.astimezone(settings.zone))
    full = {
        one.key
        for one in letters
        if one.key not in had and counts.get(one.person_id, 0) >= settings.daily_limit
    }
    wanted = [one for one in letters if one.key not in full]
    new = enqueue(wanted, now=now, domain=settings.domain)

    def names(keys: Collection[str]) -> tuple[str, ...]:
        return tuple(people[one.person_id].name for one in letters if one.key in keys)

    queued = names(new)
    if queued:
        audit.record(
            indicator.top_unit_id,
            "remind",
            now=now,
            person_id=actor.person_id,
            object_type="indicator",
            object_id=indicator.id,
            detail={"to": list(queued)},
        )
    return Pressed(queued, names({one.key for one in wanted} - new), names(full))


def _letter(
    actor: Actor,
    indicator: Indicator,
    person: Recipient,
    bureau: Bureau,
    unit_name: str,
    situation: str,
    settings: MailSettings,
    now: datetime,
) -> Letter:
    post = Role.LEADER.word if actor.has(Role.LEADER) else Role.OFFICE.word
    mail = _Mail(
        bureau=bureau.name,
        person=person.name,
        contact=bureau.contact,
        why=f"您是这项指标的责任人或联络员，{post}{actor.name}在滞后预警里发出催办。",
        heading=f"催办：{indicator.name}",
        subject=f"催办：{indicator.name}，{situation}",
        opening=f"{post}{actor.name}请您抓紧办理下面这项指标。",
        url=Links(settings.base_url).lagging(),
        button="打开滞后预警",
        name=indicator.name,
        unit=unit_name,
        situation=situation,
    )
    rendered = render("manual", {"mail": mail})
    return Letter(
        key=f"{MANUAL}/{now.date().isoformat()}-i{indicator.id}/{person.id}",
        person_id=person.id,
        top_unit_id=indicator.top_unit_id,
        address=person.address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
    )

"""The mails of supervision orders: to those who must answer, and to those above whom its colour reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, or_, update

from tracker.domain.orders import LATE_MAIL, MAIL, Colour, number_words
from tracker.extensions import db
from tracker.models import Indicator, OutboxMessage, SupervisionOrder, Task
from tracker.outbox.clean import one_line
from tracker.outbox.content import day_words
from tracker.outbox.enqueue import Letter, enqueue
from tracker.outbox.links import Links
from tracker.outbox.notice import Notice
from tracker.outbox.settings import MailSettings
from tracker.queries.holders import Holders, People, holders_on
from tracker.queries.mail_facts import Bureau, Recipient, bureau_of, recipients

SETTLED = "督办单已答复、销号或撤回，不再发"
_NAME = 30

Pair = tuple[SupervisionOrder, Task | Indicator]


@dataclass(frozen=True, slots=True)
class _Writing:
    """What all mails of one run are written from."""

    bureau: Bureau
    people: Mapping[int, Recipient]
    settings: MailSettings
    today: date


@dataclass(frozen=True, slots=True)
class _Return:
    """That an answer was sent back for the `times`-th time, and why; 0 where it was not."""

    why: str
    times: int


class _Write(Protocol):
    def __call__(
        self, writing: _Writing, pair: Pair, person: Recipient, answers: bool, /
    ) -> Letter: ...


def answering(holders: Holders, row: Task | Indicator) -> People:
    """Return who must answer an order about a row: its owner, its reporter, the unit's head."""
    clerks = holders.of_post(row.reporter_post_id) or holders.of_unit(row.lead_unit_id)
    own = (*holders.of_post(row.owner_post_id), *clerks, *holders.chain(row).heads)
    return tuple(dict.fromkeys(own))


def informed(holders: Holders, row: Task | Indicator, colour: Colour) -> People:
    """Return who above is told of an order: of a yellow one the leader in charge, of a red one the chief as well."""
    chain = holders.chain(row)
    above = (
        *(chain.leaders if colour.rank >= Colour.YELLOW.rank else ()),
        *(chain.chiefs if colour is Colour.RED else ()),
    )
    own = answering(holders, row)
    return tuple(person for person in dict.fromkeys(above) if person not in own)


def announce_orders(
    *, pairs: Sequence[Pair], why: str, round_: int, settings: MailSettings, now: datetime
) -> set[str]:
    """Queue the mails of orders that were issued, or sent back the `round_`-th time; return the keys of new ones.

    `why` says what the office wrote when it sent the answer back; round 0 is the issuing.
    """

    def write(writing: _Writing, pair: Pair, person: Recipient, answers: bool) -> Letter:
        return _issued(writing, pair, person, answers, _Return(why, round_))

    return _queue(pairs, settings, now, write)


def remind_late(*, pairs: Sequence[Pair], settings: MailSettings, now: datetime) -> set[str]:
    """Queue the mails that orders have not been answered in time, each once; return the keys of new ones."""
    return _queue(pairs, settings, now, _late)


def late_keys(order_id: int, people: People) -> set[str]:
    """Return the keys of an order's mails of being late."""
    return {f"{LATE_MAIL}/{order_id}/{person}" for person in people}


def drop_order_mails(order_id: int) -> int:
    """Take an order's mails out of the queue that have not gone out; return how many. The caller commits."""
    dropped = db.session.execute(
        update(OutboxMessage)
        .where(_of_order(order_id), OutboxMessage.state == "queued")
        .values(state="dropped", error=SETTLED, next_at=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(dropped.all())


def _of_order(order_id: int) -> ColumnElement[bool]:
    return (OutboxMessage.kind.in_((MAIL, LATE_MAIL))) & or_(
        OutboxMessage.period == str(order_id), OutboxMessage.period.startswith(f"{order_id}.")
    )


def _queue(pairs: Sequence[Pair], settings: MailSettings, now: datetime, write: _Write) -> set[str]:
    if not pairs:
        return set()
    now = now.astimezone(settings.zone)
    top_unit_id = pairs[0][0].top_unit_id
    holders = holders_on(top_unit_id, now.date())
    wanted = [
        (pair, person, answers)
        for pair in pairs
        for people, answers in _receivers(holders, pair)
        for person in people
    ]
    people = recipients({person for _, person, _ in wanted}, now.date())
    writing = _Writing(bureau_of(top_unit_id, now.date()), people, settings, now.date())
    letters = [
        write(writing, pair, people[person], answers)
        for pair, person, answers in wanted
        if person in people
    ]
    return enqueue(letters, now=now, domain=settings.domain)


def _receivers(holders: Holders, pair: Pair) -> tuple[tuple[People, bool], ...]:
    order, row = pair
    return (
        (answering(holders, row), True),
        (informed(holders, row, Colour(order.colour)), False),
    )


def _issued(
    writing: _Writing, pair: Pair, person: Recipient, answers: bool, back: _Return
) -> Letter:
    order, _ = pair
    words = _words_of(order)
    reply = day_words(order.reply_due_on, writing.today)
    if back.times:
        heading = f"{words}的答复被退回：{_name(order)}"
        opening = (
            "督查办退回了答复，请补充后重新答复。" if answers else "督查办退回了答复，报您知悉。"
        )
    else:
        heading = f"{words}：{_name(order)}"
        opening = (
            "下面的事项已经发出督办单，请按要求办理并在回复期限前答复。"
            if answers
            else "您分管的下列事项已经发出督办单，报您知悉，请督促办理。"
        )
    period = f"{order.id}.{back.times}" if back.times else f"{order.id}"
    subject = f"{heading}，{reply}前答复"
    more = (("退回理由", back.why),) if back.times else ()
    return _letter(
        writing, pair, person, answers, f"{MAIL}/{period}", (heading, subject, opening), more
    )


def _late(writing: _Writing, pair: Pair, person: Recipient, answers: bool) -> Letter:
    order, _ = pair
    days = (writing.today - order.reply_due_on).days
    heading = f"{_words_of(order)}逾期未答复：{_name(order)}"
    said = f"回复期限是{day_words(order.reply_due_on, writing.today)}，已过 {days} 天，还没有收到答复。"
    opening = f"{said}{'请尽快答复。' if answers else '报您知悉，请督促。'}"
    return _letter(
        writing, pair, person, answers, f"{LATE_MAIL}/{order.id}", (heading, heading, opening), ()
    )


def _letter(
    writing: _Writing,
    pair: Pair,
    person: Recipient,
    answers: bool,
    key: str,
    words: tuple[str, str, str],
    more: tuple[tuple[str, str], ...],
) -> Letter:
    """Write a mail; `words` are its heading, subject and opening, `more` the lines that come first."""
    order, _ = pair
    heading, subject, opening = words
    notice = Notice(
        bureau=writing.bureau.name,
        person=person.name,
        contact=writing.bureau.contact,
        why=_why(person, answers=answers),
        heading=heading,
        subject=subject,
        opening=opening,
        url=Links(writing.settings.base_url).order(order.id),
        button="打开督办单答复" if answers else "打开督办单",
        lines=(*more, *_lines(order, writing.today)),
    )
    kind = key.partition("/")[0]
    return notice.letter(
        kind,
        key=f"{key}/{person.id}",
        person=person,
        top_unit_id=order.top_unit_id,
    )


def _lines(order: SupervisionOrder, today: date) -> tuple[tuple[str, str], ...]:
    printed = order.printed
    return (
        ("督办事项", one_line(printed["name"], 200)),
        ("责任单位", one_line(f"{printed['unit']} {printed['owner']}")),
        ("目前情况", one_line(order.reason, 500)),
        ("督办要求", one_line(order.demand, 500)),
        ("回复期限", day_words(order.reply_due_on, today)),
    )


def _words_of(order: SupervisionOrder) -> str:
    return f"督办单（{Colour(order.colour).word}）{number_words(order.year, order.number)}"


def _name(order: SupervisionOrder) -> str:
    return one_line(order.printed["name"], _NAME)


def _why(person: Recipient, *, answers: bool) -> str:
    posts = f"您是{'、'.join(person.posts)}，所以收到这封信。" if person.posts else ""
    return f"{posts}{'答复后不再提醒。' if answers else '答复由责任单位办理。'}"

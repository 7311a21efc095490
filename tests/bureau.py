"""A small bureau that owes things: the cast of the tests of reminders and mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import CalendarDay, Indicator, Person, Plan, Post, Task, Unit
from tracker.services.lay_cycles import lay_cycles

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in Shanghai: 2024-04-03T09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Bureau:
    """A budget section with a clerk (陈晓燕) and a head, a leader in charge, a chief, an office."""

    top: Unit
    section: Unit
    clerk: Person
    head: Person
    leader: Person
    chief: Person
    clerk_post: Post
    head_post: Post
    plan: Plan
    revenue: Indicator


def make_bureau(make: Maker) -> Bureau:
    """Make it, with an issued plan of 2024, one indicator and the holidays of that spring."""
    top = make.top()
    section = make.unit(top)
    people = {
        role: make.person(top, f"{role}{top.id}", name)
        for role, name in (
            ("clerk", "陈晓燕"),
            ("head", "周敏"),
            ("leader", "李局长"),
            ("chief", "王局长"),
        )
    }
    clerk_post = make.post(section, "reporter", people["clerk"])
    head_post = make.post(section, "head", people["head"])
    make.charge(make.post(top, "leader", people["leader"]), section)
    make.post(top, "chief", people["chief"])
    office = make.person(top, f"office{top.id}", "赵文博", phone="8021")
    make.post(top, "office", office)
    make_holidays(top)
    plan = make.plan(top)
    revenue = make.indicator(plan, section, name="税收收入")
    lay_cycles(plan=plan, today=date(2024, 1, 1))
    db.session.commit()
    return Bureau(
        top=top,
        section=section,
        **people,
        clerk_post=clerk_post,
        head_post=head_post,
        plan=plan,
        revenue=revenue,
    )


def make_holidays(top: Unit) -> None:
    """清明 4 to 6 April 2024 off, Sunday 7 April worked."""
    for day, working in ((4, False), (5, False), (7, True)):
        db.session.add(
            CalendarDay(top_unit_id=top.id, day=date(2024, 4, day), working=working, name="清明")
        )


def make_task(make: Maker, bureau: Bureau, due: str, **values: object) -> Task:
    """A task of the section, owned by its head, whose monthly sheet is not owed."""
    return make.task(
        bureau.plan,
        bureau.section,
        due_on=date.fromisoformat(due),
        start_on=date.fromisoformat(due),
        owner_post_id=bureau.head_post.id,
        **values,
    )

"""Who somebody is today: posts held and stood in for, the units below them, the units in their charge."""

from __future__ import annotations

from datetime import date

from tests.makers import Maker
from tracker.domain.roles import Role
from tracker.queries.actor import actor_of

TODAY = date(2024, 4, 1)


def test_a_head_has_the_section_and_all_below_it(make: Maker) -> None:
    top = make.top()
    section = make.unit(top)
    below = make.unit(section, "预算一组")
    other = make.unit(top, "国库股")
    head = make.person(top)
    make.post(section, "head", head)

    actor = actor_of(head.id, TODAY)

    assert actor is not None
    assert actor.unit_ids == {section.id, below.id}
    assert other.id not in actor.unit_ids
    assert actor.roles == {Role.HEAD}


def test_a_unit_whose_number_begins_with_anothers_is_not_below_it(make: Maker) -> None:
    top = make.top()
    sections = [make.unit(top, f"股室{n}") for n in range(12)]
    head = make.person(top)
    make.post(sections[0], "head", head)

    actor = actor_of(head.id, TODAY)

    assert actor is not None
    assert actor.unit_ids == {sections[0].id}


def test_a_proxy_has_the_duties_while_it_lasts(make: Maker) -> None:
    top = make.top()
    section = make.unit(top)
    proxy = make.person(top)
    post = make.post(section, "reporter")
    make.holding(post, proxy, proxy=True, from_on=date(2024, 3, 20), until_on=date(2024, 4, 1))

    today, tomorrow = actor_of(proxy.id, TODAY), actor_of(proxy.id, date(2024, 4, 2))

    assert today is not None
    assert tomorrow is not None
    assert today.unit_ids == {section.id}
    assert tomorrow.unit_ids == frozenset()


def test_a_leader_has_what_is_in_the_charge(make: Maker) -> None:
    top = make.top()
    section = make.unit(top)
    leader = make.person(top)
    make.charge(make.post(top, "leader", leader), section)

    actor = actor_of(leader.id, TODAY)

    assert actor is not None
    assert (actor.charge_ids, actor.unit_ids) == ({section.id}, frozenset())


def test_somebody_who_was_switched_off_is_nobody(make: Maker) -> None:
    person = make.person(make.top(), active=False)

    assert actor_of(person.id, TODAY) is None

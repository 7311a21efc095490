"""People, posts and holdings: what the services refuse, whoever asks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.makers import Maker
from tracker.domain.errors import NotFoundError, NotReadyError, StaleError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Charge, Holding, Person, Post, Unit
from tracker.services.manage_people import (
    PersonData,
    create_person,
    edit_person,
    edit_post,
    end_holding,
    give_post,
    set_charges,
    set_role,
)

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)
TODAY = date(2024, 4, 1)


@pytest.fixture
def top(make: Maker) -> Unit:
    return make.top()


def give(post: Post, person: Person, **values: object) -> Holding:
    defaults: dict[str, object] = {"from_on": TODAY, "until_on": None, "proxy": False}
    return give_post(
        post=post,
        person=person,
        by=None,
        now=NOW,
        **(defaults | values),  # type: ignore[arg-type]
    )


def test_a_taken_login_leaves_the_transaction_usable(make: Maker, top: Unit) -> None:
    make.person(top, "zhouqiming")

    with pytest.raises(NotReadyError, match="已有人在用"):
        create_person(top_unit_id=top.id, data=PersonData("zhouqiming", "某人"), by=None, now=NOW)

    create_person(top_unit_id=top.id, data=PersonData("other", "某人"), by=None, now=NOW)
    assert len(db.session.scalars(select(Person)).all()) == 2


def test_a_stale_form_is_refused(make: Maker, top: Unit) -> None:
    person = make.person(top, "zhouqiming")
    with pytest.raises(StaleError):
        edit_person(
            person=person,
            data=PersonData("x1", "某人"),
            version=person.version + 1,
            by=None,
            now=NOW,
        )


def test_former_roles_do_not_count_but_coming_ones_do(make: Maker, top: Unit) -> None:
    person = make.person(top)
    old, coming = make.post(top, "auditor"), make.post(top, "head")
    make.holding(old, person, until_on=date(2024, 3, 31))
    give(make.post(top, "office"), person)

    make.holding(coming, make.person(top), from_on=date(2024, 6, 1))
    future = make.person(top)
    make.holding(coming, future, from_on=date(2024, 6, 1))
    with pytest.raises(NotReadyError, match="三员须分立"):
        give(make.post(top, "system_admin"), future)
    give(make.post(top, "system_admin"), future, until_on=date(2024, 5, 31))


def test_switching_a_post_on_again_looks_at_who_holds_it(make: Maker, top: Unit) -> None:
    person = make.person(top)
    make.post(top, "head", person)
    sleeping = make.post(top, "auditor", person)
    sleeping.active = False
    db.session.flush()

    with pytest.raises(NotReadyError):
        edit_post(post=sleeping, title="审计", active=True, by=None, now=NOW)


def test_a_second_holding_of_the_same_days_is_refused(make: Maker, top: Unit) -> None:
    person, post = make.person(top), make.post(top, "head")
    give(post, person, until_on=date(2024, 4, 30))

    with pytest.raises(NotReadyError, match="这段时间已在这个岗位"):
        give(post, person, from_on=date(2024, 4, 30))
    give(post, person, from_on=date(2024, 5, 1))


def test_somebody_of_another_bureau_is_nobody(make: Maker, top: Unit) -> None:
    other = make.top("云泽县财政局")

    with pytest.raises(NotFoundError):
        give(make.post(top, "head"), make.person(other))
    with pytest.raises(NotFoundError):
        set_charges(post=make.post(top, "leader"), unit_ids=frozenset({other.id}), by=None, now=NOW)


def test_a_holding_that_has_not_begun_is_taken_back(make: Maker, top: Unit) -> None:
    holding = give(make.post(top, "head"), make.person(top), from_on=date(2024, 6, 1))

    end_holding(holding=holding, until_on=TODAY, by=None, now=NOW)

    assert db.session.scalars(select(Holding)).all() == []


def test_charges_are_added_and_taken_away(make: Maker, top: Unit) -> None:
    post, one, two = make.post(top, "leader"), make.unit(top, "一股"), make.unit(top, "二股")
    make.charge(post, one)

    set_charges(post=post, unit_ids=frozenset({two.id}), by=None, now=NOW)

    assert db.session.scalars(select(Charge.unit_id)).all() == [two.id]


def test_a_role_is_changed_only_where_it_may_stand_beside_the_others(
    make: Maker, top: Unit
) -> None:
    person = make.person(top)
    make.post(top, "head", person)
    second = make.post(top, "reporter", person)

    set_role(post=second, role=Role.OFFICE, by=None, now=NOW)
    with pytest.raises(NotReadyError):
        set_role(post=second, role=Role.AUDITOR, by=None, now=NOW)

    assert second.role == "office"

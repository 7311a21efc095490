"""Giving somebody a role in a unit, and moving somebody: duties stay with their posts."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.domain.errors import NotReadyError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Holding, Person, Post, Unit
from tracker.queries.vacancies import vacancies
from tracker.services.appoint_person import Appointed, appoint_person, move_person

NOW = at("2024-04-01T10:00")
TODAY, YESTERDAY = date(2024, 4, 1), date(2024, 3, 31)


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return make_bureau(make)


@pytest.fixture
def treasury(make: Maker, bureau: Bureau) -> Unit:
    return make.unit(bureau.top, "国库股")


def appoint(person: Person, unit: Unit, role: Role, title: str = "") -> Appointed:
    return appoint_person(person=person, unit=unit, role=role, title=title, by=None, now=NOW)


def holdings(person: Person) -> list[tuple[int, date, date | None]]:
    rows = db.session.execute(
        select(Holding.post_id, Holding.from_on, Holding.until_on)
        .where(Holding.person_id == person.id)
        .order_by(Holding.id)
    )
    return [tuple(row) for row in rows]


def test_where_no_post_is_vacant_one_is_made(make: Maker, bureau: Bureau) -> None:
    newcomer = make.person(bureau.top)

    given = appoint(newcomer, bureau.section, Role.REPORTER)

    assert not given.taken_over
    assert given.post.id != bureau.clerk_post.id
    assert (given.post.title, given.post.role) == ("联络员", "reporter")
    assert holdings(newcomer) == [(given.post.id, TODAY, None)]


def test_a_vacant_post_is_taken_over_with_its_duties(make: Maker, bureau: Bureau) -> None:
    bureau.clerk.active = False
    newcomer = make.person(bureau.top)

    given = appoint(newcomer, bureau.section, Role.REPORTER)

    assert (given.taken_over, given.post.id) == (True, bureau.clerk_post.id)


@pytest.mark.parametrize("values", [{}, {"proxy": True}, {"from_on": date(2024, 5, 1)}])
def test_a_post_that_somebody_has_or_will_have_is_not_vacant(
    make: Maker, bureau: Bureau, treasury: Unit, values: dict[str, object]
) -> None:
    post = make.post(treasury, "head")
    make.holding(post, bureau.head, **values)

    assert not appoint(make.person(bureau.top), treasury, Role.HEAD).taken_over


def test_a_title_asks_for_that_post(make: Maker, bureau: Bureau, treasury: Unit) -> None:
    make.post(treasury, "head", title="股长")
    deputy = make.post(treasury, "head", title="副股长")
    newcomer = make.person(bureau.top)

    assert appoint(newcomer, treasury, Role.HEAD, "副股长").post is deputy
    assert appoint(newcomer, treasury, Role.HEAD, "主任").post.title == "主任"


def test_nobody_gets_the_same_post_twice(bureau: Bureau) -> None:
    with pytest.raises(NotReadyError, match="周敏已是预算股的责任人"):
        appoint(bureau.head, bureau.section, Role.HEAD)


def test_the_three_administrators_stand_apart(bureau: Bureau) -> None:
    before = db.session.scalar(select(func.count(Post.id)))

    with pytest.raises(NotReadyError, match="三员须分立"):
        appoint(bureau.head, bureau.top, Role.AUDITOR)

    assert db.session.scalar(select(func.count(Post.id))) == before


def test_posts_are_given_within_the_bureau(make: Maker, bureau: Bureau) -> None:
    with pytest.raises(NotReadyError, match="不在周敏所在的局"):
        appoint(bureau.head, make.top("云泽县财政局"), Role.HEAD)


def test_who_moves_leaves_the_duties_behind(bureau: Bureau, treasury: Unit) -> None:
    bureau.revenue.owner_post_id = bureau.head_post.id

    moved = move_person(person=bureau.head, unit=treasury, by=None, now=NOW)

    (taken,) = moved.taken
    assert moved.left == (bureau.head_post,)
    assert (taken.post.unit_id, taken.post.role) == (treasury.id, "head")
    assert holdings(bureau.head) == [
        (bureau.head_post.id, Maker.LONG_AGO, YESTERDAY),
        (taken.post.id, TODAY, None),
    ]
    assert [(one.post_id, one.indicators) for one in vacancies(bureau.top.id, TODAY)] == [
        (bureau.head_post.id, 1)
    ]


def test_who_has_posts_in_several_units_says_which_is_left(
    make: Maker, bureau: Bureau, treasury: Unit
) -> None:
    other = make.unit(bureau.top, "综合股", code="ZH")
    make.post(other, "head", bureau.head)

    with pytest.raises(NotReadyError, match="请指明离开哪一个"):
        move_person(person=bureau.head, unit=treasury, by=None, now=NOW)

    moved = move_person(person=bureau.head, unit=treasury, leaving=other, by=None, now=NOW)
    assert [post.unit_id for post in moved.left] == [other.id]
    assert (bureau.head_post.id, Maker.LONG_AGO, None) in holdings(bureau.head)


def test_moving_into_a_unit_where_one_has_the_role_only_leaves(
    make: Maker, bureau: Bureau, treasury: Unit
) -> None:
    make.post(treasury, "head", bureau.head)

    moved = move_person(person=bureau.head, unit=treasury, leaving=bureau.section, by=None, now=NOW)

    assert (moved.left, moved.taken) == ((bureau.head_post,), ())


def test_there_must_be_something_to_leave(make: Maker, bureau: Bureau, treasury: Unit) -> None:
    with pytest.raises(NotReadyError, match="没有岗位"):
        move_person(person=make.person(bureau.top), unit=treasury, by=None, now=NOW)
    with pytest.raises(NotReadyError, match="周敏已在预算股"):
        move_person(person=bureau.head, unit=bureau.section, by=None, now=NOW)
    with pytest.raises(NotReadyError, match="周敏在国库股没有岗位"):
        move_person(person=bureau.head, unit=bureau.top, leaving=treasury, by=None, now=NOW)

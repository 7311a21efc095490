"""Pages of units, posts and people: each administrator in his own part, and the wall between bureaus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Charge, Holding, Person, Post, Unit, WebSession

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]


@dataclass
class House:
    """A bureau with its administrators, a section, its head and somebody without a post."""

    top: Unit
    section: Unit
    head: Post
    newcomer: Person


@pytest.fixture
def house(make: Maker) -> House:
    top = make.top()
    section = make.unit(top, "预算股", code="ys")
    head = make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    make.post(top, "system_admin", make.person(top, "system", "钱立诚"))
    make.post(top, "security_admin", make.person(top, "security", "秦守义"))
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"))
    newcomer = make.person(top, "newcomer", "何秋萍")
    db.session.commit()
    return House(top, section, head, newcomer)


def actions() -> list[str]:
    rows = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
    return [action for action in rows if action != "sign_in"]


def test_the_tree_names_posts_holders_and_vacancies(
    make: Maker, house: House, sign_in: SignIn
) -> None:
    make.post(house.section, "reporter", title="联络员一岗")
    db.session.commit()

    page = sign_in("zhaowenbo").get("/people").text

    assert page.index("预算股") < page.index("股长") < page.index("周启明")
    assert "空缺" in page
    assert "/people/posts/" not in page  # the office reads, it does not edit


def test_a_person_gets_account_post_role_and_password_from_two_hands(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    system, security = sign_in("system"), sign_in("security")

    made = system.post(
        "/people/persons/new",
        data={"login": "chenxiaoyan", "name": "陈晓燕", "email": "cxy@example.cn"},
    )
    person = db.session.scalars(select(Person).where(Person.login == "chenxiaoyan")).one()
    assert made.location == f"/people/persons/{person.id}"
    system.post(f"/people/units/{house.section.id}/posts/new", data={"title": "联络员"})
    post = db.session.scalars(select(Post).where(Post.title == "联络员")).one()
    assert post.role == "reporter"
    system.post(
        f"/people/posts/{post.id}/holdings", data={"person": person.id, "from_on": "2024-04-01"}
    )
    security.post(f"/people/posts/{post.id}/role", data={"role": "head"})
    security.post(f"/people/persons/{person.id}/password", data={"password": "Right-horse-7"})

    assert sign_in("chenxiaoyan").get("/tasks").status_code == 200
    assert post.role == "head"
    assert actions() == ["person", "post", "holding", "role", "password", "password"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"login": "zhouqiming", "name": "重名"}, "用户名 zhouqiming 已有人在用"),
        ({"login": "有空 格", "name": "某人"}, "用户名用字母、数字"),
        ({"login": "ok", "name": " "}, "要有姓名"),
        ({"login": "ok", "name": "某人", "email": "a@b@c"}, "邮箱的写法不对"),
        ({"login": "ok", "name": "某人", "email": "a\nBcc: x@y.cn"}, "邮箱的写法不对"),
    ],
)
def test_a_wrong_account_is_refused_and_nothing_typed_is_lost(
    house: House, sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    before = db.session.scalar(select(func.count(Person.id)))

    answer = sign_in("system").post("/people/persons/new", data=fields | {"phone": "0571-8888"})

    assert (answer.status_code, says in answer.text) == (422, True)
    assert "0571-8888" in answer.text
    assert db.session.scalar(select(func.count(Person.id))) == before


def test_a_stale_account_form_answers_409(house: House, sign_in: SignIn) -> None:
    system, path = sign_in("system"), f"/people/persons/{house.newcomer.id}/edit"
    seen = house.newcomer.version
    system.post(path, data={"version": seen, "name": "何秋萍", "email": "one@example.cn"})

    answer = system.post(path, data={"version": seen, "name": "何秋萍", "email": "two@example.cn"})

    assert answer.status_code == 409
    assert "two@example.cn" in answer.text
    assert house.newcomer.email == "one@example.cn"


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "auditor"])
def test_the_three_administrators_exclude_each_other_and_the_rest(
    make: Maker, house: House, sign_in: SignIn, role: str
) -> None:
    post = make.post(house.top, role, title="第二岗")
    head = db.session.scalars(select(Person).where(Person.login == "zhouqiming")).one()
    db.session.commit()

    answer = sign_in("system").post(
        f"/people/posts/{post.id}/holdings", data={"person": head.id, "from_on": "2024-04-01"}
    )

    assert answer.status_code == 422
    assert "三员须分立" in answer.text
    assert db.session.scalars(select(Holding).where(Holding.post_id == post.id)).all() == []


def test_a_role_that_would_join_what_must_be_apart_is_refused(
    make: Maker, house: House, sign_in: SignIn
) -> None:
    head = db.session.scalars(select(Person).where(Person.login == "zhouqiming")).one()
    second = make.post(house.section, "reporter", head, title="联络员")
    db.session.commit()

    answer = sign_in("security").post(f"/people/posts/{second.id}/role", data={"role": "auditor"})

    assert (answer.status_code, second.role) == (422, "reporter")


def test_a_changed_role_signs_its_holders_out(house: House, sign_in: SignIn) -> None:
    browser = sign_in("zhouqiming")

    sign_in("security").post(f"/people/posts/{house.head.id}/role", data={"role": "reporter"})

    assert browser.get("/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"from_on": "2024-02-30"}, "不是日期"),
        ({"from_on": "2024-04-01", "until_on": "2024-03-01"}, "止日不能早于起日"),
        ({"from_on": "2024-04-01", "proxy": "y"}, "代理要有止日"),
        ({"from_on": "2024-04-01", "person": "0"}, "请选人"),
        ({"from_on": ""}, "请填写起日"),
    ],
)
def test_a_wrong_holding_is_refused_with_a_sentence(
    house: House, sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    answer = sign_in("system").post(
        f"/people/posts/{house.head.id}/holdings",
        data={"person": house.newcomer.id} | fields,
    )

    assert (answer.status_code, says in answer.text) == (422, True)


def test_a_proxy_works_for_who_is_away_and_ends_by_itself(
    house: House, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    sign_in("system").post(
        f"/people/posts/{house.head.id}/holdings",
        data={
            "person": house.newcomer.id,
            "from_on": "2024-04-01",
            "until_on": "2024-04-10",
            "proxy": "y",
        },
    )
    browser = sign_in("newcomer")

    page = browser.get("/people/me").text
    assert "代理" in page
    assert "4月10日（周三）" in page
    set_clock("2024-04-11T00:00")
    assert browser.get("/people/me").status_code == 302


def test_ending_a_holding_signs_out_and_keeps_the_record(house: House, sign_in: SignIn) -> None:
    browser = sign_in("zhouqiming")
    holding = db.session.scalars(select(Holding).where(Holding.post_id == house.head.id)).one()

    sign_in("system").post(
        f"/people/posts/{house.head.id}/holdings/{holding.id}/end",
        data={"until_on": "2024-03-31"},
    )

    assert holding.until_on == date(2024, 3, 31)
    assert browser.get("/").status_code == 302


def test_a_locked_account_is_unlocked_by_security_alone(house: House, sign_in: SignIn) -> None:
    person = db.session.scalars(select(Person).where(Person.login == "zhouqiming")).one()
    person.locked_until = datetime(2024, 4, 1, 3, 0, tzinfo=UTC)
    db.session.commit()

    assert sign_in("system").post(f"/people/persons/{person.id}/unlock").status_code == 403
    assert "锁定到 11:00" in sign_in("security").get(f"/people/persons/{person.id}").text
    sign_in("security").post(f"/people/persons/{person.id}/unlock")

    assert person.locked_until is None


def test_switching_an_account_off_ends_its_sessions(house: House, sign_in: SignIn) -> None:
    browser = sign_in("zhouqiming")
    person = db.session.scalars(select(Person).where(Person.login == "zhouqiming")).one()

    sign_in("system").post(f"/people/persons/{person.id}/active", data={"active": "0"})

    assert browser.get("/").status_code == 302
    rows = select(func.count(WebSession.id)).where(WebSession.person_id == person.id)
    assert db.session.scalar(rows) == 0


def test_nobody_switches_himself_off(house: House, sign_in: SignIn) -> None:
    own = db.session.scalars(select(Person).where(Person.login == "system")).one()

    answer = sign_in("system").post(f"/people/persons/{own.id}/active", data={"active": "0"})

    assert (answer.status_code, own.active) == (422, True)


def test_a_unit_moves_with_all_below_it(make: Maker, house: House, sign_in: SignIn) -> None:
    group = make.unit(house.section, "一组")
    other = make.unit(house.top, "国库股", code="gk")
    db.session.commit()
    system = sign_in("system")
    fields = {"name": "预算股", "code": "ys", "level": "section", "active": "y"}

    system.post(f"/people/units/{house.section.id}", data=fields | {"parent": other.id})
    circle = system.post(
        f"/people/units/{other.id}",
        data={
            "name": "国库股",
            "code": "gk",
            "level": "section",
            "active": "y",
            "parent": group.id,
        },
    )

    assert group.path == f"/{house.top.id}/{other.id}/{house.section.id}/{group.id}/"
    assert circle.status_code == 422
    assert "上级单位不能是它自己或它的下级" in circle.text


def test_a_unit_with_open_work_is_not_closed(make: Maker, house: House, sign_in: SignIn) -> None:
    make.task(make.plan(house.top), house.section)
    db.session.commit()

    answer = sign_in("system").post(
        f"/people/units/{house.section.id}",
        data={"name": "预算股", "code": "ys", "level": "section", "parent": house.top.id},
    )

    assert answer.status_code == 422
    assert "名下还有 1 项任务" in answer.text


def test_a_leader_s_charge_is_set_by_ticking(make: Maker, house: House, sign_in: SignIn) -> None:
    leader = make.post(house.top, "leader", title="副局长")
    db.session.commit()
    system = sign_in("system")

    system.post(f"/people/posts/{leader.id}/charges", data={"units": [house.section.id]})
    refused = system.post(f"/people/posts/{house.head.id}/charges", data={"units": []})

    assert db.session.scalars(select(Charge.unit_id)).all() == [house.section.id]
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/people/units/{unit}",
        "/people/persons/{person}",
        "/people/posts/{post}",
        "/people/units/{unit}/posts/new",
    ],
)
def test_another_bureau_s_people_are_not_there(
    make: Maker, house: House, sign_in: SignIn, path: str
) -> None:
    theirs = make.top("云泽县财政局")
    person = make.person(theirs, "theirs")
    post = make.post(theirs, "office", person)
    db.session.commit()

    answer = sign_in("system").get(path.format(unit=theirs.id, person=person.id, post=post.id))

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/people", "/people?view=people"])
def test_the_lists_ask_a_fixed_number_of_questions(
    make: Maker, house: House, sign_in: SignIn, count_queries: Count, path: str
) -> None:
    browser = sign_in("system")
    browser.get(path)
    db.session.commit()
    few = count_queries(lambda: browser.get(path))
    for number in range(15):
        unit = make.unit(house.top, f"股{number}")
        make.post(unit, "head", make.person(house.top, name=f"人{number}"))
    db.session.commit()

    assert count_queries(lambda: browser.get(path)) == few


def test_a_post_is_renamed_and_switched_off(house: House, sign_in: SignIn) -> None:
    browser, path = sign_in("zhouqiming"), f"/people/posts/{house.head.id}/edit"

    answer = sign_in("system").post(path, data={"title": "原股长"})

    assert answer.status_code == 302
    assert (house.head.title, house.head.active) == ("原股长", False)
    assert browser.get("/").status_code == 302
    assert sign_in("system").post(path, data={"title": " "}).status_code == 422


def test_whose_proxy_has_ended_is_told_and_not_sent_round(make: Maker, sign_in: SignIn) -> None:
    top = make.top()
    post = make.post(make.unit(top, "预算股"), "head", make.person(top, "zhou"))
    person = make.person(top, "proxy", "李代")
    db.session.add(
        Holding(
            top_unit_id=top.id,
            post_id=post.id,
            person_id=person.id,
            proxy=True,
            from_on=date(2024, 1, 1),
            until_on=date(2024, 3, 20),
        )
    )
    make.plan(top)
    db.session.commit()
    browser = sign_in("proxy")

    for path in ("/", "/desk"):
        answer = browser.get(path)
        assert (answer.status_code, "您现在没有岗位" in answer.text) == (200, True)
    assert browser.get("/people/me").status_code == 200
    assert browser.get("/password").status_code == 200
    assert browser.get("/tasks").status_code == 403
    assert browser.post("/logout").status_code == 302


def test_the_samples_are_in_the_system_administrators_menu_alone(
    make: Maker, sign_in: SignIn
) -> None:
    top = make.top()
    for role in ("system_admin", "office", "auditor"):
        make.post(top, role, make.person(top, role.replace("_", "")))
    db.session.commit()

    shown = [
        login
        for login in ("systemadmin", "office", "auditor")
        if "界面样例" in sign_in(login).get("/").text
    ]

    assert shown == ["systemadmin"]

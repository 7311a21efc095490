"""Units and posts as the administrators keep them: forms filled and sent in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db
from tracker.models import AuditEntry, Charge, Holding, Post, Unit

SignIn = Callable[[str], FlaskClient]


@dataclass
class House:
    """A bureau with its administrators, and a section with its head."""

    top: Unit
    section: Unit
    head: Post


@pytest.fixture
def house(make: Maker) -> House:
    top = make.top()
    section = make.unit(top, "预算股", code="ys")
    head = make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    make.post(top, "system_admin", make.person(top, "system", "钱立诚"))
    make.post(top, "security_admin", make.person(top, "security", "秦守义"))
    make.person(top, "newcomer", "何秋萍")
    db.session.commit()
    return House(top, section, head)


@pytest.fixture
def visit(house: House, sign_in: SignIn) -> Callable[[str, str], Browser]:
    """Open a page as the person with this login."""
    return lambda login, path: Browser(sign_in(login)).open(path)


Visit = Callable[[str, str], Browser]


def newest_detail() -> dict[str, object]:
    return (
        db.session.scalars(select(AuditEntry.detail).order_by(AuditEntry.id.desc())).first() or {}
    )


def test_a_unit_is_made_below_another(house: House, visit: Visit) -> None:
    page = visit("system", f"/people/units/new?parent={house.section.id}")

    page.press("保存", {"name": "预算一组", "code": " yz1 ", "position": "3", "duties": "编预算"})

    made = db.session.scalars(select(Unit).where(Unit.name == "预算一组")).one()
    assert "单位已保存。" in page.words
    assert (made.code, made.path) == ("yz1", f"{house.section.path}{made.id}/")
    assert newest_detail()["how"] == "added"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "", "code": "x"}, "请填写名称"),
        ({"name": "新股", "code": ""}, "请填写编码"),
        ({"name": "新股", "code": "ys"}, "编码 ys 已有别的单位在用"),
        ({"name": "新股", "code": "x", "position": "一"}, "顺序应是数字"),
        ({"name": "新股", "code": "x", "parent": "0"}, "没有这个上级单位"),
        ({"name": "新" * 101, "code": "x"}, "不超过 100 字"),
    ],
)
def test_a_wrong_unit_is_refused_and_what_was_typed_stays(
    house: House, visit: Visit, values: dict[str, str], says: str
) -> None:
    page = visit("system", "/people/units/new").press("保存", values | {"duties": "编制预算"})

    assert (page.status, says in page.words) == (422, True)
    assert "编制预算" in page.words
    assert len(db.session.scalars(select(Unit)).all()) == 2


def test_another_bureau_s_unit_is_no_parent(make: Maker, house: House, visit: Visit) -> None:
    other = make.top("云泽县财政局")
    db.session.commit()

    page = visit("system", "/people/units/new")
    page.press("保存", {"name": "新股", "code": "x", "parent": str(other.id)})

    assert (page.status, "没有这个上级单位" in page.words) == (422, True)


def test_the_bureau_itself_is_renamed_but_not_closed(house: House, visit: Visit) -> None:
    page = visit("system", f"/people/units/{house.top.id}").press("保存", {"name": "临溪市财政局"})
    assert (house.top.name, house.top.parent_id) == ("临溪市财政局", None)

    page.open(f"/people/units/{house.top.id}").press("保存", {"active": []})

    assert (page.status, "顶层单位不能停用" in page.words) == (422, True)
    assert house.top.active


def test_a_unit_without_work_is_closed(house: House, visit: Visit) -> None:
    visit("system", f"/people/units/{house.section.id}").press("保存", {"active": []})

    assert not house.section.active


def test_the_tree_is_not_deeper_than_its_path_is_long(
    make: Maker, house: House, visit: Visit
) -> None:
    house.section.path = f"/{house.top.id}/{'9' * 186}/"
    db.session.commit()

    page = visit("system", f"/people/units/new?parent={house.section.id}")
    page.press("保存", {"name": "新股", "code": "x"})

    assert (page.status, "层级太深" in page.words) == (422, True)


def test_a_post_needs_a_name(house: House, visit: Visit) -> None:
    page = visit("system", f"/people/units/{house.section.id}/posts/new")

    assert page.press("建立岗位", {"title": " "}).status == 422
    assert "请填写岗位名称" in page.words
    assert page.press("建立岗位", {"title": "联络员"}).status == 200
    assert "先按联络员" in page.words


def test_a_post_is_renamed_and_its_holder_signs_in_anew(
    house: House, sign_in: SignIn, visit: Visit
) -> None:
    holder = sign_in("zhouqiming")

    page = visit("system", f"/people/posts/{house.head.id}").press(
        "保存岗位", {"title": "股长（主持）"}
    )

    assert "岗位已保存。" in page.words
    assert house.head.title == "股长（主持）"
    assert holder.get("/").status_code == 302


@pytest.mark.parametrize("title", ["", "长" * 61])
def test_a_post_keeps_its_name_where_the_new_one_is_wrong(
    house: House, visit: Visit, title: str
) -> None:
    page = visit("system", f"/people/posts/{house.head.id}").press("保存岗位", {"title": title})

    assert (page.status, house.head.title) == (422, "股长")
    assert "岗位要有名称，不超过 60 字" in page.words


def test_nobody_is_given_a_post_that_is_switched_off(house: House, visit: Visit) -> None:
    page = visit("system", f"/people/posts/{house.head.id}").press("保存岗位", {"active": []})

    page.press("安排", {"person": page.option("person", "何秋萍"), "from_on": "2024-04-01"})

    assert (page.status, "岗位已停用" in page.words) == (422, True)


def test_a_holding_with_its_days_stands_in_the_list(house: House, visit: Visit) -> None:
    page = visit("system", f"/people/posts/{house.head.id}")
    values = {
        "person": page.option("person", "何秋萍"),
        "proxy": "y",
        "from_on": "2024-04-08",
        "until_on": "2024-04-19",
    }

    page.press("安排", values)

    assert "何秋萍已任职。" in page.words
    row = page.page.xpath("//tr[contains(., '何秋萍')]")[0].text_content()
    assert "代理" in row
    again = page.press("安排", values)
    assert (again.status, "何秋萍这段时间已在这个岗位" in again.words) == (422, True)


def test_a_holding_ends_on_a_day_that_exists(house: House, visit: Visit) -> None:
    holding = db.session.scalars(select(Holding).where(Holding.post_id == house.head.id)).one()
    page = visit("system", f"/people/posts/{house.head.id}")
    path = f"/people/posts/{house.head.id}/holdings/{holding.id}/end"
    browser = page._client

    refused = browser.post(path, data={"until_on": "2024-02-30"})
    elsewhere = browser.post(path.replace(f"/{house.head.id}/", "/987654/"), data={})

    assert (refused.status_code, "请填写最后一天" in refused.text) == (422, True)
    assert elsewhere.status_code == 404
    assert holding.until_on is None


def test_the_security_administrator_says_what_a_post_may_do(house: House, visit: Visit) -> None:
    page = visit("security", f"/people/posts/{house.head.id}")

    page.press("保存权限", {"role": "reporter"})

    assert "权限已改为联络员" in page.words
    assert newest_detail() == {"role": ["head", "reporter"]}
    page.press("保存权限", {"role": "reporter"})  # nothing changes, nothing is recorded
    roles = select(AuditEntry.id).where(AuditEntry.action == "role")
    assert len(db.session.scalars(roles).all()) == 1


def test_a_role_nobody_knows_is_refused(house: House, sign_in: SignIn) -> None:
    answer = sign_in("security").post(
        f"/people/posts/{house.head.id}/role", data={"role": "emperor"}
    )

    assert (answer.status_code, house.head.role) == (422, "head")


def test_a_leader_s_charge_is_ticked_and_unticked(make: Maker, house: House, visit: Visit) -> None:
    leader = make.post(house.top, "leader", title="副局长")
    db.session.commit()
    page = visit("system", f"/people/posts/{leader.id}")

    page.press("保存分管", {"units": [str(house.section.id)]})

    assert page.page.xpath("//input[@name='units' and @checked]/@value") == [str(house.section.id)]
    assert page.press("保存分管", {"units": ["987654"]}).status == 422
    page.press("保存分管", {"units": []})
    assert db.session.scalars(select(Charge)).all() == []


def test_a_charge_on_a_unit_that_is_closed_survives_saving(
    make: Maker, house: House, visit: Visit
) -> None:
    leader = make.post(house.top, "leader", title="副局长")
    make.charge(leader, house.section)
    house.section.active = False
    db.session.commit()
    page = visit("system", f"/people/posts/{leader.id}")

    assert "预算股（已停用）" in page.words
    page.press("保存分管")

    assert db.session.scalars(select(Charge.unit_id)).all() == [house.section.id]


def test_a_weak_password_is_refused_and_the_sessions_stay(
    house: House, sign_in: SignIn, visit: Visit
) -> None:
    person = db.session.scalars(select(Holding.person_id).where(Holding.post_id == house.head.id))
    page = visit("security", f"/people/persons/{person.one()}")
    own = sign_in("zhouqiming")

    assert page.press("重设密码", {"password": "12345678"}).status == 422
    assert own.get("/").status_code == 200
    assert page.press("重设密码", {"password": "Left-donkey-8"}).status == 200
    assert "密码已重设，原有登录已退出" in page.words
    assert own.get("/").status_code == 302

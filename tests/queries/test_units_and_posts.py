"""Whoever has a post's duties is called by one name everywhere: in choices, in the draft, in the plan and in lists."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Holding
from tracker.queries.actor import actor_of
from tracker.queries.draft_lines import draft_lines
from tracker.queries.duty_choices import duty_choices
from tracker.queries.plan_tree import plan_tree
from tracker.queries.review_rows import rows_shown
from tracker.queries.task_ledger import Wanted, ledger
from tracker.queries.units_and_posts import staff_of

TODAY = date(2024, 4, 1)
NOW = datetime(2024, 4, 1, 10, tzinfo=UTC)


def test_while_a_proxy_stands_in_all_pages_name_the_proxy(make: Maker) -> None:
    top = make.top()
    section = make.unit(top, "预算股")
    post = make.post(section, "head", make.person(top, "head", "周立新"))
    proxy = make.person(top, "proxy", "李代")
    db.session.add(
        Holding(
            top_unit_id=top.id,
            post_id=post.id,
            person_id=proxy.id,
            proxy=True,
            from_on=date(2024, 3, 1),
            until_on=date(2024, 4, 30),
        )
    )
    office = make.person(top, "office")
    make.post(top, "office", office)
    plan, draft = make.plan(top), make.plan(top, state="draft", issued_at=None)
    make.task(plan, section, owner_post_id=post.id)
    make.task(draft, section, owner_post_id=post.id, state="draft", first_due_on=None)
    db.session.flush()
    actor = actor_of(office.id, TODAY)
    assert actor is not None
    staff = staff_of(top.id, TODAY)

    assert staff.posts[post.id].name == "李代"
    assert [row.owner for row in plan_tree(plan, actor, staff, NOW).rows] == ["李代"]
    assert [row.owner for row in rows_shown(draft_lines(draft), staff)] == ["李代"]
    assert ledger(actor, Wanted(), NOW).rows[0].owner == "李代"
    assert any("（李代）" in word for _, word in duty_choices(top.id, TODAY).owners)


def test_a_vacant_post_is_called_by_its_title(make: Maker) -> None:
    top = make.top()
    post = make.post(make.unit(top), "head", title="股长")

    assert staff_of(top.id, TODAY).posts[post.id].name == "股长空缺"

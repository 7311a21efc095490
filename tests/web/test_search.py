"""Search: what holds the words, within one's own scope, whatever is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Plan, Unit

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def section(make: Maker) -> Unit:
    """A section with a task and an indicator, and another section's beside it."""
    top = make.top()
    section, other = make.unit(top, "资产管理股"), make.unit(top, "国库股")
    make.post(section, "head", make.person(top, "xuwanqing"))
    plan: Plan = make.plan(top)
    make.task(plan, section, text="清查盘活闲置资产")
    make.indicator(plan, section, name="资产处置收益")
    make.task(plan, other, text="别人的资产任务")
    make.indicator(plan, other, name="别人的资产指标")
    make.task(plan, section, text="压减一般性支出 5%")
    db.session.commit()
    return section


@pytest.mark.usefixtures("section")
def test_tasks_and_indicators_of_the_scope_are_found(sign_in: SignIn) -> None:
    page = sign_in("xuwanqing").get("/search?q=资产").text

    assert "清查盘活闲置资产" in page
    assert "资产处置收益" in page
    assert "别人的" not in page
    assert "共 2 项" in page


@pytest.mark.usefixtures("section")
@pytest.mark.parametrize(
    ("words", "count"),
    [("资产 清查", 1), ("%", 1), ("_", 0), ("5%", 1), ("'; DROP TABLE task;--", 0), ("\\", 0)],
)
def test_words_are_taken_as_they_are_typed(sign_in: SignIn, words: str, count: int) -> None:
    answer = sign_in("xuwanqing").get("/search", query_string={"q": words})

    assert answer.status_code == 200
    assert (f"共 {count} 项" in answer.text) is (count > 0) or "没有找到" in answer.text


@pytest.mark.usefixtures("section")
def test_what_was_typed_is_shown_escaped(sign_in: SignIn) -> None:
    page = sign_in("xuwanqing").get("/search", query_string={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("section")
def test_no_words_ask_for_some(sign_in: SignIn) -> None:
    assert "填几个字再找" in sign_in("xuwanqing").get("/search?q=+").text

"""The auditor's page: everything of the bureau, filtered, and nothing of another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Unit
from tracker.services import audit

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def top(make: Maker) -> Unit:
    """A bureau with an auditor, two entries of its own and one of another bureau."""
    top, other = make.top(), make.top("云泽县财政局")
    make.post(top, "auditor", make.person(top, "auditor", "申正平"))
    head = make.person(top, "zhouqiming", "周启明")
    for moment, action, bureau, detail in (
        (
            datetime(2024, 3, 1, 15, 59, tzinfo=UTC),
            "task_state",
            top,
            {"step": "办结", "from": "in_progress"},
        ),
        (datetime(2024, 3, 1, 16, 0, tzinfo=UTC), "export", top, {"format": "xlsx", "rows": 12}),
        (datetime(2024, 3, 2, tzinfo=UTC), "export", other, {"format": "别局的"}),
    ):
        audit.record(
            bureau.id,
            action,
            now=moment,
            person_id=head.id if bureau is top else None,
            object_type="task",
            object_id=7,
            detail=detail,
        )
    db.session.commit()
    return top


def rows(page: str) -> int:
    return page.count('data-label="编号"')


@pytest.mark.usefixtures("top")
def test_entries_read_in_chinese_newest_first(sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/audit").text

    assert "办理：办结；原为：办理中" in page
    assert "格式：xlsx；行数：12" in page
    assert page.index("导出</th>") < page.index("任务流转</th>")
    assert "别局的" not in page


@pytest.mark.usefixtures("top")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=export", 1),
        ("object=task&number=7", 2),
        ("from=2024-03-02&to=2024-03-02", 1),  # 16:00 UTC is the second in Shanghai
        ("to=2024-03-01", 1),
        ("from=2024-02-31", 3),
        ("person=999999999999999999", 3),
        ("action=nonsense", 0),
        ("page=99", 3),
    ],
)
def test_filters_narrow_the_record(sign_in: SignIn, query: str, found: int) -> None:
    assert rows(sign_in("auditor").get(f"/audit?{query}").text) == found


def test_the_page_asks_a_fixed_number_of_questions(
    top: Unit, sign_in: SignIn, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    browser = sign_in("auditor")
    browser.get("/audit")
    db.session.commit()
    few = count_queries(lambda: browser.get("/audit"))
    for number in range(20):
        audit.record(top.id, "export", now=datetime(2024, 4, 1, tzinfo=UTC), object_id=number)
    db.session.commit()

    assert count_queries(lambda: browser.get("/audit")) == few

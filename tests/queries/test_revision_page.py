"""The page of a revision says each field in words, counts every kind, and finds sentences in revised documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Plan, PlanRevision, PlanRevisionChange, Unit
from tracker.queries.revised_places import AROUND, revised_places
from tracker.queries.revision_page import PAGE, revision_lines, revision_page
from tracker.queries.units_and_posts import staff_of

DAY = date(2024, 4, 1)


@pytest.fixture
def plan(make: Maker) -> Plan:
    return make.plan(make.top())


@pytest.fixture
def revision(plan: Plan) -> PlanRevision:
    """A revised document of forty paragraphs."""
    text = "".join(f"第{number}段。{'文' * 100}\n" for number in range(60))
    found = PlanRevision(
        top_unit_id=plan.top_unit_id,
        plan_id=plan.id,
        name="修订稿.txt",
        sha256="0" * 64,
        content=b"",
        text=text,
        imported_at=datetime(2024, 4, 1, tzinfo=UTC),
    )
    db.session.add(found)
    db.session.flush()
    return found


def change(revision: PlanRevision, position: int = 1, **values: object) -> PlanRevisionChange:
    row = PlanRevisionChange(
        top_unit_id=revision.top_unit_id,
        revision_id=revision.id,
        position=position,
        **({"sort": "task", "kind": "changed", "words": "甲", "quote": "乙"} | values),
    )
    db.session.add(row)
    db.session.flush()
    return row


def fields_of(revision: PlanRevision) -> list[tuple[str, str, str]]:
    staff = staff_of(revision.top_unit_id, DAY)
    (row,) = revision_page(revision.id, staff, "", 1).rows
    return [(field.label, field.old, field.new) for field in row.fields]


def test_fields_are_said_in_words(make: Maker, plan: Plan, revision: PlanRevision) -> None:
    indicator = make.indicator(plan)
    said = [
        {"name": "text", "old": "甲", "new": "乙"},
        {"name": "due", "old": "", "new": "2024-09-30"},
        {"name": "item", "old": "", "new": "组织收入"},
        {"name": "bound", "old": "eq", "new": "le"},
        {"name": "target", "old": "3", "new": "5"},
    ]
    change(revision, sort="indicator", indicator_id=indicator.id, fields=said)

    assert fields_of(revision) == [
        ("时限", "未写明", "2024年9月30日"),
        ("计划条目", "不在条目下", "组织收入"),
        ("目标的界", "达到", "不超过"),
        ("目标值", "3 万元", "5 万元"),
    ]


def test_a_growth_is_said_in_per_cent(make: Maker, plan: Plan, revision: PlanRevision) -> None:
    indicator = make.indicator(plan, measure="growth", rate=Decimal(9))
    said = [{"name": "target", "old": "9", "new": "8"}]
    change(revision, sort="indicator", indicator_id=indicator.id, fields=said)

    assert fields_of(revision) == [("目标值", "9%", "8%")]


def test_whose_a_new_row_is_to_be_is_said(make: Maker, plan: Plan, revision: PlanRevision) -> None:
    unit = db.session.get_one(Unit, plan.unit_id)
    leader = make.post(unit, "leader", make.person(unit, name="李明华"))
    change(revision, kind="added", leader_post_id=leader.id, undecided=True)

    (row,) = revision_page(revision.id, staff_of(unit.id, DAY), "", 1).rows

    assert row.duty_words == "牵头：未定；责任人：未定；分管：李明华；暂不设目标"


def test_a_heading_is_nobodys(revision: PlanRevision) -> None:
    change(revision, sort="item", kind="added")

    (row,) = revision_page(revision.id, staff_of(revision.top_unit_id, DAY), "", 1).rows

    assert row.duty_words == ""


def test_every_kind_is_counted_and_filtered(revision: PlanRevision) -> None:
    for position, kind in enumerate(("changed", "moved", "added", "dropped", "dropped"), start=1):
        change(revision, position, kind=kind)
    change(revision, 6, kind="unchanged", decision="accepted")
    change(revision, 7, kind="changed", decision="declined")
    staff = staff_of(revision.top_unit_id, DAY)

    counts = revision_page(revision.id, staff, "", 1).counts

    assert (counts.changes, counts.open, counts.open_drops) == (6, 5, 2)
    shown = {show: len(revision_page(revision.id, staff, show, 1).rows) for show in counts.kinds}
    assert shown == {"changed": 2, "moved": 1, "added": 1, "dropped": 2, "unchanged": 1}
    assert len(revision_page(revision.id, staff, "open", 1).rows) == 5


def test_a_page_past_the_end_is_the_last(revision: PlanRevision) -> None:
    for position in range(PAGE + 1):
        change(revision, position)

    page = revision_page(revision.id, staff_of(revision.top_unit_id, DAY), "", 99)

    assert (page.page, len(page.rows), page.total) == (2, 1, PAGE + 1)


def test_a_revision_in_one_line_says_its_state(plan: Plan, revision: PlanRevision) -> None:
    (line,) = revision_lines(plan)
    assert (line.state_word, line.settled_word, line.tone) == ("未应用", "", "yellow")

    revision.state = "dropped"
    db.session.flush()

    (line,) = revision_lines(plan)
    assert (line.state_word, line.settled_word, line.tone) == ("已作废", "作废", "")


@pytest.mark.parametrize("paragraph", [0, 30, 59])
def test_a_sentence_is_found_in_a_revised_document(
    make: Maker, plan: Plan, revision: PlanRevision, paragraph: int
) -> None:
    task = make.task(plan)
    words = f"第{paragraph}段"
    start = revision.text.index(words)
    where = {"task_id": task.id, "start": start, "end": start + len(words)}
    change(revision, decision="accepted", **where)
    change(revision, 2, decision="declined", **where)
    assert revised_places(task.id) == []

    revision.state, revision.settled_at = "accepted", datetime(2024, 4, 2, tzinfo=UTC)
    db.session.flush()

    (place,) = revised_places(task.id)
    assert place.text[place.start : place.end] == words
    assert len(place.text) <= 2 * AROUND + len(words)

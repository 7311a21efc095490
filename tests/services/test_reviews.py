"""A dispatch review freezes its moment, draws up its agenda, makes decisions into tasks, and ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tracker.domain.agenda import Part, ReviewKind
from tracker.domain.errors import NotReadyError, StaleError, TrackerError, TransitionError
from tracker.extensions import db
from tracker.models import AgendaItem, Decision, Review, Task, TaskEvent
from tracker.queries.units_and_posts import staff_of
from tracker.services.open_review import open_review
from tracker.services.refresh_standings import refresh_standings
from tracker.services.run_review import Decided, close_review, decide, move_item, tick

NOW = at("2024-05-14T15:00")


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """A bureau whose revenue lags in April, with one overdue task and one that falls due soon."""
    bureau = make_bureau(make)
    for month, amount in ((1, "10"), (2, "10"), (3, "10"), (4, "5")):
        make.report(bureau.revenue, month, amount, note="税源减少", next_step="清理欠税")
    refresh_standings(indicators=[bureau.revenue], now=NOW)
    make_task(make, bureau, "2024-05-10", text="修订公车管理办法")
    make_task(make, bureau, "2024-05-30", text="开展补贴排查")
    make_task(make, bureau, "2024-09-30", text="年底的事")
    db.session.flush()
    return bureau


def opened(bureau: Bureau, kind: ReviewKind = ReviewKind.MONTHLY, days: int = 0) -> Review:
    now = NOW + timedelta(days=days)
    return open_review(top_unit_id=bureau.top.id, kind=kind, now=now, person_id=None)


def agenda(review: Review) -> list[AgendaItem]:
    query = select(AgendaItem).where(AgendaItem.review_id == review.id)
    return list(db.session.scalars(query.order_by(AgendaItem.position)))


def ended(review: Review, days: int = 0) -> Review:
    close_review(
        review=review,
        chair="李局长",
        attendance="各股室",
        minutes="",
        person_id=None,
        now=NOW + timedelta(days=days),
    )
    return review


def decided(bureau: Bureau, review: Review, item: AgendaItem | None, **values: object) -> Decision:
    given = {
        "text": "两处砂石堆场挂牌",
        "lead_unit_id": bureau.section.id,
        "owner_post_id": None,
        "due_on": date(2024, 5, 31),
    } | values
    return decide(
        review=review,
        item=item,
        decided=Decided(**given),  # type: ignore[arg-type]
        staff=staff_of(bureau.top.id, NOW.date()),
        person_id=None,
        now=NOW,
    )


def test_the_agenda_draws_itself_up_in_order(bureau: Bureau) -> None:
    items = agenda(opened(bureau))

    assert [(item.part, item.title) for item in items] == [
        ("indicator", "税收收入"),
        ("task", "修订公车管理办法"),
        ("due", "开展补贴排查"),
    ]
    facts = items[0].facts
    assert (facts["reason"], facts["next"]) == ("税源减少", "清理欠税")
    assert facts["light"] in {"yellow", "red"}
    assert "4月底" in facts["sentence"]
    assert facts["chart"]["actual"][:4] == ["10", "10", "10", "5"]


def test_a_weekly_review_looks_a_week_ahead(bureau: Bureau) -> None:
    parts = [item.part for item in agenda(opened(bureau, ReviewKind.WEEKLY))]

    assert Part.DUE not in parts


def test_what_was_frozen_stays_whatever_is_reported_later(bureau: Bureau, make: Maker) -> None:
    review = opened(bureau)
    before = [item.facts for item in agenda(review)], review.facts

    make.report(bureau.revenue, 4, "999", revision=2)
    refresh_standings(indicators=[bureau.revenue], now=NOW)
    db.session.flush()
    db.session.expire_all()

    assert ([item.facts for item in agenda(review)], review.facts) == before
    assert review.facts["lights"][review.facts["indicators"][0]["light"]] == 1


def test_units_that_did_not_report_are_on_the_agenda(make: Maker) -> None:
    bureau = make_bureau(make)
    db.session.flush()

    (item,) = [item for item in agenda(opened(bureau)) if item.part == "report"]

    assert item.title == "预算股"
    assert item.facts["names"] == ["税收收入"]


def test_a_second_review_of_the_series_waits_for_the_first(bureau: Bureau) -> None:
    first = opened(bureau)

    with pytest.raises(TransitionError, match="还没有散会"):
        opened(bureau)
    assert opened(bureau, ReviewKind.WEEKLY).number == 1
    ended(first)
    assert opened(bureau).number == 2


def test_a_decision_becomes_a_task_that_binds_at_once(bureau: Bureau) -> None:
    review = opened(bureau)
    item = agenda(review)[0]

    decision = decided(bureau, review, item, text=" 两处砂石堆场\n挂牌 ")

    task = db.session.scalars(select(Task).where(Task.id == decision.task_id)).one()
    assert (task.text, task.state, task.due_on) == (
        "两处砂石堆场 挂牌",
        "issued",
        date(2024, 5, 31),
    )
    assert task.owner_post_id == bureau.head_post.id
    assert (task.plan_id, item.talked) == (bureau.plan.id, True)
    event = db.session.scalars(select(TaskEvent).where(TaskEvent.task_id == task.id)).one()
    assert (event.after, event.why) == ("issued", "调度会议定")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": "  "}, "议定事项没有写"),
        ({"lead_unit_id": None}, "责任单位没有选"),
        ({"due_on": None}, "时限没有填"),
    ],
)
def test_what_a_decision_lacks_is_said(
    bureau: Bureau, values: dict[str, object], words: str
) -> None:
    with pytest.raises(NotReadyError, match=words):
        decided(bureau, opened(bureau), None, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"due_on": date(2024, 5, 13)},
        {"lead_unit_id": 9_999},
        {"owner_post_id": 9_999},
        {"text": "长" * 501},
    ],
)
def test_what_makes_no_sense_is_refused(bureau: Bureau, values: dict[str, object]) -> None:
    with pytest.raises(TrackerError):
        decided(bureau, opened(bureau), None, **values)


def test_the_next_review_hears_first_what_became_of_the_decisions(bureau: Bureau) -> None:
    first = opened(bureau)
    done = decided(bureau, first, None, text="已办的事")
    decided(bureau, first, None, text="没办的事")
    task = db.session.scalars(select(Task).where(Task.id == done.task_id)).one()
    task.state, task.finished_on = "finished", date(2024, 5, 20)
    ended(first)

    items = agenda(opened(bureau, days=31))

    heard = [(item.part, item.title, item.facts["word"]) for item in items[:2]]
    assert heard == [("decision", "已办的事", "已办"), ("decision", "没办的事", "逾期 14 天")]


def test_an_older_decision_is_carried_over_until_it_is_done(bureau: Bureau) -> None:
    first = opened(bureau)
    decided(bureau, first, None, text="拖着的事")
    ended(first)
    ended(opened(bureau, days=1), days=1)

    items = agenda(opened(bureau, days=2))

    assert [(item.title, item.facts["word"]) for item in items if item.part == "decision"] == [
        ("拖着的事", "在办")
    ]


def test_items_can_be_moved_and_ticked_off(bureau: Bureau) -> None:
    review = opened(bureau)
    first, second, third = agenda(review)

    move_item(review=review, item=third, step=-1)
    tick(review=review, item=first, note=" 下周再看 ")

    assert [item.id for item in agenda(review)] == [first.id, third.id, second.id]
    assert (first.talked, first.note) == (True, "下周再看")


def test_a_closed_review_takes_nothing_any_more(bureau: Bureau) -> None:
    review = ended(opened(bureau))
    item = agenda(review)[0]

    assert (review.state, review.chair) == ("closed", "李局长")
    for act in (
        lambda: decided(bureau, review, item),
        lambda: tick(review=review, item=item, note=""),
        lambda: move_item(review=review, item=item, step=1),
        lambda: ended(review),
    ):
        with pytest.raises(TransitionError):
            act()


def test_a_stale_closing_is_refused(bureau: Bureau) -> None:
    review = opened(bureau)

    with pytest.raises(StaleError):
        close_review(
            review=review,
            chair="",
            attendance="",
            minutes="",
            person_id=None,
            now=NOW,
            version=review.version + 1,
        )


def test_without_an_issued_plan_there_is_nowhere_to_put_a_decision(bureau: Bureau) -> None:
    review = opened(bureau)
    bureau.plan.state = "draft"
    db.session.flush()

    with pytest.raises(TransitionError, match="还没有下达的计划"):
        decided(bureau, review, None)

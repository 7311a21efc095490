"""Making a bulletin: of a closed review only, after its check, once, with a number, and for ever the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tests.reviewing import NOW, bureau, closed_one, open_one
from tracker.domain.agenda import ReviewKind
from tracker.domain.bulletin.text import Draft, write
from tracker.domain.errors import NotReadyError, TransitionError
from tracker.extensions import db
from tracker.models import AuditEntry, Bulletin, Indicator, Review, Unit
from tracker.queries.bulletins import bulletin_facts, bulletin_list, closed_without_bulletin
from tracker.services.audit import broken_links
from tracker.services.make_bulletin import draft_of, make_bulletin


@pytest.fixture
def top(make: Maker) -> Unit:
    return bureau(make)


def make_of(review: Review, draft: Draft | None = None) -> Bulletin:
    return make_bulletin(review=review, draft=draft, person_id=None, now=NOW)


def text_of(review: Review) -> Draft:
    return write(bulletin_facts(review))


def count() -> int:
    return db.session.scalar(select(func.count(Bulletin.id))) or 0


def test_an_open_review_is_refused(top: Unit) -> None:
    with pytest.raises(TransitionError, match="还没有散会"):
        make_of(open_one(top))


def test_it_is_made_of_the_closed_review_and_written_down(top: Unit) -> None:
    bulletin = make_of(closed_one(top))

    assert bulletin.title == "临溪县财政局关于2024年3月重点工作推进情况的通报"
    assert (bulletin.year, bulletin.number) == (2024, 1)
    assert sha256(bulletin.content).hexdigest() == bulletin.sha256
    assert sha256(bulletin.annex).hexdigest() == bulletin.annex_sha256
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "bulletin")).one()
    assert (entry.object_id, entry.detail["sha256"]) == (bulletin.id, bulletin.sha256)
    assert broken_links(top.id) == []


def test_made_again_it_is_the_same_whatever_has_happened_since(top: Unit) -> None:
    review = closed_one(top)
    first = make_of(review).content
    for indicator in db.session.scalars(select(Indicator)):
        indicator.name = "改过的名字"
    db.session.commit()
    db.session.expire_all()

    assert make_of(review).content == first
    assert count() == 1


def test_the_same_facts_make_the_same_bytes(top: Unit) -> None:
    review = closed_one(top)
    made = make_of(review)
    first = (made.content, made.annex)
    db.session.delete(made)
    db.session.flush()

    again = make_bulletin(review=review, draft=None, person_id=None, now=NOW + timedelta(days=999))
    assert (again.content, again.annex) == first


def test_another_text_does_not_replace_the_one_made(top: Unit) -> None:
    review = closed_one(top)
    draft = text_of(review)
    made = make_of(review, draft)

    assert draft_of(made) == draft
    assert make_of(review, draft) is made
    with pytest.raises(TransitionError, match="不能再改"):
        make_of(review, replace(draft, title="另一个标题"))


def test_a_text_that_does_not_fit_is_named_and_nothing_is_made(top: Unit) -> None:
    review = closed_one(top)
    draft = text_of(review)
    wrong = replace(
        draft,
        sections=tuple(
            replace(
                one,
                text=one.text.replace("6,426万元", "16,426万元").replace("指标共3项", "指标共4项"),
            )
            for one in draft.sections
        ),
    )

    with pytest.raises(NotReadyError) as refused:
        make_of(review, wrong)
    assert refused.value.problems == (
        "“纳入调度的指标共4项”与附表不符，附表为3",
        "税收收入的“1—3月完成16,426万元”与调度时的数不符，应为6,426",
    )
    assert count() == 0


def test_facts_that_were_tampered_with_make_nothing(top: Unit) -> None:
    review = closed_one(top)
    review.facts = review.facts | {"indicators": review.facts["indicators"][1:]}
    db.session.flush()

    with pytest.raises(NotReadyError, match="指标表有2行"):
        make_of(review)


def test_each_series_has_its_own_numbers(top: Unit) -> None:
    numbers = [
        make_of(closed_one(top, kind, NOW + timedelta(days=days))).number
        for days, kind in enumerate(
            (ReviewKind.WEEKLY, ReviewKind.WEEKLY, ReviewKind.MONTHLY, ReviewKind.WEEKLY)
        )
    ]

    assert numbers == [1, 2, 1, 3]


def test_the_lists(top: Unit, make: Maker) -> None:
    first, second = closed_one(top), closed_one(top, ReviewKind.WEEKLY)
    made = make_of(first)
    stranger = make.top("临江县财政局", "LJ")

    assert [line.id for line in bulletin_list(top.id)] == [made.id]
    assert [review.id for review in closed_without_bulletin(top.id)] == [second.id]
    assert bulletin_list(stranger.id) == []


def test_the_facts_take_a_fixed_number_of_queries(
    top: Unit, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    review = closed_one(top)
    bulletin_facts(review)  # begins the transaction and loads the review itself

    assert count_queries(lambda: bulletin_facts(review)) == 3

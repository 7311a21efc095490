"""Any number of schedulers and people at once: each order is issued once, each mail queued once, on both databases."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau, make_task
from tests.makers import Maker
from tests.services.reminding import SETTINGS, close_old, mails
from tracker.extensions import db
from tracker.models import Person, Plan, SupervisionOrder, Task
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.scheduler.jobs import orders_for
from tracker.services import issue_orders
from tracker.services.issue_orders import issue_proposed

NOW = at("2024-04-01T09:00")
AT_ONCE = 6


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """Three tasks that were due on Friday; it is Monday."""
    bureau = make_bureau(make)
    close_old(bureau, 13)
    for _ in range(3):
        make_task(make, bureau, "2024-03-29")
    db.session.get_one(Plan, bureau.plan.id).auto_orders = True
    db.session.commit()
    return bureau


def office(bureau: Bureau) -> Actor:
    login = f"office{bureau.top.id}"
    person_id = db.session.scalars(select(Person.id).where(Person.login == login)).one()
    found = actor_of(person_id, NOW.date())
    assert found is not None
    return found


def test_many_orders_are_raised_bit_by_bit(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_orders, "MOST_AT_ONCE", 2)

    keys = orders_for(bureau.top.id, NOW, SETTINGS)

    assert len(set(keys)) == 6
    numbers = db.session.scalars(select(SupervisionOrder.number))
    assert sorted(numbers) == [1, 2, 3]


def test_schedulers_and_the_office_at_once_issue_each_order_once(
    app: Flask, bureau: Bureau
) -> None:
    top_unit_id, actor, start = bureau.top.id, office(bureau), Barrier(AT_ONCE)
    task_ids = list(db.session.scalars(select(Task.id)))
    failed: list[BaseException] = []
    db.session.commit()

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                if number % 3:
                    orders_for(top_unit_id, NOW, SETTINGS)
                else:
                    issue_proposed(task_ids=task_ids, actor=actor, settings=SETTINGS, now=NOW)
                db.session.commit()
            except BaseException as error:
                failed.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    orders = db.session.scalars(select(SupervisionOrder).order_by(SupervisionOrder.number)).all()
    assert [order.number for order in orders] == [1, 2, 3]
    assert Counter(order.task_id for order in orders).most_common(1)[0][1] == 1
    keys = [mail.key for mail in mails()]
    assert len(keys) == len(set(keys)) == 6  # clerk and head, for each of the three

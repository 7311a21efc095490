"""Read-then-write transactions from many threads do not fail on a locked database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import Person


def test_many_threads_read_then_write_and_none_is_lost(app: Flask, make: Maker) -> None:
    person_id = make.person(make.top()).id
    db.session.commit()
    db.session.remove()

    def count_up(_: int) -> None:
        with app.app_context():
            person = db.session.execute(
                select(Person).where(Person.id == person_id).with_for_update()
            ).scalar_one()
            person.failed_logins += 1
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(80)))

    assert db.session.get_one(Person, person_id).failed_logins == 80

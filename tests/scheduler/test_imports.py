"""The scheduler takes up imports that no process works on, in every bureau."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.makers import Maker
from tests.plan_office import NOW, TEXT, make_office
from tracker.extensions import db
from tracker.models import ImportJob
from tracker.scheduler.jobs import UNTAKEN, import_all
from tracker.services.import_jobs import Sent, start_plan_import


def test_an_import_left_lying_is_done_once(app: Flask, make: Maker) -> None:
    office = make_office(make)
    sent = Sent("计划.txt", TEXT.encode(), None, NOW)
    start_plan_import(unit=office.top, sent=sent, year=None)
    db.session.commit()

    assert import_all(app, lambda: NOW + UNTAKEN - timedelta(seconds=1)).total() == 0
    assert import_all(app, lambda: NOW + UNTAKEN) == {"done": 1}
    assert import_all(app, lambda: NOW + UNTAKEN).total() == 0
    assert db.session.scalars(select(ImportJob.state)).all() == ["done"]

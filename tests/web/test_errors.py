"""What the database itself refuses is answered with a sentence, not as a defect."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests.makers import Maker
from tracker.extensions import db
from tracker.web.desk import views


@pytest.mark.parametrize(
    "error", [StaleDataError("two at once"), IntegrityError("insert", {}, Exception("unique"))]
)
def test_the_second_of_two_clicks_is_told_so(
    make: Maker,
    sign_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    top = make.top()
    make.post(top, "office", make.person(top, "zhaowenbo"))
    db.session.commit()
    browser = sign_in("zhaowenbo")

    def overtaken() -> None:
        raise error

    monkeypatch.setattr(views, "local_now", overtaken)
    answer = browser.get("/desk")

    assert answer.status_code == 409
    assert "Traceback" not in answer.text

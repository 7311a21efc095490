"""Who may call what: every route against every role, and nothing of another bureau, ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.test_conventions import sample_of
from tracker.domain.roles import PLAN_ROLES, SEPARATE_ROLES, Role
from tracker.extensions import db
from tracker.web.policy import POLICIES

SignIn = Callable[[str], FlaskClient]
PLAN_DATA = ("plans.", "orders.", "tasks.", "indicators.", "reports.", "lagging.", "search.")


@pytest.fixture
def people(make: Maker) -> None:
    """One person for each role, named after it."""
    top = make.top()
    section = make.unit(top)
    for role in Role:
        unit = section if role in {Role.REPORTER, Role.HEAD} else top
        make.post(unit, role, make.person(top, role.value, role.word))
    db.session.commit()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_the_gate_holds_every_route_to_the_table(app: Flask, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role.value)
    wrong = []
    for rule in app.url_map.iter_rules():
        policy = POLICIES[rule.endpoint]
        if policy.public or rule.endpoint == "auth.logout":
            continue
        url = rule.build({name: sample_of(rule, name) for name in rule.arguments})
        assert url is not None
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        status = browser.open(url[1], method=method).status_code
        if (status == 403) is policy.admits(frozenset({role})) or status >= 500:
            wrong.append((rule.endpoint, status))

    assert wrong == []


@pytest.mark.parametrize("endpoint", [name for name in POLICIES if name.startswith(PLAN_DATA)])
def test_administrators_reach_no_plan_data(endpoint: str) -> None:
    assert POLICIES[endpoint].roles <= PLAN_ROLES
    assert POLICIES[endpoint].roles.isdisjoint(SEPARATE_ROLES)


def test_the_auditor_reads_the_audit_and_nothing_else() -> None:
    own = {
        name
        for name, policy in POLICIES.items()
        if policy.roles and policy.admits(frozenset({Role.AUDITOR}))
    }

    assert {
        name for name in own if not POLICIES[name].admits(frozenset(Role) - {Role.AUDITOR})
    } == {"audit.index"}
    assert {name.split(".")[0] for name in own} <= {"audit", "auth", "desk", "gallery", "people"}


@pytest.mark.parametrize(
    "path",
    [
        "/tasks/{task}",
        "/indicators/{indicator}",
        "/indicators/{indicator}/edit",
        "/plans/{plan}",
        "/plans/{plan}/document",
        "/plans/{plan}/review",
        "/plans/{plan}/issue",
        "/plans/{plan}/suggestions",
        "/plans/{plan}/rules",
        "/orders/new?task={task}",
        "/orders/new?indicator={indicator}",
    ],
)
def test_a_stranger_cannot_tell_another_bureau_s_row_from_none(
    make: Maker, sign_in: SignIn, path: str
) -> None:
    ours, theirs = make.top("临溪县财政局"), make.top("云泽县财政局")
    plan = make.plan(theirs)
    ids = {"task": make.task(plan).id, "indicator": make.indicator(plan).id, "plan": plan.id}
    make.post(ours, "office", make.person(ours, "zhaowenbo"))
    db.session.commit()
    browser = sign_in("zhaowenbo")

    there = browser.get(path.format(**ids))
    nowhere = browser.get(path.format(task=987654, indicator=987654, plan=987654))

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert without_numbers(there) == without_numbers(nowhere)


def test_a_colleague_gets_404_for_another_section_s_rows(make: Maker, sign_in: SignIn) -> None:
    top = make.top()
    plan = make.plan(top)
    task, indicator = (
        make.task(plan, make.unit(top, "预算股")),
        make.indicator(plan, make.unit(top, "综合股")),
    )
    make.post(make.unit(top, "国库股"), "head", make.person(top, "huangshaohua"))
    db.session.commit()
    browser = sign_in("huangshaohua")

    assert browser.get(f"/tasks/{task.id}").status_code == 404
    assert browser.get(f"/indicators/{indicator.id}").status_code == 404


def without_numbers(answer: object) -> str:
    """Return a page's text without its request id, its csrf token and the address that was asked for."""
    import re

    text: str = answer.text  # type: ignore[attr-defined]
    return re.sub(r"<code>[0-9a-f]{16}</code>|value=\"/[^\"]*\"|value=\"[\w.-]{60,}\"", "", text)

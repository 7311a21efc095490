"""`flask access list`: every route, its method, its path and who may call it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from tracker.domain.roles import PLAN_ROLES


def rows(app: Flask) -> list[dict[str, Any]]:
    done = app.test_cli_runner().invoke(args=["access", "list", "--json"])
    assert done.exit_code == 0, done.output
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def row(app: Flask, method: str, path: str) -> dict[str, Any]:
    (found,) = (one for one in rows(app) if (one["method"], one["path"]) == (method, path))
    return found


def test_no_route_is_left_out(app: Flask) -> None:
    listed = {(one["endpoint"], one["path"], one["method"]) for one in rows(app)}
    there = {
        (rule.endpoint, rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert listed == there


def test_each_row_says_who_may_call_it(app: Flask) -> None:
    assert row(app, "GET", "/healthz") == {
        "method": "GET",
        "path": "/healthz",
        "policy": "public",
        "public": True,
        "roles": [],
        "endpoint": "health.healthz",
    }
    assert row(app, "GET", "/audit")["roles"] == ["auditor"]
    assert set(row(app, "GET", "/tasks")["roles"]) == {role.value for role in PLAN_ROLES}


def test_methods_are_rows_of_their_own(app: Flask) -> None:
    methods = [one["method"] for one in rows(app) if one["path"] == "/plans/new"]

    assert methods == ["GET", "POST"]


def test_for_people_it_is_a_table(app: Flask) -> None:
    lines = app.test_cli_runner().invoke(args=["access", "list"]).stdout.splitlines()

    assert lines[0].split("\t")[:3] == ["method", "path", "policy"]
    assert "GET\t/audit\taudit\tFalse\tauditor\taudit.index" in lines

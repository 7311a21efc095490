"""`flask access list`: who may call which route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask.cli import AppGroup

from tracker.cli.output import as_json_option, print_rows, refusing
from tracker.domain.roles import Role
from tracker.web.policy import POLICIES

group = AppGroup("access", help="Who may call what.")
#: Answered by the framework for every route, with the route's own policy.
IMPLIED = frozenset({"HEAD", "OPTIONS"})


@group.command("list")
@as_json_option
@refusing
def list_(as_json: bool) -> None:
    """List every route with its method, path and policy; a policy's roles follow it."""
    rows = sorted(_rows(), key=lambda row: (row["path"], row["method"]))
    if not as_json:
        rows = [row | {"roles": " ".join(row["roles"])} for row in rows]
    print_rows(rows, as_json=as_json)


def _rows() -> Iterator[dict[str, Any]]:
    for rule in current_app.url_map.iter_rules():
        policy = POLICIES[rule.endpoint]
        roles = [role.value for role in Role if role in policy.roles]
        for method in (rule.methods or set()) - IMPLIED:
            yield {
                "method": method,
                "path": rule.rule,
                "policy": policy.name,
                "public": policy.public,
                "roles": roles,
                "endpoint": rule.endpoint,
            }

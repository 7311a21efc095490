"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import importlib
import re
import statistics
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tracker.domain import case, cycles, lights, orders, roles, tasks
from tracker.extensions import db
from tracker.models import Owned
from tracker.web.policy import POLICIES, Policy, check_policies

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts]
SOURCES = sorted((ROOT / "tracker").rglob("*.py"))
#: Of the machine or the root of the tree, not of a bureau.
UNOWNED = {"lease", "unit"}
#: Files that name a table itself: inserts, which the wall does not look at, and the types of columns.
ROUND_THE_WALL = {
    "tracker/outbox/enqueue.py",
    "tracker/services/demo/reference_bureau.py",
    "tracker/services/revise_headings.py",
    "tracker/services/undo_draft.py",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_has_no_inline_script_or_style(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", source)
    for attributes in re.findall(r"<script\b([^>]*)>", source):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_page_fetches_nothing_from_outside(path: Path) -> None:
    assert not re.search(r"(src|href)=[\"']https?://", path.read_text(encoding="utf-8"))


def test_functions_fit_a_screen() -> None:
    lengths = dict(functions())

    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert statistics.median(lengths.values()) <= 9


def test_files_stay_under_four_hundred_lines() -> None:
    kept = [
        *SOURCES,
        *TEMPLATES,
        *(ROOT / "tracker/static/css").glob("*.css"),
        *(ROOT / "tracker/static/js").glob("*.js"),
    ]

    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in kept}

    assert {name: length for name, length in long.items() if length > 400} == {}


def test_each_class_of_the_style_sheets_is_used() -> None:
    used = "".join(path.read_text(encoding="utf-8") for path in _users_of_classes())
    sheets = "".join(
        re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for path in (ROOT / "tracker/static/css").glob("*.css")
    )
    selectors = " ".join(re.findall(r"([^{}]+)\{", sheets))
    named = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    # put together of two words: ' sort-' ~ direction
    stems = tuple(re.findall(r"[\w-]+-(?=['\"] ~|\{\{)", used))

    unused = {name for name in named if not re.search(rf"(?<![\w-]){name}(?![\w-])", used)}
    assert {name for name in unused if not name.startswith(stems)} == set()


def _users_of_classes() -> list[Path]:
    return [*TEMPLATES, *(ROOT / "tracker/static/js").glob("*.js"), *SOURCES]


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "migrations/versions").glob("*.py"))]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_each_mail_has_its_three_parts() -> None:
    mails = [path for path in (ROOT / "templates/mail").iterdir() if path.is_dir()]

    assert mails
    for mail in mails:
        assert {"subject.txt", "body.txt", "body.html"} <= {part.name for part in mail.iterdir()}, (
            mail.name
        )


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if "| `" in line
    ],
    ids=lambda line: line.split("|")[2].strip(" `"),
)
def test_glossary_word_exists(line: str) -> None:
    _, chinese, name, module, _ = line.split("|")

    assert CHINESE.search(chinese)
    assert hasattr(importlib.import_module(module.strip(" `")), name.strip(" `"))


@pytest.mark.parametrize(
    "words",
    [
        lights.Light,
        lights.Status,
        lights.Guard,
        case.Kind,
        case.Polarity,
        cycles.Stage,
        orders.Colour,
        orders.OrderState,
        tasks.TaskState,
        roles.Role,
        roles.Level,
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_state_has_its_chinese_word(words: type[StrEnum]) -> None:
    assert all(CHINESE.search(word.word) for word in words)  # type: ignore[attr-defined]


def test_every_table_carries_its_top_unit() -> None:
    unowned = {
        mapper.class_.__tablename__
        for mapper in db.Model.registry.mappers
        if not issubclass(mapper.class_, Owned)
    }

    assert unowned == UNOWNED


def test_no_statement_goes_round_the_wall_between_bureaus() -> None:
    """Statements on bare tables, or in words, are not held to the top unit: see models/owned.py."""
    round_it = {
        name_of(path)
        for path in SOURCES
        if "__table__" in (source := path.read_text(encoding="utf-8"))
        or re.search(
            r"from sqlalchemy\S* import .*\btext\b|\bsqlalchemy\.text\b|\bsa\.text\b", source
        )
        or re.search(r"from sqlalchemy\S* import \([^)]*\btext\b", source)
    }

    assert round_it <= ROUND_THE_WALL


def test_a_route_without_a_policy_stops_the_start(app: Flask) -> None:
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "")

    with pytest.raises(RuntimeError, match="forgotten"):
        check_policies(app)


def test_a_policy_without_a_route_stops_the_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLICIES, "gone.index", Policy("gone"))

    with pytest.raises(RuntimeError, match=r"gone\.index"):
        check_policies(app)


def sample_of(rule: Rule, name: str) -> str | int:
    """Return a value that the route's converter takes."""
    return next(iter(getattr(rule._converters[name], "items", [1])))


def test_every_route_turns_away_a_signed_out_person(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if POLICIES[rule.endpoint].public:
            continue
        url = rule.build({name: sample_of(rule, name) for name in rule.arguments})
        assert url is not None
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(url[1], method=method)
        assert answer.status_code == (302 if method == "GET" else 401), rule.endpoint
        if method == "GET":
            assert answer.location.startswith("/login"), rule.endpoint


def test_env_example_lists_every_setting() -> None:
    import config

    listed = re.findall(
        r"^#?\s?TRACKER_([A-Z_]+)=",
        (ROOT / ".env.example").read_text(encoding="utf-8"),
        re.MULTILINE,
    )

    assert listed == list(config.SETTINGS)

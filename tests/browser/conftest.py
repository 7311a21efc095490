"""Fixtures: Chromium, a bureau that tests share for looking, and one of its own for a test that writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE_MS, Watch, launched
from tests.browser.live import COOKIE, Site, Template, make_template

WIDE, PHONE = (1366, 900), (390, 844)
AXE = Path(__file__).parents[2] / "tracker/static/vendor/axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test below this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Visit(Protocol):
    """Opens a page as a person (None: nobody is signed in) and returns it; {names} stand for Site.places."""

    def __call__(
        self,
        login: str | None,
        path: str,
        *,
        size: tuple[int, int] = WIDE,
        scripts: bool = True,
        dark: bool = False,
    ) -> Page:
        """Open it in a context of its own."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    expect.set_options(timeout=PATIENCE_MS)  # a busy machine must not fail a test
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def template(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The demonstration bureau as a file to copy; made only where there is a browser to see it."""
    return make_template(tmp_path_factory.mktemp("bureau"))


@pytest.fixture(scope="session")
def shared_site(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A bureau that takes nothing but GET, so that tests may share it."""
    site = template.serve(tmp_path_factory.mktemp("shared"), reading=True)
    yield site
    site.stop()


@pytest.fixture
def own_site(template: Template, tmp_path: Path) -> Iterator[Site]:
    """A bureau of the test's own."""
    site = template.serve(tmp_path)
    yield site
    site.stop()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What must not happen while a test runs; `watch.expect(…)` names what the test brings about."""
    watch = Watch()
    yield watch
    assert watch.complaints() == []


@pytest.fixture
def look(chromium: Browser, shared_site: Site, watch: Watch) -> Iterator[Visit]:
    """Visit the bureau that is shared."""
    yield from _visits(chromium, shared_site, watch)


@pytest.fixture
def work(chromium: Browser, own_site: Site, watch: Watch) -> Iterator[Visit]:
    """Visit the bureau of the test's own."""
    yield from _visits(chromium, own_site, watch)


def _visits(chromium: Browser, site: Site, watch: Watch) -> Iterator[Visit]:
    contexts = []

    def visit(
        login: str | None,
        path: str,
        *,
        size: tuple[int, int] = WIDE,
        scripts: bool = True,
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="zh-CN",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context, site.address)
        if login:
            cookie = {"name": COOKIE, "value": site.cookies[login], "url": site.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        answer = page.goto(path.format(**site.places))
        assert answer is not None
        assert answer.status == 200, f"{login} {path}: {answer.status}"
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The rules of axe-core, as pinned in package.json."""
    if not AXE.exists():
        pytest.skip("axe-core is not there (npm, then: python3 dev.py setup)")
    return AXE.read_text(encoding="utf-8")


class Violations(Protocol):
    """Asks axe-core what bars people from a page as it stands."""

    def __call__(self, page: Page, *, only: Sequence[str] = ()) -> list[str]:
        """Return the rules that are broken (of those named `only`, where some are), and by what."""


@pytest.fixture
def violations(axe_source: str) -> Violations:
    """What bars people from a page."""

    def ask(page: Page, *, only: Sequence[str] = ()) -> list[str]:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(axe_source)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = list(only)
        found: list[dict[str, Any]] = page.evaluate(
            "options => axe.run(document, options).then(found => found.violations)", options
        )
        return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]

    return ask

"""Debian's Chromium, and what must not happen in it: errors in the console, requests that leave the host."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, sync_playwright

HOW = "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk); the tests in it are skipped"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium, or skip and say how to get it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        except Error as error:
            pytest.skip(f"Chromium does not start ({error.message.splitlines()[0]}); {HOW}")
        yield browser
        browser.close()


@dataclass  # no slots: playwright keeps its wrappers of bound methods on the object
class Watch:
    """Collects what must not happen, in every page of the contexts that it watches."""

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext, host: str) -> None:
        """Begin to watch a context, which has no business beyond the host."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"error in a script: {error.error}"))
        context.on("request", lambda request: self._request(request.url, host))

    def expect(self, pattern: str) -> None:
        """Let an error pass that the test itself brings about."""
        self.expected.append(pattern)

    def complaints(self) -> list[str]:
        """Return what happened and was not expected."""
        return [
            said for said in self.seen if not any(re.search(known, said) for known in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text}")

    def _request(self, url: str, host: str) -> None:
        if not url.startswith((f"{host}/", "data:", "blob:", "about:")):
            self.seen.append(f"left the host: {url}")

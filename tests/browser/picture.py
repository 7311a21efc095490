"""Takes the README's picture: the lagging board of the demonstration, at a fixed clock.

.venv/bin/python -m tests.browser.picture        writes docs/board.png
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import launched
from tests.browser.live import CLOCK, COOKIE, Site, make_template

TARGET = Path(__file__).parents[2] / "docs/board.png"
SIZE = (1366, 900)
COLOURS = 128
#: The picture shows the program as in service, not on the tests' clock.
WITHOUT_CLOCK = "document.querySelector('.test-clock')?.remove()"


def main() -> None:
    """Serve the demonstration, photograph the board, and make the file small if Pillow is there."""
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        site = make_template(Path(folder), loaded=CLOCK).serve(Path(folder), reading=True)
        try:
            photograph(browser, site)
        finally:
            site.stop()
    reduce()
    print(f"{TARGET.name}: {TARGET.stat().st_size // 1000} kB")  # noqa: T201


def photograph(browser: Browser, site: Site) -> None:
    """Open the board as the office sees it, and keep what one sees without scrolling."""
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": SIZE[0], "height": SIZE[1]},
        reduced_motion="reduce",
        locale="zh-CN",
    )
    context.add_cookies([{"name": COOKIE, "value": site.cookies["zhaowenbo"], "url": site.address}])
    page = context.new_page()
    page.goto("/lagging")
    page.evaluate(WITHOUT_CLOCK)
    page.screenshot(path=TARGET)
    context.close()


def reduce() -> None:
    """Reduce the picture's colours, where Pillow is installed."""
    try:
        from PIL import Image  # type: ignore[import-not-found]
    except ImportError:
        return
    with Image.open(TARGET) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()

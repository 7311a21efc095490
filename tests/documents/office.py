"""LibreOffice for tests: makes a file of one format into another, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.documents.readers.legacy import find_office

SHARED = Path(__file__).resolve().parents[3] / "shared" / "plans"
needs_office = pytest.mark.skipif(
    find_office() is None,
    reason="needs LibreOffice: apt-get install --no-install-recommends "
    "libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk",
)


def _has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return sys.platform in ("win32", "darwin")
    said = subprocess.run([lister, ":lang=zh"], check=False, capture_output=True)  # noqa: S603
    return bool(said.stdout.strip())


needs_font = pytest.mark.skipif(
    not _has_chinese_font(), reason="needs a Chinese font: apt-get install fonts-noto-cjk"
)
needs_plans = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared plans are not here")


def convert(data: bytes, suffix: str, into: str, folder: Path) -> bytes:
    """Return what LibreOffice makes of a file; `into` names the suffix, a filter may follow."""
    source = folder / f"document{suffix}"
    source.write_bytes(data)
    office = find_office()
    assert office is not None
    words = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    if suffix == ".txt":
        words.append("--infilter=Text (encoded):UTF8,LF,,,")
    words += ["--convert-to", into, "--outdir", str(folder / "made"), str(source)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)  # noqa: S603
    return (folder / "made" / f"document.{into.partition(':')[0]}").read_bytes()

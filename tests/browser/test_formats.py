"""One plan, four files: the demonstration plan reads to the same rows from Word, Excel, PDF and plain text."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tracker.services.demo.small import document_text

TEXT = document_text(2024)


def text_file() -> bytes:
    return TEXT.encode()


def word_file() -> bytes:
    document = Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel_file() -> bytes:
    book = Workbook()
    for line in TEXT.splitlines():
        book.active.append([line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf_file(folder: Path) -> bytes:
    """Print the Word file, as an office does."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not there: apt install libreoffice-writer-nogui")
    source = folder / "plan.docx"
    source.write_bytes(word_file())
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)  # noqa: S603  our own words
    return source.with_suffix(".pdf").read_bytes()


def rows_read(page: Page, name: str, content: bytes) -> list[str]:
    """Import a file by hand and return what the review shows: each row's words and figure."""
    page.goto("/plans/new")
    page.get_by_label("计划文件").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="导入并核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入与审核")
    rows = page.locator("tr[data-row]").all()
    return [" ".join(row.locator("th, td").nth(2).inner_text().split()) for row in rows]


def test_the_same_plan_reads_to_the_same_rows_from_every_file(work: Visit, tmp_path: Path) -> None:
    files = {
        "计划.txt": text_file(),
        "计划.docx": word_file(),
        "计划.xlsx": excel_file(),
        "计划.pdf": pdf_file(tmp_path),
    }
    page = work("zhaowenbo", "/plans")

    read = {name: rows_read(page, name, content) for name, content in files.items()}

    assert len(read["计划.txt"]) > 50
    assert read["计划.docx"] == read["计划.txt"]
    assert read["计划.xlsx"] == read["计划.txt"]
    assert read["计划.pdf"] == read["计划.txt"]

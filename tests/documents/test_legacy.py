"""Older office files are converted where LibreOffice is installed, and said to need it where it is not."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.documents.making import sheet_table, word_table
from tests.documents.office import convert, needs_office
from tracker.documents.readers import isolate, legacy, read_document
from tracker.domain.errors import DocumentError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
unix = pytest.mark.skipif(sys.platform == "win32", reason="plays the office with a shell script")


def compound(stream: str, inside: bytes = b"") -> bytes:
    """Return what looks like a compound file that holds a stream of this name."""
    return OLE + b"\0" * 504 + inside.ljust(512, b"\0") + f"{stream}\0".encode("utf-16-le")


def play_office(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let a shell script stand where LibreOffice would."""
    office = folder / "office.sh"
    office.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    office.chmod(0o755)
    monkeypatch.setattr(legacy, "find_office", lambda: str(office))


@needs_office
@pytest.mark.parametrize(
    ("name", "target"),
    [("计划.doc", ".docx"), ("计划.wps", ".docx"), ("计划.rtf", ".docx"), ("计划.odt", ".docx")],
)
def test_older_documents_give_the_text_of_the_new_ones(
    name: str, target: str, tmp_path: Path
) -> None:
    (tmp_path / "odt").mkdir()
    plain = convert(word_table(), ".docx", "odt", tmp_path / "odt")
    into = "doc" if name.endswith(("doc", "wps")) else name[-3:]
    old = convert(plain, ".odt", into, tmp_path)

    assert read_document(name, old).text == read_document(f"计划{target}", word_table()).text


@needs_office
@pytest.mark.parametrize("name", ["任务.xls", "任务.et", "任务.ods"])
def test_older_sheets_give_the_rows_of_the_new_ones(name: str, tmp_path: Path) -> None:
    old = convert(sheet_table(), ".xlsx", "ods" if name.endswith("ods") else "xls", tmp_path)

    assert read_document(name, old) == read_document("任务.xlsx", sheet_table())


@needs_office
def test_damaged_document_is_said_to_be_one() -> None:
    with pytest.raises(DocumentError, match="转换不了"):
        read_document("计划.doc", compound("WordDocument", b"x" * 99))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("计划.doc", compound("WordDocument"), "请用 Word 或 WPS 另存为 .docx 后再导入。"),
        ("计划.wps", compound("WordDocument"), "请用 WPS 另存为 .docx 后再导入。"),
        ("计划.rtf", b"{\\rtf1 x}", "请用 Word 或 WPS 另存为 .docx 后再导入。"),
        ("任务.xls", compound("Workbook"), "请用 Excel 或 WPS 另存为 .xlsx 后再导入。"),
        ("任务.et", compound("Workbook"), "请用 WPS 另存为 .xlsx 后再导入。"),
    ],
)
def test_without_libreoffice_the_person_is_told_what_to_do(
    name: str, data: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy, "find_office", lambda: None)

    with pytest.raises(DocumentError) as refused:
        read_document(name, data)

    assert refused.value.message.endswith(words)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("计划.doc", compound("WordDocument", b"\xec\xa5" + b"\0" * 9 + b"\x01"), "密码"),
        (
            "任务.xls",
            compound("Workbook", b"\x09\x08\x10\x00" + b"\0" * 16 + b"\x2f\x00"),
            "密码",
        ),
        ("任务.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("任务.xls", compound("WordDocument"), "后缀"),
        ("计划.doc", compound("Workbook"), "后缀"),
        ("计划.doc", "县财政局".encode(), "后缀"),
        ("计划.odt", b"PK\x03\x04 broken", "损坏"),
        ("任务.xls", word_table(), "后缀"),
    ],
)
def test_what_is_no_older_document_never_reaches_the_office(
    name: str, data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy, "_converted", lambda *given: pytest.fail(f"converted {given[1]}"))

    with pytest.raises(DocumentError, match=reason):
        read_document(name, data)


def test_new_document_with_an_old_suffix_needs_no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "find_office", lambda: None)

    assert "加固堤防5公里" in read_document("计划.wps", word_table()).text


@unix
def test_office_that_never_ends_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "child"
    play_office(monkeypatch, tmp_path, f"sleep 600 & echo $! > {note}; wait")
    monkeypatch.setattr(legacy, "SECONDS", 1)

    with pytest.raises(DocumentError) as refused:
        read_document("计划.doc", compound("WordDocument"))

    assert refused.value.message == isolate.TOO_HEAVY
    number = int(note.read_text(encoding="utf-8"))
    for _ in range(50):
        if not _runs(number):
            break
        time.sleep(0.1)
    assert not _runs(number)


def _runs(number: int) -> bool:
    """Tell whether a process does anything still; one that waits to be buried does not."""
    state = Path(f"/proc/{number}/stat")
    if state.is_file():
        return state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


@unix
def test_office_that_makes_nothing_is_said_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    play_office(monkeypatch, tmp_path, "exit 0")

    with pytest.raises(DocumentError, match=r"转换不了，可能加了密码或已损坏，.*另存为 \.docx"):
        read_document("计划.doc", compound("WordDocument"))


@unix
def test_office_runs_without_macros_and_apart_from_the_servers_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("SECRET_KEY", "geheim")
    play_office(
        monkeypatch,
        tmp_path,
        f"env > {kept}/env; cp profile/user/registrymodifications.xcu {kept}/settings",
    )

    with pytest.raises(DocumentError, match="转换不了"):
        read_document("计划.doc", compound("WordDocument"))

    assert "SECRET_KEY" not in (kept / "env").read_text(encoding="utf-8")
    assert "DisableMacrosExecution" in (kept / "settings").read_text(encoding="utf-8")

"""Files are parsed in a process of their own, which cannot take the server's memory or time."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.documents.making import archive, paragraph, sheet_xml, word_xml
from tests.documents.making_pdf import Drawn, drawn, set_text
from tracker.documents.readers import isolate, read_document
from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.isolate import TOO_HEAVY, parse, read_apart
from tracker.domain.errors import DocumentError

BIG = word_xml(paragraph("一、抓好防汛。") * 15_000)
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limits")


def play(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the child run this instead of the readers."""
    monkeypatch.setattr(isolate, "_START", f"import json, os, sys, time\n{code}")


def test_child_reads_what_this_process_would_read() -> None:
    assert read_apart(".docx", BIG) == parse(".docx", BIG)


def test_notes_of_the_reader_come_back_with_the_text() -> None:
    pages = drawn(*set_text("抓好防汛。"), Drawn())

    (problem,) = read_apart(".pdf", pages).problems

    assert problem.message == "第2页没有读出文字，请核对原文。"


def test_refusal_of_the_reader_comes_back_as_it_is() -> None:
    with pytest.raises(DocumentError, match="不是 Word 文档"):
        read_apart(".docx", archive({"a.xml": "<a/>"}))


@pytest.mark.parametrize(
    ("suffix", "data", "apart"),
    [
        (".docx", word_xml(paragraph("抓好防汛。")), False),
        (".docx", BIG, True),
        (".pdf", drawn(*set_text("抓好防汛。")), True),
    ],
)
def test_only_small_office_files_are_read_in_the_server_itself(
    suffix: str, data: bytes, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, "print(json.dumps({'text': '另处', 'kind': 'x', 'problems': []}))")

    assert (read_document(f"计划{suffix}", data).text == "另处") is apart


@unix
def test_child_that_needs_too_much_memory_is_ended() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 50_000))

    with pytest.raises(DocumentError) as refused:
        read_apart(".xlsx", sheet_xml(rows), memory=30_000_000)

    assert refused.value.message == TOO_HEAVY


@unix
def test_child_that_only_computes_is_ended_by_its_own_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = isolate._START.rsplit("serve(", 1)[0]
    play(
        monkeypatch,
        f"{start}from tracker.documents.readers.isolate import _limit\n_limit(1, 600_000_000)\nwhile 1: pass",
    )

    with pytest.raises(DocumentError) as refused:
        read_apart(".pdf", b"", seconds=60)

    assert refused.value.message == TOO_HEAVY


def test_child_that_never_answers_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "lived"
    play(monkeypatch, f"time.sleep(3); open({str(mark)!r}, 'w').close(); time.sleep(60)")

    with pytest.raises(DocumentError) as refused:
        read_apart(".pdf", b"x" * 1_000_000, seconds=0.2)

    assert refused.value.message == TOO_HEAVY
    assert not mark.exists()


def test_child_that_dies_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, "os._exit(3)")

    with pytest.raises(DocumentError) as refused:
        read_apart(".pdf", b"x" * 1_000_000)

    assert refused.value.message == TOO_HEAVY


def test_fault_of_a_reader_is_logged_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(suffix: str, data: bytes) -> DocumentText:
        raise ZeroDivisionError(suffix)

    monkeypatch.setattr(isolate, "parse", fail)
    answer = isolate._answer(".pdf", b"")
    play(monkeypatch, f"print({json.dumps(answer)!r})")

    with caplog.at_level(logging.ERROR), pytest.raises(DocumentError, match=r"^文件读取时出错"):
        read_apart(".pdf", b"")

    assert "ZeroDivisionError" in caplog.text


def test_text_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "MAX_LETTERS", 10)

    assert isolate._answer(".docx", word_xml(paragraph("县" * 11))) == {"error": TOO_HEAVY}


def test_child_sees_none_of_the_servers_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    play(
        monkeypatch,
        "print(json.dumps({'text': ' '.join(os.environ), 'kind': 'x', 'problems': []}))",
    )

    assert "SECRET_KEY" not in read_apart(".pdf", b"").text


def test_child_starts_without_the_program_around_the_readers() -> None:
    start = isolate._START.rsplit("serve(", 1)[0]
    code = f"{start}print(sorted({{'flask', 'sqlalchemy', 'tracker.domain.plan_text.targets'}} & set(sys.modules)))"
    words = [sys.executable, "-I", "-c", code, str(isolate._PROGRAM)]

    said = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603

    assert said.stdout.strip() == "[]"


def test_threads_of_a_server_read_side_by_side() -> None:
    with ThreadPoolExecutor(6) as threads:
        read = list(threads.map(lambda number: read_apart(".docx", BIG).kind, range(6)))

    assert read == ["docx"] * 6

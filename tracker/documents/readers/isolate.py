"""Parsing in a process of its own, which has little memory and little time and can be ended at any moment."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from tracker.documents.readers.archive import open_archive
from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.weight import TOO_DEEP, weigh
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text.model import Problem

MEMORY_BYTES = 600_000_000
SECONDS = 30
MAX_LETTERS = 5_000_000
#: An office file that unpacks to no more than this cannot do harm and is read at once.
SMALL_BYTES = 500_000
TOO_HEAVY = "文件内容过于庞大，读取时超出了内存或时间的限制，已停止读取，请精简后再传。"
_FAILED = "文件读取时出错，可能已损坏，请重新导出后再传。"
_PROGRAM = Path(__file__).resolve().parent.parent.parent
#: Enters the readers without the packages above them, which would load the whole program.
_START = """
import sys, types
for name in ("tracker", "tracker.domain.plan_text"):
    sys.modules[name] = module = types.ModuleType(name)
    module.__path__ = [sys.argv[1] + name.removeprefix("tracker").replace(".", "/")]
from tracker.documents.readers.isolate import serve
serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
"""
_KEPT = ("PATH", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

log = logging.getLogger(__name__)


def read_guarded(suffix: str, data: bytes) -> DocumentText:
    """Return the text of a .docx, .xlsx or .pdf file, read apart unless it is small."""
    if suffix == ".pdf" or _unpacked(data) > SMALL_BYTES:
        return read_apart(suffix, data)
    try:
        return parse(suffix, data)
    except RecursionError:
        raise DocumentError(TOO_DEEP) from None


def _unpacked(data: bytes) -> int:
    with open_archive(data) as archive:
        return weigh(archive)


def parse(suffix: str, data: bytes) -> DocumentText:
    """Return the text of a file, read in this process."""
    if suffix == ".pdf":
        from tracker.documents.readers.pdf import read_pdf

        return read_pdf(data)
    from tracker.documents.readers.sheet import read_sheet
    from tracker.documents.readers.word import read_word

    return read_word(data) if suffix == ".docx" else read_sheet(data)


def read_apart(
    suffix: str, data: bytes, *, seconds: float = SECONDS, memory: int = MEMORY_BYTES
) -> DocumentText:
    """Return the text of a file as a child process reads it; DocumentError also when it breaks its limits."""
    words = [str(_PROGRAM), suffix, str(math.ceil(seconds)), str(memory)]
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-X", "utf8", "-c", _START, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        start_new_session=True,
    )
    try:
        answer, _ = child.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError(TOO_HEAVY) from None
    finally:
        end_group(child)
    return _understood(answer)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End a child that leads a session with all that it started, if it still runs."""
    if child.poll() is None:
        if sys.platform == "win32":
            tree = ["taskkill", "/T", "/F", "/PID", str(child.pid)]
            subprocess.run(tree, check=False, capture_output=True)  # noqa: S603
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _understood(answer: bytes) -> DocumentText:
    """Return what the child said; one that was ended by its limits has said nothing."""
    try:
        said = json.loads(answer)
    except ValueError:
        raise DocumentError(TOO_HEAVY) from None
    if "failure" in said:
        log.error("A file could not be read:\n%s", said["failure"])
    if "error" in said:
        raise DocumentError(said["error"])
    places = tuple((sheet, row) for sheet, row in said.get("places", ()))
    return DocumentText(said["text"], said["kind"], tuple(map(Problem, said["problems"])), places)


def serve(suffix: str, seconds: int, memory: int) -> None:
    """Read the file on standard input within the limits; say its text, or why there is none, as JSON."""
    _limit(seconds, memory)
    answer = _answer(suffix, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def _limit(seconds: int, memory: int) -> None:
    if sys.platform != "win32":  # there, the parent's watch on the time is all
        import resource

        for limit, value in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
                resource.setrlimit(limit, (value, value))


def _answer(suffix: str, data: bytes) -> dict[str, object]:
    try:
        document = parse(suffix, data)
        return _words(document)
    except DocumentError as error:
        return {"error": error.message}
    except MemoryError:
        return {"error": TOO_HEAVY}
    except RecursionError:
        return {"error": TOO_DEEP}
    except Exception:
        return {"error": _FAILED, "failure": traceback.format_exc()}


def _words(document: DocumentText) -> dict[str, object]:
    if len(document.text) > MAX_LETTERS:
        return {"error": TOO_HEAVY}
    whole = document.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    problems = [problem.message for problem in document.problems]
    return {
        "text": whole,
        "kind": document.kind,
        "problems": problems,
        "places": document.places,
    }

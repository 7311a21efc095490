"""Reads one document and prints what was understood as JSON; `--time` prints milliseconds."""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tracker.documents.readers import read_document
from tracker.domain.errors import DocumentError
from tracker.domain.plan_text import as_json, read_plan


def median_ms(text: str, runs: int = 15) -> float:
    """Return the median time of reading the text, in milliseconds."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        read_plan(text)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main(arguments: list[str]) -> int:
    """Exit status 0 when read, 1 when refused, 2 on wrong usage."""
    files = [argument for argument in arguments if not argument.startswith("--")]
    if len(files) != 1:
        sys.stderr.write(f"{__doc__}\n\nread_plan.py FILE [--time]\n")
        return 2
    path = Path(files[0])
    try:
        document = read_document(path.name, path.read_bytes())
    except DocumentError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    if "--time" in arguments:
        sys.stdout.write(f"{len(document.text)} characters, {median_ms(document.text):.1f} ms\n")
        return 0
    json.dump(as_json(read_plan(document.text)), sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

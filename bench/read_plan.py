"""Reads one document and prints what was understood as JSON; `--time` prints milliseconds.

`--hostile`, without a file, reads texts built to be slow and prints how the time grows when each is four times as long
(about 4 where reading is linear, 16 where it is not).
"""

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
    """Return the median processor time of reading the text, in milliseconds."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        read_plan(text)
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


TITLE = "2024年工作计划\n"
HOSTILE = {
    "one long line": "一、完成投资3亿元，",
    "open brackets": "（",
    "open quotations": "“",
    "numbers": "12345 ",
    "enumerators": "（一）",
    "percentages": "增长5%、",
    "paired figures": "A、B分别增长5%、6%",
    "periods": "一季度、",
    "old and new levels": "由5个",
    "masks": "×",
    "Chinese numerals": "三",
    "short lines": "开展检查\n",
    "numbered lines": "1 项目\n",
    "table rows": "1\t开展检查5次\t财政局\n",
    "quarters": "（一）收入3亿元，一季度、上半年和前三季度分别完成年度任务的25%、51%、77%。\n",
}


def seconds(text: str) -> float:
    """Return the processor time of reading a text once."""
    start = time.process_time()
    read_plan(text)
    return time.process_time() - start


def hostile(length: int = 50_000) -> None:
    """Print how the time of each hostile text grows with its length."""
    for name, piece in HOSTILE.items():
        short = seconds(TITLE + piece * (length // len(piece)))
        long = seconds(TITLE + piece * (4 * length // len(piece)))
        sys.stdout.write(f"{name:20s} {short:7.3f} s {long:7.3f} s  x{long / short:.1f}\n")


def main(arguments: list[str]) -> int:
    """Exit status 0 when read, 1 when refused, 2 on wrong usage."""
    files = [argument for argument in arguments if not argument.startswith("--")]
    if "--hostile" in arguments:
        hostile()
        return 0
    if len(files) != 1:
        sys.stderr.write(f"{__doc__}\n\nread_plan.py FILE [--time] | --hostile\n")
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

"""Scores the plan reader on folders of labelled documents with the outside scorer, and prints one table.

scores.py [FOLDER…]: by default the given samples beside the project and the project's own documents.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GIVEN = ROOT.parent / "shared" / "plans"
OWN = ROOT / "tests" / "domain" / "plan_texts"
COLUMNS = ("sections", "items", "tasks", "indicators", "owners", "actuals")
_F1 = re.compile(r"^(\w+)\s.*F1 ([0-9.]+)", re.MULTILINE)
_TALLY = re.compile(r"documents (\d+), crashes (\d+).*?fabricated tasks (\d+)", re.DOTALL)


def row_of(folder: Path) -> str:
    """Return a folder's line of the table. Raises CalledProcessError when the scorer fails."""
    reader = [sys.executable, str(ROOT / "bench" / "read_plan.py")]
    command = [sys.executable, str(GIVEN / "score.py"), str(folder), "--", *reader]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    scores = dict(_F1.findall(said))
    tally = _TALLY.search(said)
    documents, crashes, fabricated = tally.groups() if tally else ("?", "?", "?")
    cells = [folder.name, documents, *(scores.get(name, "—") for name in COLUMNS)]
    return f"| {' | '.join([*cells, fabricated, crashes])} |"


def main(arguments: list[str]) -> int:
    """Exit status 0 when every folder was scored, 2 when there is no scorer."""
    if not (GIVEN / "score.py").is_file():
        sys.stderr.write(f"no scorer at {GIVEN / 'score.py'}\n")
        return 2
    heads = ("folder", "documents", *COLUMNS, "fabricated", "crashes")
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n")
    for folder in [Path(word) for word in arguments] or [GIVEN, OWN, OWN / "blind"]:
        sys.stdout.write(f"{row_of(folder)}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

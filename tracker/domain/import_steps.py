"""The kinds of imports that run beside the pages, the steps of each, and the states of one."""

from __future__ import annotations

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
PLAN, REVISION, LIBRARY = "plan", "revision", "library"
_READING = ("排队等候", "读取文件", "识别条目、任务和目标值")
STEPS = {
    PLAN: (*_READING, "写入草稿"),
    REVISION: (*_READING, "与下达的计划对照"),
    LIBRARY: ("排队等候", "读取表格", "写入指标库"),
}
#: The step of an import that is over, whatever its kind.
OVER = max(map(len, STEPS.values()))


def step_word(kind: str, step: int, done: int = 0, total: int = 0) -> str:
    """Say what is being done, and of the last step how many rows are: 写入指标库，已导入 3,500 / 7,000 行.

    A database with one writer does not hear of the rows before all are written: until then how many there are is said.
    """
    steps = STEPS[kind]
    word = steps[min(step, len(steps) - 1)]
    if not total or step != len(steps) - 1:
        return word
    return (
        f"{word}，已导入 {done:,} / {total:,} 行" if done else f"{word}，共 {total:,} 行，约需几秒"
    )


def share_done(kind: str, step: int, done: int = 0, total: int = 0) -> int:
    """Return how much of the way is behind, in whole per cent: each step counts as much, the last one by its rows."""
    count = len(STEPS[kind])
    if step >= count:
        return 100
    within = 100 * min(done, total) // total if total and step == count - 1 else 0
    return (100 * step + within) // count

"""The steps of an import that runs beside the pages, and the states of one."""

from __future__ import annotations

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
STEPS = ("排队等候", "读取文件", "识别条目、任务和目标值", "写入草稿")

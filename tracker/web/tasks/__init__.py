"""任务: the register of tasks, and the page of one task with what may be done to it."""

from tracker.web.tasks import bulk, extending, one_task, proving, reminding, stepping, taking_part
from tracker.web.tasks.views import bp

__all__ = ["bp", "bulk", "extending", "one_task", "proving", "reminding", "stepping", "taking_part"]

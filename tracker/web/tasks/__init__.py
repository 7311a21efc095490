"""任务: the register of tasks, and the page of one task with what may be done to it."""

from tracker.web.tasks import one_task, proving, reminding
from tracker.web.tasks.views import bp

__all__ = ["bp", "one_task", "proving", "reminding"]

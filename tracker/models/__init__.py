"""Database models, one module per aggregate."""

from tracker.models.bulletin import Bulletin
from tracker.models.calendar_link import CalendarLink
from tracker.models.cycle import CalendarDay, CalendarYear, Cycle, SheetDraft
from tracker.models.import_job import ImportJob
from tracker.models.indicator import Indicator, Report, Standing
from tracker.models.library import IndicatorDefinition
from tracker.models.notice import MailNotice
from tracker.models.order import OrderEvent, SupervisionOrder
from tracker.models.organisation import Charge, Holding, Person, Post, Unit
from tracker.models.outbox import Lease, OutboxMessage
from tracker.models.owned import TOP_UNIT, Owned
from tracker.models.plan import (
    DeclinedHint,
    DraftStep,
    Plan,
    PlanDocument,
    PlanItem,
    PlanResult,
)
from tracker.models.proof import Proof
from tracker.models.review import AgendaItem, Decision, Review
from tracker.models.revision import PlanRevision, PlanRevisionChange
from tracker.models.rollup import RollupChild
from tracker.models.score import Objection, ScoreScheme, Scoring
from tracker.models.security import AuditEntry, WebSession
from tracker.models.target_change import TargetChange
from tracker.models.task import Task, TaskEvent, TaskReport, TaskUnit
from tracker.models.task_life import ExtensionRequest, PartReport, TaskMilestone

__all__ = [
    "TOP_UNIT",
    "AgendaItem",
    "AuditEntry",
    "Bulletin",
    "CalendarDay",
    "CalendarLink",
    "CalendarYear",
    "Charge",
    "Cycle",
    "Decision",
    "DeclinedHint",
    "DraftStep",
    "ExtensionRequest",
    "Holding",
    "ImportJob",
    "Indicator",
    "IndicatorDefinition",
    "Lease",
    "MailNotice",
    "Objection",
    "OrderEvent",
    "OutboxMessage",
    "Owned",
    "PartReport",
    "Person",
    "Plan",
    "PlanDocument",
    "PlanItem",
    "PlanResult",
    "PlanRevision",
    "PlanRevisionChange",
    "Post",
    "Proof",
    "Report",
    "Review",
    "RollupChild",
    "ScoreScheme",
    "Scoring",
    "SheetDraft",
    "Standing",
    "SupervisionOrder",
    "TargetChange",
    "Task",
    "TaskEvent",
    "TaskMilestone",
    "TaskReport",
    "TaskUnit",
    "Unit",
    "WebSession",
]

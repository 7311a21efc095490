"""Tasks, reports, periods and reviews move only as the table allows, whoever tries it, by page and by service alike.

The table is written down here once more, by hand, from the rules: what a run allows or refuses is not asked of the
program. 25 runs in the normal suite; 2,000 runs of 50 steps where `-m slow` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.bureau import SHANGHAI
from tests.makers import Maker
from tracker.domain.agenda import ReviewKind
from tracker.domain.errors import (
    NotAllowedError,
    NotReadyError,
    PeriodClosedError,
    StaleError,
    TrackerError,
    TransitionError,
)
from tracker.domain.extensions import Wish
from tracker.domain.tasks import TaskState
from tracker.extensions import db
from tracker.models import Cycle, ExtensionRequest, Plan, Review, Task, TaskEvent, Unit
from tracker.outbox.settings import mail_settings
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.assign_task import Assignment, assign_task
from tracker.services.change_task import change_task
from tracker.services.close_period import close_period, reopen_period
from tracker.services.extend_task import ask_extension, decide_extension
from tracker.services.open_review import open_review
from tracker.services.report_task import report_task
from tracker.services.run_review import close_review

DATABASES = ["sqlite"]
SignIn = Callable[[str], FlaskClient]
FIRST = datetime(2024, 2, 1, 10, tzinfo=SHANGHAI)
FIRST_DUE = date(2024, 4, 30)
REFUSED = {409, 422}
UNIT, OFFICE = {"head", "clerk"}, {"office"}
OPEN = {"issued", "acknowledged", "in_progress", "returned"}
NEEDS_WORDS = {"returned", "suspended", "cancelled", "finished"}
#: What may become what, and by whom: DOMAIN.md's way of a task.
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("issued", "acknowledged"): UNIT,
    ("acknowledged", "in_progress"): UNIT,
    ("in_progress", "finished"): UNIT,
    ("returned", "in_progress"): UNIT,
    ("finished", "closed_out"): OFFICE,
    ("finished", "returned"): OFFICE,
    ("suspended", "in_progress"): OFFICE,
    **{(source, "suspended"): OFFICE for source in OPEN},
    **{(source, "cancelled"): OFFICE for source in OPEN | {"suspended"}},
}
STATES = [state.value for state in TaskState if state is not TaskState.DRAFT]
CODES = {
    NotAllowedError: 403,
    TransitionError: 409,
    StaleError: 409,
    NotReadyError: 422,
    PeriodClosedError: 422,
}
#: Kept from run to run: the organisation and who is signed in.
KEPT = {"unit", "person", "post", "holding", "charge", "web_session", "alembic_version"}

people = st.sampled_from(["head", "clerk", "office", "leader", "chief", "other"])
words = st.sampled_from(["", "已按要求办"])


@dataclass
class House:
    """The bureau of all runs, and its people's browsers."""

    app: Flask
    make: Maker
    top: int
    section: int
    head_post: int
    ids: dict[str, int]
    browsers: dict[str, FlaskClient]

    def actor(self, who: str, day: date) -> Actor:
        found = actor_of(self.ids[who], day)
        assert found is not None
        return found


@dataclass
class Model:
    """What the machine believes of its task."""

    state: str = "issued"
    due: date = FIRST_DUE
    pending: date | None = None
    closed: int = 0
    steps: list[tuple[str, str]] = field(default_factory=list)


class Machine(RuleBasedStateMachine):
    """One plan with one task, its months and the bureau's reviews."""

    house: ClassVar[House]

    def __init__(self) -> None:
        super().__init__()
        self._empty()
        self.plan_id = self.task_id = self.review_id = 0
        self.model, self.review_open, self.now = Model(), False, FIRST

    @initialize(state=st.sampled_from(STATES), days=st.integers(0, 60), asked=st.integers(0, 40))
    def begin(self, state: str, days: int, asked: int) -> None:
        """Lay a plan with a task that has come as far as `state`; perhaps more time is asked for already."""
        house, make = self.house, self.house.make
        self.now = FIRST + timedelta(days=days)
        self._set_clock()
        top = db.session.get_one(Unit, house.top)
        plan = make.plan(top)
        for month in range(1, 13):
            make.cycle(plan, month)
        section = db.session.get_one(Unit, house.section)
        task = make.task(
            plan,
            section,
            owner_post_id=house.head_post,
            due_on=FIRST_DUE,
            state=state,
            finished_on=FIRST_DUE if state in {"finished", "closed_out"} else None,
        )
        self.plan_id, self.task_id = plan.id, task.id
        self.model = Model(state)
        db.session.commit()
        if asked and state in OPEN:
            self._ask("head", asked, "材料未齐", by_page=False)

    def teardown(self) -> None:
        db.session.rollback()

    def _empty(self) -> None:
        db.session.rollback()
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in KEPT:
                db.session.execute(table.delete())
        db.session.commit()

    # -- the two ways in

    def _set_clock(self) -> None:
        self.house.app.config["TEST_CLOCK"] = self.now.isoformat()

    @property
    def task(self) -> Task:
        db.session.expire_all()
        return db.session.get_one(Task, self.task_id)

    @property
    def plan(self) -> Plan:
        return db.session.get_one(Plan, self.plan_id)

    def _serve(self, call: Callable[[], object]) -> int:
        """Call a service and keep what it did; return the status that its refusal stands for."""
        try:
            call()
        except TrackerError as error:
            db.session.rollback()
            return CODES.get(type(error), 422)
        db.session.commit()
        return 302

    def _post(self, who: str, path: str, data: dict[str, Any]) -> int:
        db.session.rollback()
        status = self.house.browsers[who].post(path, data=data).status_code
        db.session.rollback()
        return status

    def _try(
        self,
        who: str,
        expected: int,
        service: Callable[[], object],
        path: str,
        data: dict[str, Any],
        *,
        by_page: bool,
    ) -> bool:
        """Do what is allowed by one way; try what is refused by both. Return whether it was done."""
        if expected == 302:
            done = self._post(who, path, data) if by_page else self._serve(service)
            assert done == 302, (done, path, data)
            return True
        served = self._serve(service)
        posted = self._post(who, path, data)
        assert self._agrees(served, expected), (served, expected, path, data)
        assert self._agrees(posted, expected) or (who == "other" and posted == 404), (
            posted,
            expected,
            path,
            data,
        )
        return False

    @staticmethod
    def _agrees(status: int, expected: int) -> bool:
        """Tell whether a refusal is the one expected: not allowed at all, or not now."""
        return status in REFUSED | {403} if expected == 403 else status in REFUSED

    # -- tasks

    @rule(who=people, goal=st.sampled_from(STATES), said=words, by_page=st.booleans())
    def step(self, who: str, goal: str, said: str, by_page: bool) -> None:
        self._step(who, goal, said, by_page=by_page)

    @rule(who=people)
    def every_step_that_the_table_lacks(self, who: str) -> None:
        for goal in STATES:
            if (self.model.state, goal) not in ALLOWED:
                self._step(who, goal, "已按要求办", by_page=True)

    @rule(pick=st.integers(0, 7), by_page=st.booleans())
    def step_onward(self, pick: int, by_page: bool) -> None:
        """Take a step that the table has, so that runs get on."""
        steps = [pair for pair in sorted(ALLOWED) if pair[0] == self.model.state]
        if steps:
            source, target = steps[pick % len(steps)]
            who = min(ALLOWED[source, target])
            self._step(who, target, "已按要求办", by_page=by_page)

    def _step(self, who: str, target: str, said: str, *, by_page: bool) -> None:
        who_may = ALLOWED.get((self.model.state, target))
        if who_may is None:
            expected = 409
        elif who not in who_may:
            expected = 403
        else:
            reason = target in NEEDS_WORDS or self.model.state == "suspended"
            expected = 422 if reason and not said else 302
        version, day = self.task.version, self.now.date()
        done = self._try(
            who,
            expected,
            lambda: change_task(
                task=self.task,
                target=TaskState(target),
                actor=self.house.actor(who, day),
                said=said,
                version=version,
                now=self.now,
            ),
            f"/tasks/{self.task_id}/step",
            {"target": target, "said": said, "version": str(version)},
            by_page=by_page,
        )
        if done:
            self.model.steps.append((self.model.state, target))
            self.model.state = target
            if target not in OPEN:
                self.model.pending = None

    @rule(who=people)
    def step_too_late(self, who: str) -> None:
        """A form that was opened before the last change is refused whatever it asks for."""
        target = next((t for s, t in sorted(ALLOWED) if s == self.model.state), None)
        if target is None:
            return
        data = {"target": target, "said": "已办", "version": str(self.task.version - 1)}
        status = self._post(who, f"/tasks/{self.task_id}/step", data)
        assert status == 409 or (who == "other" and status == 404), (who, status)

    @rule(who=people, progress=st.integers(-5, 105), said=words, by_page=st.booleans())
    def report(self, who: str, progress: int, said: str, by_page: bool) -> None:
        if who not in UNIT:
            expected = 403
        elif self.model.state not in OPEN or not said or not 0 <= progress <= 100:
            expected = 422
        else:
            expected = 422 if self._month_closed() else 302
        version, day = self.task.version, self.now.date()
        done = self._try(
            who,
            expected,
            lambda: report_task(
                task=self.task,
                actor=self.house.actor(who, day),
                progress=Decimal(progress),
                done=said,
                obstacle="",
                next_step="",
                version=version,
                now=self.now,
            ),
            f"/tasks/{self.task_id}/report",
            {"progress": str(progress), "done": said, "version": str(version)},
            by_page=by_page,
        )
        if done:
            way = {"issued": ("acknowledged", "in_progress"), "in_progress": ()}
            for target in way.get(self.model.state, ("in_progress",)):
                self.model.steps.append((self.model.state, target))
                self.model.state = target
            assert self.task.progress == progress

    def _month_closed(self) -> bool:
        """Tell whether the newest month that has opened is closed and still the one to report."""
        opened = [m for m in range(1, 13) if date(2024, m, 25) <= self.now.date()]
        newest = max(opened, default=0)
        if newest == 0 or newest > self.model.closed:
            return False
        return max(newest, self.now.month) <= self.model.closed

    # -- days

    @rule(who=people, days=st.integers(-30, 60), said=words, by_page=st.booleans())
    def move_due(self, who: str, days: int, said: str, by_page: bool) -> None:
        due = self.model.due + timedelta(days=days)
        right = date(2024, 1, 1) <= due <= date(2024, 12, 31) and (said or not days)
        if who != "office":
            expected = 403
        elif self.model.state not in OPEN | {"suspended"}:
            expected = 409
        else:
            expected = 302 if right else 422
        if expected == 302 and not said:
            return  # the page asks for a reason even where nothing changes
        task, day = self.task, self.now.date()
        version = task.version
        wanted = Assignment(task.lead_unit_id, task.owner_post_id, None, None, due)
        done = self._try(
            who,
            expected,
            lambda: assign_task(
                task=self.task,
                wanted=wanted,
                why=said,
                actor=self.house.actor(who, day),
                version=version,
                now=self.now,
            ),
            f"/tasks/{self.task_id}/assign",
            {
                "lead_unit": str(wanted.lead_unit_id),
                "owner_post": str(wanted.owner_post_id),
                "due_on": due.isoformat(),
                "why": said,
                "version": str(version),
            },
            by_page=by_page,
        )
        if done:
            self.model.due = due

    @rule(who=people, days=st.integers(-3, 90), said=words, by_page=st.booleans())
    def ask_for_time(self, who: str, days: int, said: str, by_page: bool) -> None:
        self._ask(who, days, said, by_page=by_page)

    def _ask(self, who: str, days: int, said: str, *, by_page: bool) -> None:
        wanted = self.model.due + timedelta(days=days)
        if who not in UNIT:
            expected = 403
        elif (
            self.model.state not in OPEN
            or self.now.date() > self.model.due
            or self.model.pending is not None
        ):
            expected = 409
        else:
            right = said and days > 0 and wanted <= date(2024, 12, 31)
            expected = 302 if right else 422
        version, day = self.task.version, self.now.date()
        done = self._try(
            who,
            expected,
            lambda: ask_extension(
                task=self.task,
                actor=self.house.actor(who, day),
                wish=Wish(wanted, said, said),
                version=version,
                settings=mail_settings(self.house.app.config),
                now=self.now,
            ),
            f"/tasks/{self.task_id}/extension",
            {"due_on": wanted.isoformat(), "why": said, "done": said, "version": str(version)},
            by_page=by_page,
        )
        if done:
            self.model.pending = wanted

    @rule(who=people, approve=st.booleans(), by_page=st.booleans())
    def decide_on_time(self, who: str, approve: bool, by_page: bool) -> None:
        request = db.session.scalars(
            select(ExtensionRequest)
            .where(ExtensionRequest.task_id == self.task_id)
            .order_by(ExtensionRequest.id.desc())
        ).first()
        if request is None:
            return
        wanted = self.model.pending
        if wanted is None:
            expected = 403 if who != "leader" else 409
        elif who != "leader":
            expected = 403
        else:
            late = wanted <= self.model.due or self.now.date() > wanted
            expected = 422 if approve and late else 302
        id_, version, day = request.id, request.version, self.now.date()
        done = self._try(
            who,
            expected,
            lambda: decide_extension(
                task=self.task,
                request_id=id_,
                actor=self.house.actor(who, day),
                approve=approve,
                answer="已阅",
                version=version,
                settings=mail_settings(self.house.app.config),
                now=self.now,
            ),
            f"/tasks/{self.task_id}/extension/{id_}/decide",
            {
                "decision": "approve" if approve else "refuse",
                "answer": "已阅",
                "version": str(version),
            },
            by_page=by_page,
        )
        if done:
            self.model.due = wanted if approve and wanted is not None else self.model.due
            self.model.pending = None

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now = min(self.now + timedelta(days=days), FIRST.replace(month=12, day=30))
        self._set_clock()

    # -- periods and reviews

    @rule(month=st.integers(1, 12), who=st.sampled_from(["office", "head"]), by_page=st.booleans())
    def close_month(self, month: int, who: str, by_page: bool) -> None:
        due = date(2024 + month // 12, month % 12 + 1, 3)
        right = month == self.model.closed + 1 and self.now.date() > due
        expected = 403 if who != "office" else 302 if right else 409
        day = self.now.date()
        if self._try(
            who,
            expected,
            lambda: close_period(
                actor=self.house.actor(who, day), plan=self.plan, month=month, now=self.now
            ),
            "/lagging/close",
            {"plan": str(self.plan_id), "month": str(month)},
            by_page=by_page,
        ):
            self.model.closed = month

    @rule(month=st.integers(1, 12), said=words, by_page=st.booleans())
    def reopen_month(self, month: int, said: str, by_page: bool) -> None:
        expected = 302 if month == self.model.closed and said else 409
        day = self.now.date()
        if self._try(
            "office",
            expected,
            lambda: reopen_period(
                actor=self.house.actor("office", day),
                plan=self.plan,
                month=month,
                why=said,
                now=self.now,
            ),
            "/lagging/reopen",
            {"plan": str(self.plan_id), "month": str(month), "why": said},
            by_page=by_page,
        ):
            self.model.closed = month - 1

    @rule(by_page=st.booleans())
    def begin_review(self, by_page: bool) -> None:
        if self._try(
            "office",
            409 if self.review_open else 302,
            lambda: open_review(
                top_unit_id=self.house.top,
                kind=ReviewKind.MONTHLY,
                now=self.now,
                person_id=self.house.ids["office"],
            ),
            "/reviews",
            {"kind": "monthly"},
            by_page=by_page,
        ):
            self.review_open = True
            self.review_id = (
                db.session.scalars(select(Review.id).order_by(Review.id.desc())).first() or 0
            )

    @rule(by_page=st.booleans())
    def end_review(self, by_page: bool) -> None:
        if not self.review_id:
            return
        if self._try(
            "office",
            302 if self.review_open else 409,
            lambda: close_review(
                review=db.session.get_one(Review, self.review_id),
                chair="",
                attendance="",
                minutes="",
                person_id=None,
                now=self.now,
            ),
            f"/reviews/{self.review_id}/close",
            {"chair": "李局长", "attendance": "", "minutes": ""},
            by_page=by_page,
        ):
            self.review_open = False

    # -- what holds at any time

    @invariant()
    def the_task_is_where_the_table_led_it(self) -> None:
        task = self.task
        assert (task.state, task.due_on) == (self.model.state, self.model.due)
        assert task.first_due_on == FIRST_DUE
        assert 0 <= task.progress <= 100
        assert (task.finished_on is not None) == (task.state in {"finished", "closed_out"})

    @invariant()
    def the_history_holds_every_step_and_no_other(self) -> None:
        events = db.session.execute(
            select(TaskEvent.before, TaskEvent.after)
            .where(TaskEvent.task_id == self.task_id, TaskEvent.what == "state")
            .order_by(TaskEvent.id)
        )
        assert [tuple(pair) for pair in events] == self.model.steps
        assert all(pair in ALLOWED for pair in self.model.steps)

    @invariant()
    def one_request_waits_at_most_and_months_are_closed_in_turn(self) -> None:
        waiting = db.session.scalars(
            select(ExtensionRequest.due_on).where(ExtensionRequest.state == "asked")
        ).all()
        assert waiting == ([] if self.model.pending is None else [self.model.pending])
        closed = db.session.scalars(
            select(Cycle.month).where(Cycle.closed_at.is_not(None)).order_by(Cycle.month)
        ).all()
        assert closed == list(range(1, self.model.closed + 1))


@pytest.fixture
def house(app: Flask, make: Maker, sign_in: SignIn) -> House:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    people = {
        who: make.person(top, who)
        for who in ("head", "clerk", "office", "leader", "chief", "other")
    }
    head_post = make.post(section, "head", people["head"])
    make.post(section, "reporter", people["clerk"])
    make.post(other, "head", people["other"])
    make.post(top, "office", people["office"])
    make.post(top, "chief", people["chief"])
    make.charge(make.post(top, "leader", people["leader"]), section)
    db.session.commit()
    app.config |= {"SESSION_IDLE": 10**9, "SESSION_MAX": 10**9, "TEST_CLOCK": FIRST.isoformat()}
    ids = {who: person.id for who, person in people.items()}
    return House(
        app, make, top.id, section.id, head_post.id, ids, {who: sign_in(who) for who in people}
    )


#: Runs and steps: a look in the normal suite; where `-m slow` asks, eight shares of 250, which xdist spreads out.
SHARES = [
    pytest.param(25, 20, id="25-runs"),
    *(pytest.param(250, 50, marks=pytest.mark.slow, id=f"250-runs-{n}") for n in range(1, 9)),
]


@pytest.mark.parametrize(("runs", "steps"), SHARES)
def test_nothing_moves_but_as_the_table_allows(house: House, runs: int, steps: int) -> None:
    walked = type("Walked", (Machine,), {"house": house})
    run_state_machine_as_test(
        walked,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

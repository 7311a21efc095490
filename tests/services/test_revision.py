"""A revised document is held against an issued plan, decided row by row and applied; nothing reported is lost."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from tests.makers import Maker
from tests.plan_office import NOW, Office, complete, draft_of_text, make_office, staff, tasks_of
from tracker.domain.errors import (
    DocumentError,
    NotAllowedError,
    NotReadyError,
    StaleError,
    TransitionError,
)
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Cycle,
    Indicator,
    OutboxMessage,
    Person,
    Plan,
    PlanItem,
    PlanRevision,
    PlanRevisionChange,
    Report,
    Standing,
    Task,
    TaskEvent,
    TaskReport,
    TaskUnit,
)
from tracker.outbox.settings import mail_settings
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.accept_revision import accept_revision, changes_of
from tracker.services.assign_draft import Assignment
from tracker.services.decide_revision import (
    assign_changes,
    decide_revision,
    leave_open,
    open_changes,
    seen_changes,
)
from tracker.services.draft_rows import StaleRowsError
from tracker.services.import_plan import Upload, read_upload
from tracker.services.issue_plan import issue_plan
from tracker.services.refresh_standings import refresh_standings
from tracker.services.revise_plan import revise_plan
from tracker.services.settle_revision import compare_again, drop_revision, take_up_again

TEXT = """2024年财政工作计划
（一）加强财政收支管理。全年税收收入88200万元，非税收入XX万元。加强行政事业单位资产盘活处置，提高配置效率。
（二）全面加强金融监管。组织形式多样的银企对接活动，加大首贷投放。各项贷款余额增长14%。6月底前启动预算指标核算管理改革。
"""
SEED = Path(__file__).resolve().parents[3] / "shared" / "plans" / "seed-a.txt"
LATER = datetime(2024, 4, 10, 10, tzinfo=UTC)


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """The plan, issued to the budget section in January."""
    return issued(office, TEXT)


@pytest.fixture
def boss(office: Office) -> Actor:
    """Somebody of the office."""
    person = db.session.scalars(db.select(Person).where(Person.login == "office")).one()
    found = actor_of(person.id, LATER.date())
    assert found is not None
    return found


def issued(office: Office, text: str) -> Plan:
    plan = draft_of_text(office, text)
    complete(office, plan)
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    return plan


def upload(text: str, name: str = "修订稿.txt") -> Upload:
    return read_upload(name=name, content=text.encode(), limit_bytes=1_000_000)


def revise(plan: Plan, text: str, name: str = "修订稿.txt") -> PlanRevision:
    return revise_plan(plan=plan, upload=upload(text, name), person_id=None, now=LATER).revision


def decide(revision: PlanRevision, decision: str = "accepted", **only: str) -> None:
    """Decide on all changes that wait, or on those of some sort or kind."""
    waiting = [
        change
        for change in changes_of(revision)
        if change.decision == "open"
        and all(getattr(change, name) == value for name, value in only.items())
    ]
    decide_revision(
        revision=revision,
        changes=waiting,
        decision=decision,
        reason="县政府第三次常务会议定",
        person_id=None,
        now=LATER,
    )


def apply(plan: Plan, revision: PlanRevision, boss: Actor) -> None:
    accept_revision(plan=plan, revision=revision, actor=boss, version=revision.version, now=LATER)
    db.session.commit()


def take_all(plan: Plan, text: str, office: Office, boss: Actor, name: str = "修订稿.txt") -> None:
    """Import, accept everything, give what is new to the budget section, and apply."""
    revision = revise(plan, text, name)
    decide(revision)
    give_new(plan, revision, office)
    apply(plan, revision, boss)


def give_new(plan: Plan, revision: PlanRevision, office: Office) -> None:
    new = [change for change in changes_of(revision) if change.kind == "added"]
    if new:
        assign_changes(
            plan=plan,
            revision=revision,
            changes=new,
            assignment=Assignment(lead_unit_id=office.budget.id),
            staff=staff(office),
        )


def kinds(revision: PlanRevision) -> dict[str, int]:
    found: dict[str, int] = {}
    for change in changes_of(revision):
        if change.sort != "item":
            found[change.kind] = found.get(change.kind, 0) + 1
    return found


def task_of(plan: Plan, words: str) -> Task:
    (found,) = (
        task
        for task in db.session.scalars(db.select(Task).where(Task.plan_id == plan.id))
        if words in task.text
    )
    return found


def indicator_of(plan: Plan, name: str) -> Indicator:
    return db.session.scalars(
        db.select(Indicator).where(Indicator.plan_id == plan.id, Indicator.name == name)
    ).one()


def events_of(task: Task) -> list[tuple[str, str, str, str]]:
    rows = db.session.scalars(
        db.select(TaskEvent).where(TaskEvent.task_id == task.id).order_by(TaskEvent.id)
    )
    return [(row.what, row.before, row.after, row.why) for row in rows]


def test_the_very_same_text_changes_nothing(plan: Plan) -> None:
    revision = revise(plan, TEXT + "\n")

    assert set(kinds(revision)) == {"unchanged"}
    assert open_changes(revision) == []


def test_what_the_office_filled_in_is_no_change(plan: Plan) -> None:
    indicator_of(plan, "非税收入").target = Decimal(4321)
    task_of(plan, "预算指标").due_on = date(2024, 9, 30)

    revision = revise(plan, TEXT.replace("提高配置效率", "提高资产配置效率"))

    assert [change.fields for change in open_changes(revision)] == [
        [
            {
                "name": "text",
                "old": "加强行政事业单位资产盘活处置，提高配置效率",
                "new": "加强行政事业单位资产盘活处置，提高资产配置效率",
            }
        ]
    ]


def test_the_same_file_again_adds_nothing(plan: Plan) -> None:
    first = revise(plan, TEXT + "\n")

    again = revise_plan(plan=plan, upload=upload(TEXT + "\n"), person_id=None, now=LATER)

    assert (again.revision.id, again.added) == (first.id, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT, "没有修订"),
        ("目录\n", "没有读出任务和目标值"),
        ("2024年林业工作计划\n（一）造林绿化。完成封山育林3万亩。\n", "没有一处对得上"),
        (TEXT.replace("2024年", "2025年"), "2025年的，不是2024年"),
    ],
)
def test_what_cannot_be_a_revision_is_refused(plan: Plan, text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        revise(plan, text)

    assert db.session.scalars(db.select(PlanRevision)).all() == []


def test_a_second_revision_waits_for_the_first(plan: Plan) -> None:
    revise(plan, TEXT + "\n")

    with pytest.raises(DocumentError, match="还没有办完"):
        revise(plan, TEXT + "\n\n")


def test_a_draft_is_imported_anew_instead(office: Office) -> None:
    draft = draft_of_text(office, TEXT)

    with pytest.raises(TransitionError, match="还没有下达"):
        revise(draft, TEXT + "\n")


def test_a_changed_sentence_keeps_its_reports_and_says_who_and_why(
    plan: Plan, office: Office, boss: Actor
) -> None:
    task = task_of(plan, "银企对接")
    said = TaskReport(
        top_unit_id=plan.top_unit_id,
        task_id=task.id,
        year=2024,
        month=2,
        revision=1,
        progress=Decimal(20),
        done="已办两场",
        at=NOW,
    )
    db.session.add(said)
    db.session.commit()

    take_all(plan, TEXT.replace("组织形式多样的", "每季度组织"), office, boss)

    assert task.text == "每季度组织银企对接活动，加大首贷投放"
    assert db.session.get(TaskReport, said.id) is not None
    assert events_of(task)[-1] == (
        "text",
        "组织形式多样的银企对接活动，加大首贷投放",
        "每季度组织银企对接活动，加大首贷投放",
        "修订稿《修订稿.txt》：县政府第三次常务会议定",
    )
    event = db.session.scalars(db.select(TaskEvent).order_by(TaskEvent.id.desc())).first()
    assert event is not None
    assert (event.person_id, event.at) == (boss.person_id, LATER)


def test_a_lowered_target_leaves_closed_months_alone(
    make: Maker, plan: Plan, office: Office, boss: Actor
) -> None:
    revenue = indicator_of(plan, "税收收入")
    for month in (1, 2, 3):
        make.report(revenue, month, "7000")
    refresh_standings(indicators=[revenue], now=LATER)
    db.session.execute(db.update(Standing).where(Standing.month == 1).values(frozen=True))
    db.session.execute(db.update(Cycle).where(Cycle.month == 1).values(closed_at=NOW))
    db.session.commit()

    take_all(plan, TEXT.replace("88200万元", "84000万元"), office, boss)

    assert revenue.target == 84000
    rows = db.session.scalars(
        db.select(Standing)
        .where(Standing.indicator_id == revenue.id)
        .order_by(Standing.month)
        .execution_options(populate_existing=True)
    ).all()
    assert [row.target for row in rows] == [88200, 84000, 84000]
    assert [row.completion_pct for row in rows] == [
        Decimal("7.94"),
        Decimal("16.67"),
        Decimal(25),
    ]
    assert db.session.scalar(db.select(db.func.count(Report.id))) == 3


def test_a_figure_in_another_unit_goes_on_in_the_indicators_own(
    plan: Plan, office: Office, boss: Actor
) -> None:
    same = revise(plan, TEXT.replace("88200万元", "8.82亿元"))
    assert [one.sort for one in open_changes(same)] == ["task"]
    drop_revision(plan=plan, revision=same, person_id=None, now=LATER)

    take_all(plan, TEXT.replace("88200万元", "9亿元"), office, boss, "二稿.txt")

    revenue = indicator_of(plan, "税收收入")
    assert (revenue.target, revenue.unit) == (90000, "万元")


def test_a_growth_on_a_known_baseline_moves_the_level(
    plan: Plan, office: Office, boss: Actor
) -> None:
    loans = indicator_of(plan, "各项贷款余额")
    loans.kind, loans.unit, loans.baseline = "stock", "万元", Decimal(1000)
    loans.target = Decimal(1140)
    db.session.commit()

    take_all(plan, TEXT.replace("增长14%", "增长12.5%"), office, boss)

    assert (loans.target, loans.rate, loans.unit) == (1125, Decimal("12.5"), "万元")


def test_a_dropped_task_is_cancelled_with_its_reason(
    plan: Plan, office: Office, boss: Actor
) -> None:
    task = task_of(plan, "资产盘活")

    take_all(plan, TEXT.replace("加强行政事业单位资产盘活处置，提高配置效率。", ""), office, boss)

    assert task.state == "cancelled"
    assert events_of(task)[-1] == (
        "state",
        "issued",
        "cancelled",
        "修订稿《修订稿.txt》：县政府第三次常务会议定",
    )


def test_dropping_needs_a_reason(plan: Plan) -> None:
    revision = revise(plan, TEXT.replace("各项贷款余额增长14%。", ""))
    gone = [change for change in changes_of(revision) if change.kind == "dropped"]

    with pytest.raises(NotReadyError, match="理由"):
        decide_revision(
            revision=revision,
            changes=gone,
            decision="accepted",
            reason=" ",
            person_id=None,
            now=LATER,
        )


def test_a_dropped_indicator_keeps_its_figures_and_is_asked_for_no_more(
    make: Maker, plan: Plan, office: Office, boss: Actor
) -> None:
    loans = indicator_of(plan, "各项贷款余额")
    make.report(loans, 1, "13")
    db.session.commit()

    take_all(plan, TEXT.replace("各项贷款余额增长14%。", ""), office, boss)

    assert loans.state == "cancelled"
    assert db.session.scalars(db.select(Report.indicator_id)).all() == [loans.id]


def test_an_added_sentence_is_issued_to_whom_it_names(
    plan: Plan, office: Office, boss: Actor
) -> None:
    revision = revise(
        plan,
        TEXT
        + "（三）防范财政风险。9月底前建立政府债务月报制度（牵头单位：国库股；配合单位：预算股）。\n",
    )
    decide(revision)
    apply(plan, revision, boss)

    task = task_of(plan, "月报制度")
    heading = db.session.get(PlanItem, task.item_id)
    assert heading is not None
    assert (heading.number, heading.title) == ("（三）", "防范财政风险")
    assert (task.state, task.lead_unit_id) == ("issued", office.treasury.id)
    assert task.owner_post_id is not None
    assert (task.due_on, task.first_due_on) == (date(2024, 9, 30), date(2024, 9, 30))
    assert task.start_on == LATER.date()
    assert [row.unit_id for row in db.session.scalars(db.select(TaskUnit))] == [office.budget.id]
    assert events_of(task)[0][:3] == ("state", "draft", "issued")


def test_what_is_new_needs_somebody_before_it_binds(
    plan: Plan, office: Office, boss: Actor
) -> None:
    revision = revise(plan, TEXT + "（三）防范财政风险。建立政府债务月报制度，压减债务XX万元。\n")
    decide(revision)

    with pytest.raises(NotReadyError) as refused:
        apply(plan, revision, boss)
    assert "没有牵头单位和责任人" in refused.value.message
    assert "缺目标值" in refused.value.message

    give_new(plan, revision, office)
    leave_open(
        revision=revision,
        changes=[change for change in changes_of(revision) if change.kind == "added"],
    )
    apply(plan, revision, boss)
    debt = db.session.scalars(db.select(Indicator).order_by(Indicator.id.desc())).first()
    assert debt is not None
    assert (debt.undecided, debt.target, debt.lead_unit_id) == (True, None, office.budget.id)
    assert debt.task_id == task_of(plan, "月报制度").id


def test_a_moved_sentence_changes_its_heading(plan: Plan, office: Office, boss: Actor) -> None:
    sentence = "6月底前启动预算指标核算管理改革。"
    moved = TEXT.replace(sentence, "").replace("提高配置效率。", f"提高配置效率。{sentence}")
    task = task_of(plan, "预算指标")

    take_all(plan, moved, office, boss)

    first = db.session.scalars(db.select(PlanItem).order_by(PlanItem.position)).first()
    assert first is not None
    assert task.item_id == first.id
    assert events_of(task)[-1][:3] == ("item", "全面加强金融监管", "加强财政收支管理")
    assert [one.text[:4] for one in tasks_of(plan)][-1] == "各项贷款"


def test_a_changed_deadline_keeps_the_first_one(plan: Plan, office: Office, boss: Actor) -> None:
    task = task_of(plan, "预算指标")

    take_all(plan, TEXT.replace("6月底前", "9月底前"), office, boss)

    assert (task.due_on, task.first_due_on) == (date(2024, 9, 30), date(2024, 6, 30))
    assert ("due", "2024-06-30", "2024-09-30") in {event[:3] for event in events_of(task)}


def test_what_is_declined_stays_and_is_not_asked_again(
    plan: Plan, office: Office, boss: Actor
) -> None:
    changed = TEXT.replace("组织形式多样的", "每季度组织").replace("各项贷款余额增长14%。", "")
    revision = revise(plan, changed)
    decide(revision, "declined")
    apply(plan, revision, boss)

    assert task_of(plan, "银企对接").text.startswith("组织形式多样的")
    assert indicator_of(plan, "各项贷款余额").state == "issued"
    again = revise(plan, changed + "\n", "二稿.txt")
    assert open_changes(again) == []
    assert "dropped" not in kinds(again)


def test_a_cancelled_task_that_comes_back_is_a_new_one(
    plan: Plan, office: Office, boss: Actor
) -> None:
    sentence = "加强行政事业单位资产盘活处置，提高配置效率。"
    take_all(plan, TEXT.replace(sentence, ""), office, boss)

    take_all(plan, TEXT + "\n", office, boss, "二稿.txt")

    states = db.session.scalars(
        db.select(Task.state).where(Task.text == sentence.rstrip("。")).order_by(Task.id)
    ).all()
    assert states == ["cancelled", "issued"]


def test_a_row_left_out_at_the_review_does_not_come_back(office: Office) -> None:
    plan = draft_of_text(office, TEXT)
    complete(office, plan)
    task_of(plan, "资产盘活").state = "cancelled"
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()

    revision = revise(plan, TEXT + "\n")

    assert set(kinds(revision)) == {"unchanged"}


def test_a_finished_task_stays(plan: Plan, boss: Actor) -> None:
    task_of(plan, "资产盘活").state = "finished"
    db.session.commit()

    revision = revise(plan, TEXT.replace("加强行政事业单位资产盘活处置，提高配置效率。", ""))
    (gone,) = (change for change in changes_of(revision) if change.kind == "dropped")

    assert (gone.decision, gone.reason) == ("declined", "任务已办结，留在计划里。")
    with pytest.raises(NotReadyError, match="已办结"):
        decide_revision(
            revision=revision,
            changes=[gone],
            decision="accepted",
            reason="定",
            person_id=None,
            now=LATER,
        )


def test_nothing_is_applied_while_anything_is_undecided(plan: Plan, boss: Actor) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))

    with pytest.raises(NotReadyError, match="还有 1 处没有定"):
        apply(plan, revision, boss)


def test_a_decision_since_the_page_was_opened_stops_the_application(
    plan: Plan, boss: Actor
) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))
    shown = revision.version
    decide(revision)

    with pytest.raises(StaleError):
        accept_revision(plan=plan, revision=revision, actor=boss, version=shown, now=LATER)


def test_a_row_changed_since_the_import_is_compared_again(
    plan: Plan, office: Office, boss: Actor
) -> None:
    revision = revise(plan, TEXT.replace("88200万元", "84000万元"))
    decide(revision)
    indicator_of(plan, "税收收入").target = Decimal(87000)
    db.session.commit()

    with pytest.raises(StaleError, match="重新比对"):
        apply(plan, revision, boss)
    compare_again(plan=plan, revision=revision, person_id=None, now=LATER)

    # The task's text is decided already; the figure, which is another now, is not.
    (waiting,) = open_changes(revision)
    assert waiting.fields == [{"name": "target", "old": "87000", "new": "84000"}]
    decide(revision)
    apply(plan, revision, boss)
    assert indicator_of(plan, "税收收入").target == 84000


def test_a_changed_row_in_a_stale_form_is_named(plan: Plan) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))
    (waiting,) = open_changes(revision)
    key = f"change-{waiting.id}"

    with pytest.raises(StaleRowsError) as stale:
        seen_changes(revision, {key: waiting.version + 1}, [key])

    assert stale.value.keys == (key,)
    assert seen_changes(revision, {key: waiting.version}, [key]) == [waiting]


def test_a_revision_is_settled_once(plan: Plan, office: Office, boss: Actor) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))
    decide(revision)
    apply(plan, revision, boss)

    with pytest.raises(TransitionError, match="已经应用"):
        apply(plan, revision, boss)
    with pytest.raises(TransitionError, match="已经应用"):
        decide_revision(
            revision=revision,
            changes=changes_of(revision),
            decision="declined",
            reason="",
            person_id=None,
            now=LATER,
        )


def test_a_revision_that_was_set_aside_comes_back(plan: Plan) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))
    drop_revision(plan=plan, revision=revision, person_id=None, now=LATER)
    assert revision.state == "dropped"

    take_up_again(plan=plan, revision=revision, person_id=None, now=LATER)

    assert revision.state == "draft"
    assert len(open_changes(revision)) == 1
    with pytest.raises(TransitionError, match="没有作废"):
        take_up_again(plan=plan, revision=revision, person_id=None, now=LATER)


def test_only_the_office_applies(office: Office, plan: Plan) -> None:
    head = db.session.scalars(db.select(Person).where(Person.login == "head")).one()
    actor = actor_of(head.id, LATER.date())
    assert actor is not None
    revision = revise(plan, TEXT + "\n")

    with pytest.raises(NotAllowedError):
        apply(plan, revision, actor)


def test_the_application_is_on_record(plan: Plan, office: Office, boss: Actor) -> None:
    take_all(plan, TEXT.replace("组织形式多样的", "每季度组织"), office, boss)

    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "revise")).one()
    assert (entry.person_id, entry.object_id) == (boss.person_id, plan.id)
    assert entry.detail["changed"] == 1


def test_a_new_lead_takes_the_indicators_inside_along(office: Office, boss: Actor) -> None:
    text = "2024年财政工作计划\n（一）组织收入。全年税收收入88200万元（牵头单位：预算股）。\n"
    plan = issued(office, text)

    take_all(plan, text.replace("预算股", "国库股"), office, boss)

    (task,) = tasks_of(plan)
    assert task.lead_unit_id == office.treasury.id
    assert indicator_of(plan, "税收收入").lead_unit_id == office.treasury.id
    assert ("lead", "预算股", "国库股") in {event[:3] for event in events_of(task)}


@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/plans/seed-a.txt")
def test_a_real_plan_is_revised_and_keeps_all_that_was_reported(
    make: Maker, office: Office, boss: Actor
) -> None:
    text = SEED.read_text(encoding="utf-8")
    plan = issued(office, text)
    for indicator in db.session.scalars(db.select(Indicator)).all():
        for month in (1, 2, 3):
            make.report(indicator, month, "5")
    db.session.commit()
    before = reports()
    moved = "积极落实减税降费政策，激发市场主体活力。"
    revised = (
        text.replace("增长9.9%", "增长9.5%")
        .replace("组织开展多形式、常态化的银企对接活动", "每季度组织一次银企对接活动")
        .replace("严肃财经纪律，", "9月底前建立政府债务月报制度。严肃财经纪律，")
        .replace(moved, "")
        .replace("紧盯年初预期目标，", f"{moved}紧盯年初预期目标，")
        .replace(
            "推进农业保险与农业产业深度融合，稳步扩大农业保险覆盖面，丰富地方特色农业保险产品。", ""
        )
    )

    revision = revise(plan, revised)
    found = kinds(revision)
    decide(revision)
    give_new(plan, revision, office)
    apply(plan, revision, boss)

    assert {kind: found[kind] for kind in ("changed", "moved", "added", "dropped")} == {
        "changed": 3,  # two sentences and a figure
        "moved": 1,
        "added": 1,
        "dropped": 1,
    }
    assert reports() == before
    growth = next(
        one for one in db.session.scalars(db.select(Indicator)) if one.rate == Decimal("9.5")
    )
    standing = db.session.scalars(
        db.select(Standing).where(Standing.indicator_id == growth.id, Standing.month == 3)
    ).one()
    assert standing.target == Decimal("9.5")
    again = revise(plan, revised + "\n", "再印.txt")
    assert set(kinds(again)) == {"unchanged"}


@pytest.mark.parametrize("seed", range(4))
def test_no_report_and_no_row_is_ever_lost(
    make: Maker, office: Office, boss: Actor, seed: int
) -> None:
    plan = issued(office, TEXT)
    for indicator in db.session.scalars(db.select(Indicator)).all():
        make.report(indicator, 1, "7")
    db.session.commit()
    before, rows = reports(), everything(plan)
    dice = random.Random(seed)  # noqa: S311  nothing secret

    for turn in range(3):
        revision = revise(plan, shuffled(dice), f"{turn}稿.txt")
        if any(change.sort == "task" for change in open_changes_of(revision)):
            decide(revision, dice.choice(["accepted", "declined"]), sort="task")
        if open_changes_of(revision):
            decide(revision)
        give_new(plan, revision, office)
        leave_targets_open(revision)
        apply(plan, revision, boss)
        assert reports() == before
        assert rows <= everything(plan)
        rows = everything(plan)


def shuffled(dice: random.Random) -> str:
    """Return the plan with sentences dropped, doubled figures, and the rest in another order."""
    title, *paragraphs = TEXT.splitlines()
    heads = [paragraph.partition("。")[0] for paragraph in paragraphs]
    sentences = [part for line in paragraphs for part in line.split("。")[1:] if part]
    kept = dice.sample(sentences, dice.randrange(3, len(sentences) + 1))
    texts = [text.replace("88200", str(dice.randrange(80000, 90000))) for text in kept]
    half = len(texts) // 2
    bodies = ("。".join(texts[:half]), "。".join(texts[half:]))
    return "\n".join([title, *(f"{h}。{b}。" for h, b in zip(heads, bodies, strict=True)), ""])


def open_changes_of(revision: PlanRevision) -> list[PlanRevisionChange]:
    return [change for change in changes_of(revision) if change.decision == "open"]


def leave_targets_open(revision: PlanRevision) -> None:
    new = [one for one in changes_of(revision) if (one.sort, one.kind) == ("indicator", "added")]
    if new:
        leave_open(revision=revision, changes=new)


def everything(plan: Plan) -> set[tuple[str, int]]:
    return {
        (table.__tablename__, id_)
        for table in (Task, Indicator, PlanItem, TaskEvent)
        for id_ in db.session.scalars(db.select(table.id))
    }


def reports() -> set[tuple[int, int, Decimal]]:
    rows = db.session.scalars(db.select(Report))
    return {(row.id, row.indicator_id, row.amount) for row in rows}


def test_those_who_answer_for_changed_rows_are_told_once(
    app: Flask, plan: Plan, boss: Actor
) -> None:
    text = TEXT.replace("组织形式多样的", "每季度组织").replace("各项贷款余额增长14%。", "")
    revision = revise(plan, text)
    decide(revision)

    applied = accept_revision(
        plan=plan,
        revision=revision,
        actor=boss,
        version=revision.version,
        now=LATER,
        settings=mail_settings(app.config),
    )

    mails = db.session.scalars(db.select(OutboxMessage)).all()
    assert applied.told == len(mails) == 2
    assert {mail.key.split("/")[:2][1] for mail in mails} == {f"revision-{revision.id}"}
    assert all("有改动 1 项、撤销 2 项" in mail.subject for mail in mails)
    assert all("每季度组织银企对接活动，加大首贷投放（内容）" in mail.text for mail in mails)


def test_changes_of_a_revision_never_lose_their_place(plan: Plan) -> None:
    revision = revise(plan, TEXT.replace("组织形式多样的", "每季度组织"))

    for change in db.session.scalars(db.select(PlanRevisionChange)):
        assert change.start is not None
        if change.sort == "task":
            assert revision.text[change.start : change.end].startswith(change.quote[:4])

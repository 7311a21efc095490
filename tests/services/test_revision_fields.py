"""Field by field: what an accepted change does to a task, an indicator and a heading, and what it still lacks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.makers import Maker
from tests.plan_office import (
    NOW,
    Office,
    complete,
    draft_of_text,
    indicators_of,
    make_office,
    staff,
)
from tests.services.test_revision import (
    LATER,
    TEXT,
    apply,
    decide,
    events_of,
    indicator_of,
    issued,
    kinds,
    revise,
    take_all,
    task_of,
)
from tracker.domain.errors import NotFoundError, NotReadyError
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Indicator,
    Person,
    Plan,
    PlanItem,
    PlanRevision,
    PlanRevisionChange,
    TaskUnit,
)
from tracker.permissions import Actor
from tracker.queries.actor import actor_of
from tracker.services.accept_revision import changes_of
from tracker.services.assign_draft import Assignment
from tracker.services.decide_revision import (
    assign_changes,
    decide_revision,
    leave_open,
    open_changes,
    seen_changes,
)
from tracker.services.issue_plan import issue_plan
from tracker.services.merge_targets import merge_targets
from tracker.services.revise_headings import merged
from tracker.services.revision_gaps import revision_gaps

SECTIONS = """2024年财政工作计划
（一）组织收入。全年税收收入88200万元。加强税源培植，规范非税收入征管（牵头单位：预算股；配合单位：国库股）。
（二）改善民生。新建口袋公园3处。一般公共预算收入增长8%，一季度、上半年、前三季度分别完成年度任务的25%、51%、77%。
"""


@pytest.fixture
def office(make: Maker) -> Office:
    return make_office(make)


@pytest.fixture
def plan(office: Office) -> Plan:
    """A plan with leads, counts and quarters, issued."""
    return issued(office, SECTIONS)


@pytest.fixture
def boss(office: Office) -> Actor:
    """Somebody of the office."""
    person = db.session.scalars(db.select(Person).where(Person.login == "office")).one()
    found = actor_of(person.id, LATER.date())
    assert found is not None
    return found


def headings(plan: Plan) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        db.select(PlanItem).where(PlanItem.plan_id == plan.id).order_by(PlanItem.position)
    )
    return [(row.number, row.title) for row in rows]


def missing(plan: Plan, revision: PlanRevision) -> set[str]:
    return {gap.words for gap in revision_gaps(plan, changes_of(revision))}


def history(indicator: Indicator) -> list[list[str]]:
    entries = db.session.scalars(
        db.select(AuditEntry)
        .where(AuditEntry.action == "set_indicator", AuditEntry.object_id == indicator.id)
        .order_by(AuditEntry.id)
    )
    return [change for entry in entries for change in entry.detail["changes"]]


# --- headings -------------------------------------------------------------------------------------------------------


def test_a_heading_is_renamed_and_keeps_its_rows(plan: Plan, office: Office, boss: Actor) -> None:
    task = task_of(plan, "税源培植")
    home = task.item_id

    take_all(plan, SECTIONS.replace("组织收入", "依法组织财政收入"), office, boss)

    assert headings(plan)[0] == ("（一）", "依法组织财政收入")
    assert task.item_id == home


def test_headings_change_places_with_all_that_stands_under_them(
    plan: Plan, office: Office, boss: Actor
) -> None:
    title, first, second = SECTIONS.splitlines()
    turned = "\n".join(
        [title, second.replace("（二）", "（一）"), first.replace("（一）", "（二）")]
    )

    take_all(plan, turned, office, boss)

    assert headings(plan) == [("（一）", "改善民生"), ("（二）", "组织收入")]


def test_a_heading_goes_under_another(office: Office, boss: Actor) -> None:
    last = "（二）改善民生。落实教育经费保障机制。\n"
    text = (
        f"2024年财政工作计划\n一、重点工作\n（一）组织收入。加强税源培植，做好税收分析。\n{last}"
        "二、保障措施\n（一）加强领导。健全调度机制，定期研究重点问题。\n"
    )
    plan = issued(office, text)
    moved = text.replace(last, "") + last

    take_all(plan, moved, office, boss)

    rows = db.session.scalars(db.select(PlanItem).where(PlanItem.plan_id == plan.id)).all()
    parents = {row.id: row.title for row in rows}
    assert (
        next(parents[row.parent_id or 0] for row in rows if row.title == "改善民生") == "保障措施"
    )


def test_rows_that_the_document_lacks_stay_behind_their_neighbour() -> None:
    assert merged([1, 2, 3, 4, 5], [4, 2, 6]) == [1, 4, 5, 2, 3, 6]
    assert merged([], [2, 1]) == [2, 1]


# --- tasks ----------------------------------------------------------------------------------------------------------


def test_supporting_units_follow_the_document(plan: Plan, office: Office, boss: Actor) -> None:
    task = task_of(plan, "税源培植")
    assert set(db.session.scalars(db.select(TaskUnit.unit_id))) == {office.treasury.id}

    take_all(plan, SECTIONS.replace("；配合单位：国库股", ""), office, boss)

    assert db.session.scalars(db.select(TaskUnit.unit_id)).all() == []
    assert ("support", "国库股", "") in {event[:3] for event in events_of(task)}


def test_a_lead_that_nobody_knows_must_be_named(plan: Plan, office: Office, boss: Actor) -> None:
    revision = revise(plan, SECTIONS.replace("牵头单位：预算股", "牵头单位：投资评审中心"))
    decide(revision)
    assert missing(plan, revision) == {"没有牵头单位和责任人"}

    assign_changes(
        plan=plan,
        revision=revision,
        changes=[one for one in changes_of(revision) if one.kind == "changed"],
        assignment=Assignment(lead_unit_id=office.treasury.id, leader_post_id=office.leader.id),
        staff=staff(office),
    )
    apply(plan, revision, boss)

    task = task_of(plan, "税源培植")
    assert (task.lead_unit_id, task.leader_post_id) == (office.treasury.id, office.leader.id)
    assert task.lead_words == "投资评审中心"


def test_a_deadline_before_the_task_began_is_not_taken(office: Office) -> None:
    plan = issued(office, TEXT)
    task_of(plan, "预算指标").start_on = date(2024, 4, 1)
    revision = revise(plan, TEXT.replace("6月底前", "2月底前"))
    decide(revision)

    assert missing(plan, revision) == {"时限早于任务开始的日子，请改为不采用，在任务页调整"}


def test_a_task_that_was_finished_since_is_not_changed(plan: Plan) -> None:
    revision = revise(plan, SECTIONS.replace("加强税源培植", "大力培植税源"))
    decide(revision)
    for change in changes_of(revision):
        if change.kind == "changed":
            task_of(plan, "税源培植").state = "closed_out"

    assert missing(plan, revision) == {"任务已经办结，不能再改，请改为不采用"}


def test_a_new_task_out_of_the_plans_year_or_without_a_day_is_told(plan: Plan) -> None:
    text = SECTIONS + "（三）防范风险。建立政府债务月报制度。组织会计信息质量检查。\n"
    revision = revise(plan, text)
    decide(revision)
    first, second = (one for one in changes_of(revision) if one.kind == "added")
    first.due_on, second.due_on = date(2025, 1, 31), None

    assert missing(plan, revision) >= {"时限不在2024年内", "没有完成时限"}


def test_a_unit_without_a_head_needs_somebody_named(
    make: Maker, plan: Plan, office: Office
) -> None:
    empty = make.unit(office.top, "采购股")
    revision = revise(plan, SECTIONS + "（三）防范风险。建立政府债务月报制度。\n")
    decide(revision)
    new = [one for one in changes_of(revision) if one.kind == "added"]
    give = {"plan": plan, "revision": revision, "changes": new, "staff": staff(office)}

    assign_changes(**give, assignment=Assignment(lead_unit_id=empty.id))
    assert missing(plan, revision) == {"没有责任人，所选单位没有设岗，请另选一人"}
    assign_changes(
        **give, assignment=Assignment(owner_post_id=office.head.id, due_on=date(2024, 6, 30))
    )

    assert missing(plan, revision) == set()
    assert new[0].due_on == date(2024, 6, 30)
    new[0].lead_unit_id = None
    assert missing(plan, revision) == {"没有牵头单位"}


# --- indicators -----------------------------------------------------------------------------------------------------


def test_a_count_gets_another_word_and_a_bound(plan: Plan, office: Office, boss: Actor) -> None:
    parks = db.session.scalars(db.select(Indicator).where(Indicator.unit == "处")).one()

    take_all(plan, SECTIONS.replace("公园3处", "公园3个以上"), office, boss)

    assert (parks.unit, parks.target) == ("个", 3)
    assert ["计量单位", "处", "个"] in history(parks)
    assert any(one[0] == "目标的界" for one in history(parks))


def test_a_renamed_indicator_keeps_its_series(
    make: Maker, plan: Plan, office: Office, boss: Actor
) -> None:
    revenue = indicator_of(plan, "一般公共预算收入")
    report = make.report(revenue, 1, "7")
    db.session.commit()

    take_all(plan, SECTIONS.replace("一般公共", "地方一般公共"), office, boss)

    assert revenue.name == "地方一般公共预算收入"
    assert report.indicator_id == revenue.id
    assert history(revenue)[-1] == ["指标名称", "一般公共预算收入", "地方一般公共预算收入"]


def test_finer_figures_get_their_places(plan: Plan, office: Office, boss: Actor) -> None:
    take_all(plan, SECTIONS.replace("88200万元", "88200.25万元"), office, boss)

    revenue = indicator_of(plan, "税收收入")
    assert (revenue.target, revenue.places) == (Decimal("88200.25"), 2)


def test_a_new_growth_rate_is_the_target_while_no_baseline_is_known(
    plan: Plan, office: Office, boss: Actor
) -> None:
    take_all(plan, SECTIONS.replace("增长8%", "增长7.5%"), office, boss)

    growth = db.session.scalars(db.select(Indicator).where(Indicator.measure == "growth")).one()
    assert (growth.target, growth.rate, growth.places) == (Decimal("7.5"), Decimal("7.5"), 1)


def test_quarters_follow_a_new_target(plan: Plan, office: Office, boss: Actor) -> None:
    revenue = indicator_of(plan, "税收收入")
    revenue.phasing = "quarters"
    revenue.quarter_shares = tuple(map(Decimal, (25, 50, 75, 100)))
    revenue.quarters = tuple(map(Decimal, (22050, 22050, 22050, 22050)))
    db.session.commit()

    take_all(plan, SECTIONS.replace("88200万元", "80000万元"), office, boss)

    assert list(revenue.quarters or ()) == [20000, 20000, 20000, 20000]


def test_quarters_set_by_hand_stop_a_new_target(plan: Plan) -> None:
    revenue = indicator_of(plan, "税收收入")
    revenue.phasing = "quarters"
    revenue.quarters = tuple(map(Decimal, (22050, 22050, 22050, 22050)))
    db.session.commit()
    revision = revise(plan, SECTIONS.replace("88200万元", "80000万元"))
    decide(revision)

    assert missing(plan, revision) == {
        "季度目标合计与新的目标值不符，请改为不采用，在指标页一并调整"
    }


def test_a_target_that_is_no_figure_is_told(plan: Plan) -> None:
    revision = revise(plan, SECTIONS.replace("88200万元", "80000万元"))
    decide(revision)
    (figure,) = (
        one for one in changes_of(revision) if (one.sort, one.kind) == ("indicator", "changed")
    )
    figure.data = figure.data | {"target": figure.data["target"] | {"value": "八万左右"}}

    assert missing(plan, revision) == {"新的目标值读不成一个数，请改为不采用，在指标页调整"}


def test_an_indicator_added_by_hand_is_never_dropped(make: Maker, plan: Plan) -> None:
    make.indicator(plan, name="财政存款余额")
    db.session.commit()

    assert "dropped" not in kinds(revise(plan, SECTIONS + "\n"))


# --- decisions ------------------------------------------------------------------------------------------------------


def settle(revision: PlanRevision, changes: list[PlanRevisionChange], reason: str = "") -> None:
    decide_revision(
        revision=revision,
        changes=changes,
        decision="declined",
        reason=reason,
        person_id=None,
        now=LATER,
    )


def test_a_decision_needs_rows_and_a_reason_that_fits(plan: Plan) -> None:
    revision = revise(plan, SECTIONS.replace("加强税源培植", "大力培植税源"))

    with pytest.raises(NotReadyError, match="先选中"):
        settle(revision, [])
    with pytest.raises(NotReadyError, match="不能超过 2000 字"):
        settle(revision, open_changes(revision), "长" * 2001)


def test_only_what_is_new_takes_an_assignment(plan: Plan, office: Office) -> None:
    revision = revise(plan, SECTIONS.replace("组织收入", "依法组织财政收入"))
    give = {"plan": plan, "revision": revision, "staff": staff(office)}

    with pytest.raises(NotReadyError, match="不用分派"):
        assign_changes(
            **give,
            changes=open_changes(revision),
            assignment=Assignment(lead_unit_id=office.budget.id),
        )
    with pytest.raises(NotReadyError, match="先选中"):
        assign_changes(**give, changes=[], assignment=Assignment(lead_unit_id=office.budget.id))
    with pytest.raises(NotReadyError, match="新增指标"):
        leave_open(revision=revision, changes=open_changes(revision))


@pytest.mark.parametrize("key", ["change-x", "task-1", "change-12345678901"])
def test_a_key_that_is_none_is_not_found(plan: Plan, key: str) -> None:
    with pytest.raises(NotFoundError):
        seen_changes(revise(plan, SECTIONS + "\n"), {}, [key])


# --- a level that was merged with its growth ------------------------------------------------------------------------

GROWING = "2024年财政工作计划\n（一）抓好收入。税收收入88200万元，增长6%。开展银企对接活动。\n"


def with_merged(office: Office) -> Plan:
    """An issued plan whose tax revenue has its growth beside it."""
    plan = draft_of_text(office, GROWING)
    complete(office, plan)
    merge_targets(plan=plan, rows=indicators_of(plan), person_id=None, now=NOW)
    issue_plan(plan=plan, actor=None, now=NOW)
    db.session.commit()
    return plan


def shown(revision: PlanRevision) -> list[tuple[str, list[dict[str, str]]]]:
    return [
        (change.kind, change.fields)
        for change in changes_of(revision)
        if change.sort == "indicator" and change.kind != "unchanged"
    ]


def test_a_merged_growth_changes_on_its_level_again_and_again(office: Office, boss: Actor) -> None:
    plan = with_merged(office)
    (level,) = (row for row in indicators_of(plan) if row.state == "issued")

    for old, new in (("6", "7"), ("7", "8.5")):
        revision = revise(plan, GROWING.replace("6%", f"{new}%"), f"修订{new}.txt")
        assert shown(revision) == [("changed", [{"name": "rate", "old": old, "new": new}])]
        decide(revision)
        apply(plan, revision, boss)
        assert (level.target, level.rate) == (Decimal(88200), Decimal(new))

    assert ["增幅或降幅", "7", "8.5"] in history(level)
    assert level.state == "issued"


def test_the_level_of_a_merged_target_changes_alone(office: Office, boss: Actor) -> None:
    plan = with_merged(office)

    revision = revise(plan, GROWING.replace("88200", "90000"))

    assert shown(revision) == [("changed", [{"name": "target", "old": "88200", "new": "90000"}])]

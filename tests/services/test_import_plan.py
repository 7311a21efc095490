"""A document becomes a draft, all of it or nothing, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.makers import Maker
from tests.plan_office import NOW, TEXT, draft_of_text, indicators_of, make_office, tasks_of
from tracker.domain.errors import DocumentError
from tracker.extensions import db
from tracker.models import AuditEntry, Plan, PlanDocument, PlanItem, TaskUnit
from tracker.services.import_plan import import_plan, read_upload

OWNED = """2024年财政工作计划
一、2024年工作计划
（一）抓好收入。6月底前建成公物仓（牵头单位：预算股；配合单位：国库股）。清查闲置资产（责任单位：税务局）。
"""


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_document_becomes_items_tasks_and_targets(make: Maker) -> None:
    plan = draft_of_text(make_office(make))

    assert (plan.year, plan.title, plan.state) == (2024, "2024年财政工作计划", "draft")
    items = db.session.scalars(select(PlanItem).order_by(PlanItem.position)).all()
    assert [item.title for item in items] == ["加强财政收支管理", "全面加强金融监管"]
    assert [task.item_id for task in tasks_of(plan)][:2] == [items[0].id] * 2
    assert {row.name: (row.kind, row.target) for row in indicators_of(plan)} == {
        "税收收入": ("flow", Decimal(88200)),
        "非税收入": ("flow", None),
        "各项贷款余额": ("rate", Decimal(14)),
    }


def test_shares_of_the_year_stand_on_their_target_and_are_no_rows_of_their_own(make: Maker) -> None:
    plan = draft_of_text(
        make_office(make),
        "2024年财政工作计划\n（一）收入。税收收入1000万元，存款增长8%。"
        "一季度、上半年和前三季度分别完成年度任务的26%、52%、77%。",
    )

    tax, deposits = indicators_of(plan)
    assert (tax.phasing, tax.quarters) == ("quarters", tuple(map(Decimal, (260, 260, 250, 230))))
    assert (deposits.phasing, deposits.quarters) == ("even", None)


def test_what_must_stay_between_two_bounds_becomes_a_range(make: Maker) -> None:
    plan = draft_of_text(
        make_office(make), "2024年财政工作计划\n（一）物价。居民消费价格涨幅保持在2%—3.5%之间。"
    )

    (prices,) = indicators_of(plan)
    assert (prices.kind, prices.polarity, prices.places) == ("rate", "range", 1)
    assert (prices.target, prices.target_high) == (2, Decimal("3.5"))


def test_every_row_keeps_its_place_in_the_text(make: Maker) -> None:
    plan = draft_of_text(make_office(make))

    text = db.session.scalars(select(PlanDocument.text)).one()
    assert text == TEXT
    for task in tasks_of(plan):
        assert text[task.start : task.end] == task.text
    for indicator in indicators_of(plan):
        assert text[indicator.start : indicator.end] == indicator.quote


def test_a_target_goes_with_the_task_that_it_stands_in(make: Maker) -> None:
    plan = draft_of_text(make_office(make))

    assert {row.task_id for row in indicators_of(plan)[:2]} == {tasks_of(plan)[0].id}


def test_a_deadline_is_read_or_taken_to_be_the_years_end(make: Maker) -> None:
    plan = draft_of_text(make_office(make))

    *others, last = tasks_of(plan)
    assert (last.due_on, last.due_inferred) == (date(2024, 6, 30), False)
    assert {(task.due_on, task.due_inferred) for task in others} == {(date(2024, 12, 31), True)}


def test_a_corrected_year_moves_the_deadlines(make: Maker) -> None:
    plan = draft_of_text(make_office(make), year=2025)

    assert plan.year == 2025
    assert {task.due_on for task in tasks_of(plan)} == {date(2025, 6, 30), date(2025, 12, 31)}


def test_a_unit_that_the_document_names_has_the_task(make: Maker) -> None:
    office = make_office(make)
    plan = draft_of_text(office, OWNED)

    ours, theirs = tasks_of(plan)
    assert ours.lead_unit_id == office.budget.id
    assert (ours.owner_post_id, ours.reporter_post_id) == (office.head.id, office.reporter.id)
    assert ours.leader_post_id == office.leader.id
    assert db.session.scalars(select(TaskUnit.unit_id)).all() == [office.treasury.id]
    assert theirs.lead_unit_id is None
    assert theirs.lead_words == "税务局"


def test_the_same_document_again_adds_nothing(make: Maker) -> None:
    office = make_office(make)
    plan = draft_of_text(office)
    rows = len(tasks_of(plan))

    upload = read_upload(name="又一份.txt", content=TEXT.encode(), limit_bytes=1_000_000)
    again = import_plan(unit=office.top, upload=upload, year=2024, person_id=None, now=NOW)

    assert (again.plan.id, again.added) == (plan.id, False)
    assert len(tasks_of(plan)) == rows
    assert count(Plan) == 1


def test_the_same_document_for_another_year_is_another_plan(make: Maker) -> None:
    office = make_office(make)
    draft_of_text(office)

    assert draft_of_text(office, year=2025).year == 2025
    assert count(Plan) == 2


def test_a_document_without_a_year_asks_for_it(make: Maker) -> None:
    office = make_office(make)

    with pytest.raises(DocumentError, match="年度"):
        draft_of_text(office, "工作计划\n（一）抓收入。建立会商机制，组织均衡入库。\n")

    assert count(Plan) == 0


def test_a_year_out_of_range_is_refused(make: Maker) -> None:
    with pytest.raises(DocumentError, match="20240"):
        draft_of_text(make_office(make), year=20240)


def test_a_document_without_tasks_is_kept_as_an_empty_draft(make: Maker) -> None:
    plan = draft_of_text(make_office(make), "这里没有任何计划。", year=2024)

    assert tasks_of(plan) == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(40)),
        ("计划.exe", b"MZ"),
        ("大.txt", b"a" * 2_000_000),
    ],
    ids=["empty", "binary", "unknown", "oversized"],
)
def test_a_bad_file_gets_one_sentence(name: str, content: bytes) -> None:
    with pytest.raises(DocumentError) as refused:
        read_upload(name=name, content=content, limit_bytes=1_000_000)

    assert refused.value.message.endswith("。")
    assert "\n" not in refused.value.message


def test_an_import_is_written_down(make: Maker) -> None:
    plan = draft_of_text(make_office(make))

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).one()
    assert (entry.object_type, entry.object_id) == ("plan", plan.id)


def test_an_invisible_mark_does_not_move_the_places(make: Maker) -> None:
    plan = draft_of_text(make_office(make), TEXT.replace("XX", "XX\u200b"))

    text = db.session.scalars(select(PlanDocument.text)).one()
    last = tasks_of(plan)[-1]
    assert "".join(text[last.start : last.end].split()) == last.text

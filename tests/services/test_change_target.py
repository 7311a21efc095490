"""A target that changes in the year: who asks, who approves, from which month it holds, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.bureau import Bureau, at, make_bureau
from tests.makers import Maker
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.errors import (
    FigureError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    StaleError,
)
from tracker.domain.target_change import ChangeState
from tracker.extensions import db
from tracker.models import Indicator, Person, Standing, TargetChange
from tracker.permissions import Actor, may_ask_target, may_decide_target
from tracker.queries.actor import actor_of
from tracker.queries.target_changes import changes_of, waiting_changes
from tracker.services.change_target import (
    ask_target,
    decide_target,
    want_approval,
    withdraw_target,
)
from tracker.services.check_standings import check_standings
from tracker.services.close_period import close_period
from tracker.services.refresh_standings import refresh_standings
from tracker.services.set_indicator import Settings, set_indicator

NOW = at("2024-05-20T10:00")


class Cast:
    """A bureau whose months to April are reported and whose first quarter is closed."""

    def __init__(self, make: Maker) -> None:
        self.bureau: Bureau = make_bureau(make)
        self.plan, self.indicator = self.bureau.plan, self.bureau.revenue
        for month in range(1, 5):
            make.report(self.indicator, month, "10000")
        refresh_standings(indicators=[self.indicator], now=NOW)
        self.office = self.actor("office")
        for month in (1, 2, 3):
            close_period(actor=self.office, plan=self.plan, month=month, now=NOW)
        db.session.commit()

    def actor(self, role: str) -> Actor:
        login = f"{role}{self.bureau.top.id}"
        found = actor_of(self.person(login), date(2024, 5, 20))
        assert found is not None
        return found

    @staticmethod
    def person(login: str) -> int:
        return db.session.scalars(select(Person.id).where(Person.login == login)).one()

    def ask(
        self, role: str = "head", target: str | None = "240000", **more: object
    ) -> TargetChange:
        given: dict[str, object] = {"from_month": 5, "why": "县人大调整预算", "high": None}
        return ask_target(
            actor=self.actor(role),
            indicator=self.indicator,
            target=None if target is None else Decimal(target),
            version=self.indicator.version,
            now=NOW,
            **(given | more),  # type: ignore[arg-type]
        )

    def decide(self, role: str, change: TargetChange, **more: object) -> TargetChange:
        given: dict[str, object] = {"approve": True, "answer": "", "version": change.version}
        return decide_target(
            actor=self.actor(role),
            indicator=self.indicator,
            change_id=change.id,
            now=NOW,
            **(given | more),  # type: ignore[arg-type]
        )

    def rows(self, indicator: Indicator | None = None) -> dict[int, Standing]:
        chosen = (indicator or self.indicator).id
        rows = db.session.scalars(select(Standing).where(Standing.indicator_id == chosen))
        return {row.month: row for row in rows}


@pytest.fixture
def cast(make: Maker) -> Cast:
    return Cast(make)


def test_a_change_asked_for_by_the_head_waits_and_holds_from_its_month_once_approved(
    cast: Cast,
) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    change = cast.ask()
    before = cast.indicator.target

    cast.decide("leader", change, answer="同意")

    assert (before, cast.indicator.target) == (120000, 240000)
    assert {month: row.target for month, row in cast.rows().items()} == dict.fromkeys(
        range(1, 5), Decimal(120000)
    )
    cast.bureau.revenue.name = "税收收入"
    refresh_standings(indicators=[cast.indicator], now=at("2024-06-02T10:00"))
    may = cast.rows()[5]
    assert (may.target, may.planned, may.light) == (240000, 100000, "grey")
    assert may.figures["cumulative_plan"][3:5] == ["40000", "100000"]


def test_an_open_month_counts_what_is_to_come_by_the_new_target_and_is_judged_by_the_old(
    cast: Cast,
) -> None:
    cast.ask("office")

    april = cast.rows()[4]
    assert (april.light, april.completion_pct) == ("green", Decimal("33.33"))
    assert (april.quarter_gap, april.year_gap) == (80000, 200000)


def test_closed_months_stay_as_they_are(cast: Cast) -> None:
    was = {month: (row.figures, row.case, row.at) for month, row in cast.rows().items()}

    cast.ask("office", from_month=4)

    rows = cast.rows()
    assert {m: (rows[m].figures, rows[m].case, rows[m].at) for m in (1, 2, 3)} == {
        month: was[month] for month in (1, 2, 3)
    }
    assert rows[4].target == 240000
    db.session.commit()
    assert check_standings(now=NOW).differences == ()


def test_the_old_target_stays_on_record_with_dates_and_persons(cast: Cast) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    cast.decide("leader", cast.ask(), answer="同意")

    (row,) = changes_of(cast.indicator)

    assert (row.word, row.before, row.after) == ("调高", "120,000 万元", "240,000 万元")
    assert (row.asked_by, row.decided_by, row.answer) == ("周敏", "李局长", "同意")
    assert (row.state, row.is_open) == (ChangeState.APPROVED, False)


def test_a_second_change_leaves_every_month_its_own_target(cast: Cast) -> None:
    cast.ask("office", "240000", from_month=5)
    cast.ask("office", "96000", from_month=8)

    assert cast.indicator.earlier is not None
    assert [(one["through"], one["target"]) for one in cast.indicator.earlier] == [
        (4, "120000"),
        (7, "240000"),
    ]
    cast.ask("office", "60000", from_month=6)
    assert [(one["through"], one["target"]) for one in cast.indicator.earlier] == [
        (4, "120000"),
        (5, "240000"),
    ]


def test_a_target_that_was_unknown_is_set(cast: Cast, make: Maker) -> None:
    cast.indicator = make.indicator(cast.plan, cast.bureau.section, target=None, name="新增")
    refresh_standings(indicators=[cast.indicator], now=NOW)

    cast.ask("office", "1200", from_month=4)

    assert [cast.rows()[month].target for month in (3, 4)] == [None, 1200]
    assert changes_of(cast.indicator)[0].word == "确定"


def test_a_refusal_needs_a_reason_and_changes_nothing(cast: Cast) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    change = cast.ask()
    with pytest.raises(NotReadyError, match="不批准要写明理由"):
        cast.decide("leader", change, approve=False)

    cast.decide("chief", change, approve=False, answer="先挖潜")

    assert (change.state, change.answer) == ("refused", "先挖潜")
    assert cast.indicator.target == 120000
    with pytest.raises(StaleError, match="已有结果（未批准）"):
        cast.decide("leader", change)


def test_who_asked_takes_it_back_and_nobody_else(cast: Cast) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    change = cast.ask()
    given = {"indicator": cast.indicator, "change_id": change.id, "version": change.version}
    with pytest.raises(NotAllowedError, match="只有提出的人"):
        withdraw_target(actor=cast.office, now=NOW, **given)  # type: ignore[arg-type]

    withdraw_target(actor=cast.actor("head"), now=NOW, **given)  # type: ignore[arg-type]

    assert change.state == "withdrawn"
    assert cast.ask().state == "asked"


def test_nobody_approves_his_own_unless_nobody_else_can(cast: Cast, make: Maker) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    make.post(cast.bureau.section, "head", cast.bureau.leader)
    change = cast.ask("leader")
    with pytest.raises(NotAllowedError, match="不能自己批准"):
        cast.decide("leader", change)

    cast.bureau.chief.active = False
    db.session.flush()

    assert cast.decide("leader", change).state == "approved"


@pytest.mark.parametrize("role", ["clerk", "head", "office"])
def test_who_may_not_approve_is_told(cast: Cast, role: str) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    with pytest.raises(NotAllowedError, match="由分管领导或主要领导批准"):
        cast.decide(role, cast.ask())


def test_where_no_approval_is_wanted_the_office_decides_what_the_head_asks(cast: Cast) -> None:
    change = cast.ask()

    assert change.state == "asked"
    assert cast.decide("office", change).state == "approved"


@pytest.mark.parametrize("role", ["clerk", "chief"])
def test_who_may_not_ask_is_told(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowedError, match="由责任人或督查办提出"):
        cast.ask(role)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"target": "120000"}, "目标与现在的一样"),
        ({"target": None}, "请填调整后的目标"),
        ({"why": " "}, "要写明理由"),
        ({"from_month": 3}, "3月及以前已封账不再变动，调整最早从4月起"),
        ({"from_month": 13}, "调整最早从4月起"),
    ],
)
def test_what_cannot_be_asked_for_is_said(cast: Cast, more: dict[str, object], said: str) -> None:
    with pytest.raises(NotReadyError) as refused:
        cast.ask(**more)  # type: ignore[arg-type]
    assert said in refused.value.message


def test_figures_that_do_not_fit_are_refused(cast: Cast, make: Maker) -> None:
    with pytest.raises(FigureError, match="小数多于 0 位"):
        cast.ask(target="1.5")
    cast.indicator = make.indicator(
        cast.plan, cast.bureau.section, polarity="range", target_high=Decimal(200000)
    )
    with pytest.raises(FigureError, match="要有下限和上限"):
        cast.ask(target="1", high=None)
    cast.ask("office", target="1", high=Decimal(2))
    assert changes_of(cast.indicator)[0].after == "1～2 万元"


def test_one_change_waits_at_a_time(cast: Cast) -> None:
    cast.ask()
    with pytest.raises(NotReadyError, match="已有一项目标调整待批"):
        cast.ask()


def test_a_stale_page_is_told(cast: Cast) -> None:
    with pytest.raises(StaleError):
        ask_target(
            actor=cast.office,
            indicator=cast.indicator,
            target=Decimal(1),
            high=None,
            from_month=5,
            why="调减",
            version=cast.indicator.version - 1,
            now=NOW,
        )
    with pytest.raises(NotFoundError):
        decide_target(
            actor=cast.office,
            indicator=cast.indicator,
            change_id=999,
            approve=True,
            answer="",
            version=1,
            now=NOW,
        )


def test_a_month_that_was_closed_meanwhile_keeps_a_change_from_being_approved(cast: Cast) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    change = cast.ask(from_month=4)
    close_period(actor=cast.office, plan=cast.plan, month=4, now=NOW)

    with pytest.raises(NotReadyError, match="4月及以前已封账"):
        cast.decide("leader", change)


def test_nothing_changes_once_the_year_is_closed(cast: Cast) -> None:
    late = at("2025-03-01T10:00")
    for month in range(4, 13):
        close_period(actor=cast.office, plan=cast.plan, month=month, now=late)
    with pytest.raises(NotReadyError, match="全年都已封账"):
        cast.ask()


def test_quarter_targets_and_levels_by_hand_follow_the_new_target(cast: Cast, make: Maker) -> None:
    quarters = tuple(map(Decimal, [60000, 30000, 20000, 10000]))
    cast.indicator.phasing, cast.indicator.quarters = "quarters", quarters
    refresh_standings(indicators=[cast.indicator], now=NOW)
    cast.ask("office", "60000", from_month=4)
    assert cast.indicator.quarters == (30000, 15000, 10000, 5000)

    cast.indicator = make.indicator(
        cast.plan,
        cast.bureau.section,
        kind="rate",
        phasing="hand",
        target=Decimal(60),
        weights=tuple(map(Decimal, range(49, 61))),
    )
    refresh_standings(indicators=[cast.indicator], now=NOW)
    cast.ask("office", "70", from_month=5)
    assert cast.indicator.weights == (49, 50, 51, 52, *[70] * 8)
    assert [cast.rows()[month].planned for month in (3, 4)] == [51, 52]


def test_where_approval_is_wanted_the_edit_form_does_not_pass_it_by(cast: Cast) -> None:
    assert want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    assert not want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    wished = Settings(Decimal(1), None, "", "even", None, None, None)

    def save(settings: Settings) -> None:
        set_indicator(
            actor=cast.office,
            indicator=cast.indicator,
            year=2024,
            settings=settings,
            version=cast.indicator.version,
            why="调减",
            calendar=WorkingCalendar(),
            now=NOW,
        )

    with pytest.raises(NotReadyError, match="须经分管领导批准"):
        save(wished)
    db.session.refresh(cast.indicator)
    save(replace(wished, target=Decimal(120000), base="上年完成数"))
    with pytest.raises(NotAllowedError):
        want_approval(actor=cast.actor("head"), plan=cast.plan, wanted=False, now=NOW)


def test_what_waits_for_a_word_is_listed_for_who_may_give_it(cast: Cast) -> None:
    want_approval(actor=cast.office, plan=cast.plan, wanted=True, now=NOW)
    cast.ask()

    (waiting,) = waiting_changes(cast.actor("leader"))

    assert waiting.sentence == "目标由 120,000 调高为 240,000 万元，从5月起"
    assert len(waiting_changes(cast.actor("chief"))) == 1
    assert waiting_changes(cast.actor("head")) == []
    assert waiting_changes(cast.office) == []


def test_a_range_is_set_with_both_bounds_or_none(cast: Cast, make: Maker) -> None:
    rate = make.indicator(cast.plan, cast.bureau.section, kind="rate", places=1, target=None)

    def save(low: str | None, high: str | None) -> list[tuple[str, str, str]]:
        low_high = [None if one is None else Decimal(one) for one in (low, high)]
        settings = Settings(low_high[0], None, "", "even", None, None, None, "range", low_high[1])
        return set_indicator(
            actor=cast.office,
            indicator=rate,
            year=2024,
            settings=settings,
            version=rate.version,
            why="",
            calendar=WorkingCalendar(),
            now=NOW,
        )

    with pytest.raises(FigureError, match="两个都填，或者都留空"):
        save("5", None)
    db.session.refresh(rate)
    said = save("5", "5.5")
    assert ("方向", "越高越好", "保持在区间内") in said
    assert ("目标上限", "—", "5.5") in said


def test_another_bureau_asks_and_decides_nothing(cast: Cast) -> None:
    stranger = replace(cast.actor("chief"), top_unit_id=0)
    assert not may_decide_target(stranger, cast.indicator, needs_leader=True)
    assert not may_ask_target(replace(cast.office, top_unit_id=0), cast.indicator)

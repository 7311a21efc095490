"""A target that changes in the year, on its pages; closing, opening again and correcting as the history shows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tests.web.test_indicators import Bureau, text_of
from tracker.extensions import db
from tracker.models import Indicator, OutboxMessage, Person, TargetChange

SignIn = Callable[[str], FlaskClient]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    """The bureau of the indicator's pages, with a leader in charge of the section and approval wanted."""
    made = Bureau(make)
    chief = make.person(made.top, "chief", "王建国")
    make.post(made.top, "chief", chief)
    made.plan.approve_targets = True
    db.session.commit()
    return made


def wished(bureau: Bureau, **changes: str) -> dict[str, str]:
    version = db.session.get_one(Indicator, bureau.indicator.id).version
    given = {"target": "150,000", "from_month": "4", "why": "县人大调整预算"}
    return given | {"version": str(version)} | changes


def ask(bureau: Bureau, sign_in: SignIn, **changes: str) -> TargetChange:
    answer = sign_in("head").post(f"{bureau.url}/target", data=wished(bureau, **changes))
    assert answer.status_code == 302, text_of(answer)
    return db.session.scalars(select(TargetChange)).one()


def decide(
    bureau: Bureau, sign_in: SignIn, change: TargetChange, login: str, do: str, answer: str = ""
) -> object:
    return sign_in(login).post(
        f"{bureau.url}/target/{change.id}/decide",
        data={"do": do, "answer": answer, "version": str(change.version)},
        follow_redirects=True,
    )


def test_the_head_asks_and_the_chief_approves(bureau: Bureau, sign_in: SignIn) -> None:
    change = ask(bureau, sign_in)
    waiting = text_of(sign_in("chief").get(f"{bureau.url}/target"))
    done = decide(bureau, sign_in, change, "chief", "approve", "同意")
    page = text_of(sign_in("head").get(bureau.url))

    assert "周立新 4月1日 10:00 提出：目标由 120,000 万元 调高为 150,000 万元，从4月起" in waiting
    assert "已批准，未封账的月份已重新计算" in text_of(done)
    assert "现目标 150,000 万元" in text_of(done)
    assert "提出目标调整：目标由 120,000 万元 调高为 150,000 万元，从4月起" in page
    assert "目标调整已批准" in page
    assert "批复：同意" in page
    assert "从4月起，此前 120,000" in page
    assert "占年度任务的 22.50%" in page, "March is judged by the target of its time"


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(
    bureau: Bureau, sign_in: SignIn
) -> None:
    change = ask(bureau, sign_in)

    silent = decide(bureau, sign_in, change, "chief", "refuse")
    refused = decide(bureau, sign_in, change, "chief", "refuse", "先挖潜")

    assert "不批准要写明理由" in text_of(silent)
    assert "没有批准，目标不变" in text_of(refused)
    assert "未批准" in text_of(refused)
    assert "先挖潜" in text_of(refused)


def test_the_office_may_not_approve_where_a_leader_must(bureau: Bureau, sign_in: SignIn) -> None:
    change = ask(bureau, sign_in)

    answer = decide(bureau, sign_in, change, "office", "approve")

    assert "由分管领导或主要领导批准" in text_of(answer)
    assert 'value="approve"' not in sign_in("office").get(f"{bureau.url}/target").text


def test_who_asked_takes_it_back(bureau: Bureau, sign_in: SignIn) -> None:
    change = ask(bureau, sign_in)
    url = f"{bureau.url}/target/{change.id}/withdraw"

    strange = sign_in("office").post(url, data={"version": str(change.version)})
    mine = sign_in("head").post(url, data={"version": str(change.version)}, follow_redirects=True)
    again = sign_in("head").post(url, data={"version": str(change.version)})

    assert (strange.status_code, again.status_code) == (422, 409)
    assert "已撤回" in text_of(mine)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"target": "15万"}, 422, "不是数字"),
        ({"target": ""}, 422, "请填调整后的目标"),
        ({"why": ""}, 422, "要写明理由"),
        ({"from_month": "x"}, 422, ""),
        ({"version": "x"}, 409, "又有改动"),
    ],
)
def test_what_cannot_be_asked_for_is_said_and_kept(
    bureau: Bureau, sign_in: SignIn, changes: dict[str, str], status: int, said: str
) -> None:
    answer = sign_in("head").post(f"{bureau.url}/target", data=wished(bureau, **changes))

    assert answer.status_code == status
    assert said in text_of(answer)
    kept = html.fromstring(answer.text).forms[-1].fields
    assert kept["target"] == changes.get("target", "150,000")


@pytest.mark.parametrize(("login", "status"), [("colleague", 404), ("stranger", 404)])
def test_what_is_not_yours_is_not_there(
    bureau: Bureau, sign_in: SignIn, login: str, status: int
) -> None:
    assert sign_in(login).get(f"{bureau.url}/target").status_code == status
    decided = sign_in("chief").post(f"{bureau.url}/target/999/decide", data={"version": "1"})
    withdrawn = sign_in("head").post(f"{bureau.url}/target/999/withdraw", data={"version": "1"})
    assert (decided.status_code, withdrawn.status_code) == (404, 404)


def test_a_range_is_raised_with_both_bounds(bureau: Bureau, sign_in: SignIn) -> None:
    edited = {"polarity": "range", "target": "100000", "target_high": "130000", "version": "1"}
    bureau.plan.approve_targets = False
    db.session.commit()
    version = str(bureau.indicator.version)
    settings = {"phasing": "even", "why": "改为区间"} | edited | {"version": version}
    saved = sign_in("office").post(f"{bureau.url}/edit", data=settings, follow_redirects=True)

    answer = sign_in("office").post(
        f"{bureau.url}/target", data=wished(bureau, target="110000", high="140000")
    )

    assert "目标 100,000～130,000 万元" in text_of(saved)
    assert answer.status_code == 302
    page = text_of(sign_in("head").get(f"{bureau.url}"))
    assert "110,000～140,000" in page
    assert "25,002～32,502" in page, "March's own bounds"


def test_closing_opening_again_and_correcting_are_told_apart(
    bureau: Bureau, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    january = {"plan": str(bureau.plan.id), "month": "1"}
    correction = {"month": "1", "amount": "9500", "why": "对账", "revision": "1:1,2:1,3:1"}
    url, answers = bureau.url, []
    set_clock("2024-04-10T10:00:00")
    office = sign_in("office")
    for hour, path, data in (
        (10, "/lagging/close", january),
        (11, "/lagging/reopen", january),
        (11, "/lagging/reopen", january | {"why": "漏报一笔"}),
        (12, "/lagging/close", january),
        (13, f"{url}/correct", correction),
    ):
        db.session.rollback()  # a test's requests share its session; in service each has its own
        set_clock(f"2024-04-10T{hour}:00:00")
        answers.append(office.post(path, data=data))
    del answers[1]  # without a reason it stayed closed
    assert [answer.status_code for answer in answers] == [302] * 4
    db.session.rollback()

    page = html.fromstring(sign_in("head").get(bureau.url).text)
    said = " ".join(page.text_content().split())

    assert "1月封账（后来启封）" in said
    assert "1月启封，按现有填报重新计算" in said
    assert "理由：漏报一笔" in said
    assert "封账后更正1月 9,000 → 9,500 万元" in said
    row = page.xpath("//section[@id='months']//tbody/tr[1]")[0].text_content()
    assert "9,000 → 9,500，计入以后月份，本月亮灯不变" in row
    assert "4月10日 12:00 计算，已封账" in row
    assert "规则" in row


def test_every_months_light_says_its_rule_figures_and_time(bureau: Bureau, sign_in: SignIn) -> None:
    page = html.fromstring(sign_in("head").get(bureau.url).text)

    february = " ".join(
        page.xpath("//section[@id='months']//tbody/tr[2]")[0].text_content().split()
    )

    assert "落后计划 10 个百分点以内亮黄" in february
    assert "2月累计 16,000 万元" in february
    assert "计划累计 20,000 万元" in february
    assert "相差 −4,000 万元，−3.33 个百分点" in february
    assert "计算，未封账" in february


def test_the_office_decides_whether_a_plans_targets_need_a_leaders_word(
    bureau: Bureau, sign_in: SignIn
) -> None:
    office, url = sign_in("office"), f"/plans/{bureau.plan.id}"

    off = office.post(f"{url}/approve-targets", data={"wanted": "0"}, follow_redirects=True)
    done = office.post(f"{bureau.url}/target", data=wished(bureau), follow_redirects=True)

    assert "目标调整由督查办办理，不须领导批准" in text_of(off)
    assert "目标已调整，未封账的月份已重新计算" in text_of(done)
    on = office.post(f"{url}/approve-targets", data={"wanted": "1"}, follow_redirects=True)
    assert "改为不须批准" in text_of(on)
    assert sign_in("head").post(f"{url}/approve-targets").status_code == 403
    assert sign_in("stranger").post(f"{url}/approve-targets").status_code == 404


def test_what_waits_for_the_chiefs_word_stands_on_his_desk(bureau: Bureau, sign_in: SignIn) -> None:
    ask(bureau, sign_in)

    desk = text_of(sign_in("chief").get("/desk"))

    assert "目标由 120,000 调高为 150,000 万元，从4月起" in desk
    assert "目标调整待批" not in text_of(sign_in("office").get("/desk"))


def letters() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(Person.login, OutboxMessage.subject, OutboxMessage.state)
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxMessage.kind == "target-change")
        .order_by(OutboxMessage.id)
    )
    return [(row.login, row.subject.split("：")[0], row.state) for row in rows]


def test_who_decides_is_written_to_and_who_asked_hears_of_it(
    bureau: Bureau, sign_in: SignIn
) -> None:
    change = ask(bureau, sign_in)
    assert ("chief", "目标调整待批", "queued") in letters()
    assert "head" not in {login for login, _, _ in letters()}

    decide(bureau, sign_in, change, "chief", "approve", "同意")

    assert letters()[-1] == ("head", "目标调整已批准", "queued")
    assert {state for login, _, state in letters() if login != "head"} == {"dropped"}


def test_nobody_is_asked_for_what_was_taken_back(bureau: Bureau, sign_in: SignIn) -> None:
    change = ask(bureau, sign_in)

    sign_in("head").post(
        f"{bureau.url}/target/{change.id}/withdraw", data={"version": str(change.version)}
    )

    assert {state for _, _, state in letters()} == {"dropped"}

"""The sheet: what a person owes, kept as typed, sent once, and seen on the board a moment later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import (
    AuditEntry,
    Indicator,
    Report,
    SheetDraft,
    Standing,
    TaskEvent,
    TaskReport,
)
from tracker.services.refresh_standings import refresh_standings

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]


class Bureau:
    """预算股 with a reporter and a head, an indicator, a task, and March to be reported."""

    def __init__(self, make: Maker) -> None:
        self.top = make.top()
        self.section = make.unit(self.top, "预算股")
        self.other = make.unit(self.top, "国库股")
        make.post(self.section, "reporter", make.person(self.top, "reporter", "陈晓燕"))
        make.post(self.section, "head", make.person(self.top, "head", "周立新"))
        make.post(self.other, "reporter", make.person(self.top, "colleague"))
        make.post(self.top, "office", make.person(self.top, "office"))
        self.plan = make.plan(self.top)
        self.indicator = make.indicator(self.plan, self.section)
        self.task = make.task(self.plan, self.section)
        for month in (1, 2, 3):
            make.cycle(self.plan, month)
        for month, amount in ((1, "9000"), (2, "7000")):
            make.report(self.indicator, month, amount)
        self.refresh()
        self.february_is_told()
        db.session.commit()

    def february_is_told(self) -> None:
        db.session.add(
            TaskReport(
                top_unit_id=self.top.id,
                task_id=self.task.id,
                year=2024,
                month=2,
                revision=1,
                progress=Decimal(20),
                done="起草",
                at=datetime(2024, 2, 28, tzinfo=UTC),
            )
        )
        self.task.progress = Decimal(20)
        db.session.flush()

    def refresh(self) -> None:
        refresh_standings(indicators=[self.indicator], now=datetime(2024, 4, 1, tzinfo=UTC))

    @property
    def i(self) -> str:
        return f"i{self.indicator.id}"

    @property
    def t(self) -> str:
        return f"t{self.task.id}"

    def filled(self, amount: str = "11000", **more: str) -> dict[str, str]:
        return {
            "month": "2024-03",
            "action": "send",
            f"{self.i}-amount": amount,
            f"{self.i}-base": "0",
            f"{self.t}-progress": "30",
            f"{self.t}-done": "征求意见",
            f"{self.t}-base": "0",
        } | {name.replace("__", "-"): text for name, text in more.items()}


@pytest.fixture
def bureau(make: Maker) -> Bureau:
    return Bureau(make)


def reports(indicator: Indicator, month: int = 3) -> list[Report]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Report)
            .where(Report.indicator_id == indicator.id, Report.month == month)
            .order_by(Report.revision)
        )
    )


def text_of(answer: object) -> str:
    return " ".join(html.fromstring(answer.text).text_content().split())  # type: ignore[attr-defined]


def test_a_report_is_on_the_board_and_on_the_page_a_moment_later(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("reporter")
    page = browser.get("/reports")
    assert "3月填报" in text_of(page)
    assert "14,000" in page.text  # what March must bring to secure the quarter: 30,000 − 16,000

    answer = browser.post("/reports", data=bureau.filled(), follow_redirects=True)

    assert "已提交 3月填报：1 项指标、1 项任务" in text_of(answer)
    march = db.session.scalars(select(Standing).where(Standing.month == 3)).one()
    assert (march.actual, march.light, march.quarter_guard) == (27000, "yellow", "push")
    board = text_of(browser.get("/lagging"))
    assert "一般公共预算收入" in board
    assert "落后计划 2.50 点，自1月起；二季度每月需完成 11,000 万元" in board
    shown = text_of(browser.get(f"/indicators/{bureau.indicator.id}"))
    assert "截至3月底完成 27,000 万元，占年度任务的 22.50%，落后序时进度 2.50 个百分点" in shown
    assert "27,000" in text_of(browser.get("/indicators"))


def wide(text: str) -> str:
    """Write ASCII full-width, as Chinese input methods do."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def draft() -> dict[str, str]:
    db.session.expire_all()
    kept = db.session.scalar(select(SheetDraft))
    return {} if kept is None else dict(kept.fields)


def test_what_is_typed_is_kept_letter_for_letter_even_if_it_is_no_figure(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("reporter")
    typed = {"month": "2024-03", f"{bureau.i}-amount": " 约1万 ", f"{bureau.i}-note": "待核"}

    answer = browser.post("/reports/draft", data=typed)

    assert draft()[f"{bureau.i}-amount"] == " 约1万 "
    row = answer.json["rows"][bureau.i]
    assert "不是数字" in row["error"]
    assert row["cumulative"] == "—"
    assert " 约1万 " in browser.get("/reports").text


def test_sums_and_light_follow_as_one_types(bureau: Bureau, sign_in: SignIn) -> None:
    answer = sign_in("reporter").post(
        "/reports/draft", data={"month": "2024-03", f"{bureau.i}-amount": wide("11,000")}
    )

    assert answer.json["saved_at"] == "10:00"
    row = answer.json["rows"][bureau.i]
    assert (row["cumulative"], row["rate"], row["light"], row["word"], row["error"]) == (
        "27,000",
        "22.50%",
        "yellow",
        "−2.50",
        None,
    )
    assert reports(bureau.indicator) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("NaN", "不是普通数字"),
        ("-Infinity", "不是普通数字"),
        ("1e5", "不是普通数字"),
        ("12万", "不是数字"),
        ("1.2亿", "不是数字"),
        ("9000.5", "只能填整数"),
        ("9" * 60, "整数部分最多 14 位"),
        ("١٢٣", "不是数字"),
    ],
)
def test_a_figure_that_cannot_be_taken_is_said_in_its_row_and_nothing_is_sent(
    bureau: Bureau, sign_in: SignIn, typed: str, said: str
) -> None:
    answer = sign_in("reporter").post("/reports", data=bureau.filled(typed))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert typed in answer.text
    assert reports(bureau.indicator) == []


def test_yuan_typed_for_wan_yuan_is_doubted_and_the_right_figure_offered(
    bureau: Bureau, sign_in: SignIn
) -> None:
    browser = sign_in("reporter")

    answer = browser.post("/reports", data=bureau.filled("110000000"))

    assert answer.status_code == 422
    assert "像是按“元”填的。若是，应为 11,000 万元" in text_of(answer)
    assert 'data-value="11,000"' in answer.text
    sure = bureau.filled("110000000", **{f"{bureau.i}__sure": "1"})
    assert browser.post("/reports", data=sure).status_code == 302
    assert reports(bureau.indicator)[0].amount == 110_000_000


def test_a_figure_below_zero_asks_for_a_reason(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("reporter")
    wrong = bureau.filled("-200", **{f"{bureau.i}__next": "补征"})

    assert "填的是负数" in text_of(browser.post("/reports", data=wrong))
    right = wrong | {f"{bureau.i}-note": "退库 200 万元"}
    assert browser.post("/reports", data=right).status_code == 302


def test_red_asks_for_reason_and_next_step(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("reporter")

    answer = browser.post("/reports", data=bureau.filled("1000"))

    assert answer.status_code == 422
    assert "红灯：写明原因和下一步才能提交" in text_of(answer)
    told = bureau.filled("1000", **{f"{bureau.i}__note": "土地流拍", f"{bureau.i}__next": "重挂"})
    assert browser.post("/reports", data=told).status_code == 302
    assert reports(bureau.indicator)[0].next_step == "重挂"


def test_sending_twice_stores_one_revision(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("reporter")
    browser.post("/reports", data=bureau.filled())

    again = browser.post("/reports", data=bureau.filled(), follow_redirects=True)

    assert "之前已经提交过，没有变化" in text_of(again)
    assert len(reports(bureau.indicator)) == 1


def test_a_correction_is_a_new_revision_with_its_reason(bureau: Bureau, sign_in: SignIn) -> None:
    browser = sign_in("reporter")
    browser.post("/reports", data=bureau.filled())
    changed = {
        "month": "2024-03",
        "action": "send",
        f"{bureau.i}-amount": "12000",
        f"{bureau.i}-base": "1",
    }

    refused = browser.post("/reports", data=changed)
    browser.post("/reports", data=changed | {f"{bureau.i}-why": "与国库对账"})

    assert "更正要写明理由" in text_of(refused)
    assert [(row.revision, row.amount, row.why) for row in reports(bureau.indicator)] == [
        (1, 11000, ""),
        (2, 12000, "与国库对账"),
    ]
    march = db.session.scalars(select(Standing).where(Standing.month == 3)).one()
    assert march.actual == 28000


def test_a_figure_that_another_sent_meanwhile_is_shown_beside_mine(
    bureau: Bureau, sign_in: SignIn
) -> None:
    mine, theirs = sign_in("reporter"), sign_in("head")
    theirs.post("/reports", data=bureau.filled("9500"))

    answer = mine.post("/reports", data=bureau.filled("11000"))

    assert answer.status_code == 409
    assert "周立新在您打开之后报了 9,500 万元" in text_of(answer)
    assert 'value="11000"' in answer.text
    assert [row.amount for row in reports(bureau.indicator)] == [9500]
    assert draft()[f"{bureau.i}-amount"] == "11000"


def test_a_closed_month_refuses_in_a_sentence_and_keeps_what_was_typed(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    from tracker.models import Cycle

    march = db.session.scalars(select(Cycle).where(Cycle.month == 3)).one()
    march.closed_at = datetime(2024, 4, 1, tzinfo=UTC)
    db.session.commit()

    answer = sign_in("reporter").post("/reports", data=bureau.filled())

    assert answer.status_code == 422
    assert "2024年3月已封账，不能再填报或更正" in text_of(answer)
    assert reports(bureau.indicator) == []
    assert draft()[f"{bureau.i}-amount"] == "11000"


def test_what_is_complete_can_go_first(bureau: Bureau, sign_in: SignIn, make: Maker) -> None:
    second = make.indicator(bureau.plan, bureau.section, name="非税收入")
    db.session.commit()
    browser = sign_in("reporter")
    typed = bureau.filled(action="send-filled", **{f"i{second.id}__amount": "?"})

    answer = browser.post("/reports", data=typed, follow_redirects=True)

    assert "还差 1 项" in text_of(answer)
    assert len(reports(bureau.indicator)) == 1
    assert draft() == {f"i{second.id}-amount": "?"}


def test_all_or_nothing_where_a_row_is_empty(bureau: Bureau, sign_in: SignIn, make: Maker) -> None:
    make.indicator(bureau.plan, bureau.section, name="非税收入")
    db.session.commit()

    answer = sign_in("reporter").post("/reports", data=bureau.filled())

    assert answer.status_code == 422
    assert "非税收入 1 项未填" in text_of(answer)
    assert reports(bureau.indicator) == []


def test_rows_that_were_not_touched_are_marked_too_and_nothing_typed_is_lost(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    empty = make.indicator(bureau.plan, bureau.section, name="非税收入")
    db.session.commit()
    browser = sign_in("reporter")

    answer = browser.post("/reports", data=bureau.filled("10500") | {f"{bureau.t}-progress": ""})

    page = html.fromstring(answer.text)
    marked = {
        row.get("id"): row.text_content().strip() for row in page.xpath("//*[@data-error-for]")
    }
    assert marked == {f"error-i{empty.id}": "还没有填。", f"error-{bureau.t}": "还没有填。"}
    assert "没有提交：还有 2 项要补齐，都标在行里" in text_of(answer)
    assert page.xpath(f"//*[@role='alert']//a[@href='#i{empty.id}-amount']")
    assert 'value="10500"' in answer.text
    assert "征求意见" in answer.text


def test_the_marks_stay_while_one_fills_in_the_rest(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    empty = make.indicator(bureau.plan, bureau.section, name="非税收入")
    db.session.commit()
    typed = {"month": "2024-03", f"{bureau.i}-amount": "11000"}
    browser = sign_in("reporter")

    assert browser.post("/reports/draft", data=typed).json["rows"][f"i{empty.id}"]["error"] is None
    rows = browser.post("/reports/draft", data=typed | {"marked": "1"}).json["rows"]
    assert (rows[bureau.i]["error"], rows[f"i{empty.id}"]["error"]) == (None, "还没有填。")


def test_one_thing_that_lacks_is_said_in_the_summary_itself(
    bureau: Bureau, sign_in: SignIn
) -> None:
    answer = sign_in("reporter").post("/reports", data=bureau.filled("1000"))

    assert "没有提交：一般公共预算收入：红灯：写明原因和下一步才能提交。" in text_of(answer)
    assert f'href="#{bureau.i}-amount"' in answer.text


def test_rows_of_several_plans_stand_under_their_plans_names(
    bureau: Bureau, sign_in: SignIn, make: Maker
) -> None:
    browser = sign_in("reporter")
    assert "《" not in text_of(browser.get("/reports"))
    other = make.plan(bureau.top, title="2024年金融工作要点")
    make.cycle(other, 3)
    make.indicator(other, bureau.section, name="贷款余额")
    make.task(other, bureau.section, text="银企对接")
    db.session.commit()

    page = html.fromstring(browser.get("/reports").text)

    headings = [row.text_content().strip() for row in page.xpath("//tr[@class='group']/th")]
    assert headings == [
        f"《{bureau.plan.title}》 预算股",
        "《2024年金融工作要点》 预算股",
        f"《{bureau.plan.title}》",
        "《2024年金融工作要点》",
    ]


def test_the_word_after_sending_is_one_short_sentence(bureau: Bureau, sign_in: SignIn) -> None:
    answer = sign_in("reporter").post("/reports", data=bureau.filled(), follow_redirects=True)

    said = html.fromstring(answer.text).xpath("//*[@role='status' and @class='toast-box']")
    assert [" ".join(part.text_content().split()) for part in said] == [
        "已提交 3月填报：1 项指标、1 项任务，本月已报齐。"
    ]


def test_a_task_report_moves_the_task_on_and_leaves_its_history(
    bureau: Bureau, sign_in: SignIn
) -> None:
    sign_in("reporter").post("/reports", data=bureau.filled())

    db.session.expire_all()
    assert (bureau.task.state, bureau.task.progress) == ("in_progress", 30)
    events = db.session.scalars(select(TaskEvent).order_by(TaskEvent.id)).all()
    assert [(event.what, event.before, event.after) for event in events] == [
        ("progress", "20", "30"),
        ("state", "issued", "acknowledged"),
        ("state", "acknowledged", "in_progress"),
    ]


def test_sending_is_on_the_record_and_clears_the_draft(bureau: Bureau, sign_in: SignIn) -> None:
    sign_in("reporter").post("/reports", data=bureau.filled())

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "report")).one()
    assert entry.detail["indicators"][str(bureau.indicator.id)]["amount"] == "11000"
    assert draft() == {}


def test_the_oldest_month_that_lacks_something_comes_first(
    bureau: Bureau, sign_in: SignIn, make: Maker, set_clock: Callable[[str], None]
) -> None:
    make.cycle(bureau.plan, 4)
    db.session.commit()
    set_clock("2024-04-26T10:00:00")
    browser = sign_in("reporter")

    assert "3月填报" in text_of(browser.get("/reports"))
    assert "4月填报" in text_of(browser.get("/reports?month=2024-04"))
    browser.post("/reports", data=bureau.filled())
    assert "4月填报" in text_of(browser.get("/reports"))


def test_a_month_that_has_not_opened_is_said_to_come(bureau: Bureau, sign_in: SignIn) -> None:
    answer = sign_in("reporter").get("/reports?month=2024-09")

    assert "还没有开启填报" in text_of(answer)


def test_rows_of_others_cannot_be_sent(bureau: Bureau, sign_in: SignIn) -> None:
    answer = sign_in("colleague").post("/reports", data=bureau.filled())

    assert answer.status_code == 404
    assert reports(bureau.indicator) == []


def test_the_office_does_not_report(bureau: Bureau, sign_in: SignIn) -> None:
    assert sign_in("office").get("/reports").status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_rows(
    bureau: Bureau, sign_in: SignIn, make: Maker, count_queries: Count
) -> None:
    browser = sign_in("reporter")
    few = count_queries(lambda: browser.get("/reports"))
    for number in range(12):
        make.indicator(bureau.plan, bureau.section, name=f"指标{number}")
        make.task(bureau.plan, bureau.section, text=f"任务{number}")
    db.session.commit()

    assert count_queries(lambda: browser.get("/reports")) == few

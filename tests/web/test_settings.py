"""Pages of the running state, the working calendar and the outbox."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.makers import Maker
from tests.page import Browser, Value
from tracker.extensions import db
from tracker.models import CalendarDay, CalendarYear, Lease, OutboxMessage, Person, Unit
from tracker.services.lay_cycles import lay_cycles

SignIn = Callable[[str], FlaskClient]
Count = Callable[[Callable[[], object]], int]
NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)


@pytest.fixture
def top(make: Maker) -> Unit:
    """A bureau with its office and its system administrator."""
    top = make.top()
    make.post(top, "office", make.person(top, "zhaowenbo", "赵文博"))
    make.post(top, "system_admin", make.person(top, "system", "钱立诚"))
    db.session.commit()
    return top


def mail(top: Unit, state: str, **values: object) -> OutboxMessage:
    person = db.session.scalars(
        select(Person).where(Person.top_unit_id == top.id).order_by(Person.id)
    ).first()
    assert person is not None
    number = len(db.session.scalars(select(OutboxMessage)).all())
    message = OutboxMessage(
        **{
            "top_unit_id": top.id,
            "key": f"cycle/2024-03/{number}",
            "kind": "cycle",
            "person_id": person.id,
            "address": "a@example.cn",
            "subject": "3月填报提醒",
            "text": "",
            "html": "",
            "message_id": f"<{number}@tracker>",
            "state": state,
            "queued_at": NOW,
        }
        | values
    )
    db.session.add(message)
    db.session.commit()
    return message


def test_the_page_says_what_somebody_has_to_see_to(top: Unit, sign_in: SignIn) -> None:
    mail(top, "failed", error="550 邮箱不存在")
    mail(top, "queued")
    db.session.add(CalendarYear(top_unit_id=top.id, year=2024))
    db.session.commit()

    page = sign_in("system").get("/settings").text

    assert (
        "有 4 件事要办：定时任务没有在运行，提醒和邮件不会发出；1 封邮件没有送达；"
        "2025年节假日安排没有录入；1 人从未登录。" in page
    )
    assert "550 邮箱不存在" not in page  # the office reads mails, the administrator their number


def test_all_well_is_said_in_a_word(top: Unit, sign_in: SignIn) -> None:
    db.session.add_all(CalendarYear(top_unit_id=top.id, year=year) for year in (2024, 2025))
    db.session.add(Lease(name="tick", beat_at=NOW))
    db.session.commit()
    sign_in("zhaowenbo")

    assert "运行正常。" in sign_in("system").get("/settings").text


def test_a_scheduler_that_fell_silent_is_noticed(
    top: Unit, sign_in: SignIn, set_clock: Callable[[str], None]
) -> None:
    db.session.add(Lease(name="tick", beat_at=NOW))
    db.session.commit()
    set_clock("2024-04-01T10:11")

    assert "定时任务没有在运行" in sign_in("system").get("/settings").text


def test_completeness_counts_late_reports(make: Maker, top: Unit, sign_in: SignIn) -> None:
    section = make.unit(top, "预算股")
    plan = make.plan(top)
    make.cycle(plan, 2, due_on=date(2024, 3, 5))
    make.report(make.indicator(plan, section), 2, "1", at=datetime(2024, 3, 5, 15, tzinfo=UTC))
    make.report(make.indicator(plan, section), 2, "1", at=datetime(2024, 3, 5, 16, 1, tzinfo=UTC))
    make.indicator(plan, section)
    db.session.commit()

    page = sign_in("zhaowenbo").get("/settings").text

    assert "<b>2 / 3</b>" in page
    assert '<td class="num" data-label="迟报">1</td>' in page  # 00:01 of the day after


def test_a_holiday_moves_the_months_that_have_not_opened(
    make: Maker, top: Unit, sign_in: SignIn
) -> None:
    plan = make.plan(top)
    before = {cycle.month: cycle.due_on for cycle in lay_cycles(plan=plan, today=date(2024, 4, 1))}
    db.session.commit()

    answer = sign_in("system").post(
        "/settings/calendar",
        data={"kind": "rest", "from_on": "2024-05-01", "until_on": "2024-05-05", "name": "劳动节"},
    )

    assert answer.status_code == 302
    days = db.session.scalars(select(CalendarDay.day).order_by(CalendarDay.day)).all()
    assert days == [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]  # not the week-end
    after = {cycle.month: cycle.due_on for cycle in lay_cycles(plan=plan, today=date(2024, 4, 1))}
    assert (before[4], after[4]) == (date(2024, 5, 3), date(2024, 5, 8))
    assert before[3] == after[3]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"from_on": "2024-02-30"}, "不是日期"),
        ({"from_on": ""}, "请填写日期"),
        ({"from_on": "2024-05-04"}, "本来就是休息日"),
        ({"from_on": "2024-05-06", "kind": "work"}, "本来就是工作日"),
        ({"from_on": "2024-05-03", "until_on": "2024-05-01"}, "止日应在起日之后"),
        ({"from_on": "2024-05-01", "until_on": "2024-12-01"}, "最多 40 天"),
        ({"from_on": "1999-05-03"}, "年份不对"),
    ],
)
def test_a_wrong_day_is_refused_and_stays_in_the_form(
    top: Unit, sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    answer = sign_in("system").post(
        "/settings/calendar", data={"kind": "rest", "name": "劳动节"} | fields
    )

    assert (answer.status_code, says in answer.text) == (422, True)
    assert 'value="劳动节"' in answer.text
    assert db.session.scalars(select(CalendarDay)).all() == []


def test_a_day_is_taken_back_and_another_bureau_s_is_not(
    make: Maker, top: Unit, sign_in: SignIn
) -> None:
    other = make.top("云泽县财政局")
    ours = CalendarDay(top_unit_id=top.id, day=date(2024, 5, 1), working=False)
    theirs = CalendarDay(top_unit_id=other.id, day=date(2024, 5, 1), working=False)
    db.session.add_all([ours, theirs])
    db.session.commit()
    ids = ours.id, theirs.id
    system = sign_in("system")

    assert system.post(f"/settings/calendar/{ids[0]}/remove").status_code == 302
    assert system.post(f"/settings/calendar/{ids[1]}/remove").status_code == 404
    db.session.info.clear()
    assert db.session.scalars(select(CalendarDay.id)).all() == [ids[1]]


def test_a_table_of_days_is_taken_from_the_page(top: Unit, sign_in: SignIn) -> None:
    table = "日期,类别,名称\n2024-05-01,放假,劳动节\n2024-05-11,上班,\n"

    answer = sign_in("system").post(
        "/settings/calendar/import",
        data={"file": (io.BytesIO(table.encode()), "日历.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 302
    assert len(db.session.scalars(select(CalendarDay)).all()) == 2
    assert db.session.scalars(select(CalendarYear.year)).all() == [2024]


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("", b"", "没有选文件"),
        ("日历.exe", b"MZ", ".csv"),
        ("日历.csv", b"\x00\x01\x02\xff", "文件"),
        ("日历.csv", "名称\n春节\n".encode(), "日期"),
        ("日历.csv", "日期,类别\n2024-02-30,放假\n".encode(), "2"),
    ],
)
def test_a_bad_table_is_refused_with_a_sentence(
    top: Unit, sign_in: SignIn, name: str, body: bytes, says: str
) -> None:
    answer = sign_in("system").post(
        "/settings/calendar/import",
        data={"file": (io.BytesIO(body), name)},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.scalars(select(CalendarDay)).all() == []


def test_the_office_reads_the_outbox_and_sends_again(top: Unit, sign_in: SignIn) -> None:
    failed = mail(top, "failed", error="550 邮箱不存在", attempts=3)
    mail(top, "sent", subject="已经发出的", sent_at=NOW)
    browser = sign_in("zhaowenbo")

    page = browser.get("/settings/mails?state=failed").text
    assert "550 邮箱不存在，已试 3 次" in page
    assert "已经发出的" not in page
    assert browser.post(f"/settings/mails/{failed.id}/retry").status_code == 302
    assert (failed.state, failed.attempts) == ("queued", 0)


def test_another_bureau_s_mail_is_not_sent_again(make: Maker, top: Unit, sign_in: SignIn) -> None:
    other = make.top("云泽县财政局")
    make.person(other, "theirs")
    theirs = mail(other, "failed")
    browser = sign_in("zhaowenbo")

    assert browser.post(f"/settings/mails/{theirs.id}/retry").status_code == 404
    db.session.info.clear()
    db.session.expire_all()
    assert db.session.scalars(select(OutboxMessage.state)).one() == "failed"


@pytest.mark.parametrize("path", ["/settings", "/settings/mails"])
def test_the_pages_ask_a_fixed_number_of_questions(
    make: Maker, top: Unit, sign_in: SignIn, count_queries: Count, path: str
) -> None:
    plan = make.plan(top)
    make.cycle(plan, 3)
    mail(top, "queued")
    browser = sign_in("zhaowenbo")
    browser.get(path)
    db.session.commit()
    few = count_queries(lambda: browser.get(path))
    for number in range(10):
        unit = make.unit(top, f"股{number}")
        make.indicator(plan, unit)
        make.task(plan, unit)
        mail(top, "queued")

    assert count_queries(lambda: browser.get(path)) == few


def test_a_year_is_said_to_be_all_entered(top: Unit, sign_in: SignIn) -> None:
    system = sign_in("system")

    assert "尚未公布" in system.get("/settings/calendar").text
    system.post("/settings/calendar/publish", data={"year": "2024"})

    assert "尚未公布" not in system.get("/settings/calendar").text
    assert system.post("/settings/calendar/publish", data={"year": "20x4"}).status_code == 302
    assert db.session.scalars(select(CalendarYear.year)).all() == [2024]


def test_a_year_is_said_to_be_complete_once(top: Unit, sign_in: SignIn) -> None:
    page = Browser(sign_in("system")).open("/settings/calendar?year=2025")

    page.press("2025年已录齐")

    assert "2025年的节假日安排已记为录齐。" in page.words
    assert "还没有录齐" not in page.words
    assert db.session.scalars(select(CalendarYear.year)).all() == [2025]


@pytest.mark.parametrize("year", ["", "abcd", "1999", "2101", "\uff12\uff10\uff12\uff14"])
def test_a_year_out_of_reach_is_not_published(top: Unit, sign_in: SignIn, year: str) -> None:
    answer = sign_in("system").post(
        "/settings/calendar/publish", data={"year": year}, follow_redirects=True
    )

    assert "年份不对。" in answer.text
    assert db.session.scalars(select(CalendarYear)).all() == []


def test_a_day_is_entered_from_the_page_and_entering_it_again_changes_nothing(
    top: Unit, sign_in: SignIn
) -> None:
    page = Browser(sign_in("system")).open("/settings/calendar")
    values: dict[str, Value] = {"kind": "work", "from_on": "2024-05-11", "name": "补五一"}

    page.press("录入", values)

    assert "已录入 1 天" in page.words
    assert "补五一" in page.words
    assert "已录入 0 天" in page.press("录入", values).words
    assert "已录入 1 天" in page.press("录入", values | {"name": "改了名"}).words
    assert db.session.scalars(select(CalendarDay.name)).all() == ["改了名"]


def test_a_long_name_of_a_day_is_refused(top: Unit, sign_in: SignIn) -> None:
    page = Browser(sign_in("system")).open("/settings/calendar")

    page.press("录入", {"kind": "rest", "from_on": "2024-05-01", "name": "长" * 61})

    assert (page.status, "60 字" in page.words) == (422, True)


def test_a_mail_that_was_sent_is_not_sent_again(top: Unit, sign_in: SignIn) -> None:
    sent = mail(top, "sent", sent_at=NOW)
    browser = sign_in("zhaowenbo")

    answer = browser.post(f"/settings/mails/{sent.id}/retry", follow_redirects=True)

    assert "已经发出或正在发，不能重发" in answer.text
    assert sent.state == "sent"
    assert browser.post("/settings/mails/987654/retry").status_code == 404


def test_a_mail_without_address_waits_for_one(top: Unit, sign_in: SignIn) -> None:
    lost = mail(top, "dropped", address="")
    person = db.session.get_one(Person, lost.person_id)
    person.email = ""
    db.session.commit()
    page = Browser(sign_in("zhaowenbo")).open("/settings/mails?state=dropped")

    page.press("重发")
    assert "收件人没有登记邮箱，登记后再重发。" in page.words
    assert "state=dropped" in page.path
    person.email = "new@example.cn"
    db.session.commit()
    page.press("重发")

    assert (lost.state, lost.address) == ("queued", "new@example.cn")

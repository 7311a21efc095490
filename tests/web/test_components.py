"""The macros say what they are given, in shape and word, and connect what belongs together."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from wtforms import BooleanField, Form, SelectField, StringField

from tests.makers import Maker
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.web.filters import clock, day, moment, percent, points
from tracker.web.gallery import samples

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
SHANGHAI = ZoneInfo("Asia/Shanghai")

environment = Environment(
    loader=FileSystemLoader(ROOT / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
environment.globals["csrf_token"] = lambda: "the-token"


def draw(call: str, **values: object) -> html.HtmlElement:
    """Render one call of a macro and return it parsed, inside a <div>."""
    name = call.split("(", 1)[0]
    file = next(path for path in COMPONENTS if f"macro {name}(" in path.read_text("utf-8"))
    source = f'{{% from "components/{file.name}" import {name} %}}{{{{ {call} }}}}'
    return html.fragment_fromstring(
        environment.from_string(source).render(**values), create_parent="div"
    )


def words(part: html.HtmlElement) -> str:
    return " ".join(part.text_content().split())


def auditor(make: Maker) -> None:
    """Someone who may see nothing but the audit, and signs in as "shenji"."""
    top = make.top()
    make.post(top, Role.AUDITOR, make.person(top, login="shenji"))
    db.session.commit()


class SampleForm(Form):
    amount = StringField("本月完成", description="取整数")
    section = SelectField("责任单位", choices=["预算股"])
    receive = BooleanField("收提醒邮件")


def test_an_unknown_figure_is_a_dash_and_keeps_its_unit() -> None:
    for unknown in ("—", "", None):
        assert words(draw("figure(value, '万元')", value=unknown)) == "—万元"


def test_a_figure_has_its_unit_beside_the_number() -> None:
    part = draw("figure('1,234.56', '万元')")
    assert part.findtext(".//b") == "1,234.56"
    assert part.find(".//span[@class='u']").text == "万元"


def test_a_change_has_a_direction_only_when_it_goes_somewhere() -> None:
    assert draw("change('下降4.20%', 'down')").find("span").get("class") == "chg chg-down"
    assert draw("change('持平', '')").find("span").get("class") == "chg"


def test_a_light_has_its_kind_and_its_word() -> None:
    light = draw("light('red', '严重滞后')").find("span")
    assert (light.get("data-light"), light.text) == ("red", "严重滞后")


def test_words_are_escaped() -> None:
    assert draw("light('red', word)", word="<script>x</script>").find(".//script") is None


def test_a_light_opens_its_reasons() -> None:
    part = draw("why('red', '严重滞后', reasons)", reasons=samples.REASONS)
    assert part.find("details/summary/span").get("data-light") == "red"
    assert [term.text for term in part.iter("dt")] == [label for label, _ in samples.REASONS]


def test_a_light_without_reasons_does_not_open() -> None:
    part = draw("why('grey', '未报', ())")
    assert part.find("details") is None
    assert words(part) == "未报"


def test_a_pace_bar_is_as_wide_as_told_with_its_tick_and_its_label() -> None:
    part = draw("pace('55.36%', '55.36', '58.33', 'yellow', '完成 55.36%，序时 58.33%')")
    assert part.find(".//rect[@class='pace-done']").get("width") == "55.36"
    assert part.find(".//line").get("x1") == "58.33"
    assert part.find(".//svg").get("aria-label") == "完成 55.36%，序时 58.33%"
    assert words(part) == "55.36%"


@pytest.mark.parametrize("tick", ["", None])
def test_a_pace_bar_without_time_has_no_tick(tick: str | None) -> None:
    assert draw("pace('12%', '12', tick, 'grey', '完成 12%')", tick=tick).find(".//line") is None


def test_a_strip_writes_a_sign_for_every_month_and_a_word_for_every_quarter() -> None:
    part = draw("strip(months, quarters)", months=samples.STRIP, quarters=samples.QUARTERS)
    assert "".join(sign.text for sign in part.iter("b")) == "达补达欠欠欠缺—————"
    assert [words(p) for p in part.iter("p")][:2] == ["一季度 · 守住", "二季度 · 失守"]
    assert [q.get("data-q") for q in part.iter("div") if q.get("data-q")] == ["held", "lost"]


def test_a_small_strip_reads_out_the_months_that_are_over() -> None:
    label = draw("winloss(months)", months=samples.STRIP).find("svg").get("aria-label")
    assert label == "1月达到；2月后来补上；3月达到；4月未补；5月未补；6月未补；7月未报"


def test_a_small_strip_draws_twelve_marks_of_different_shape() -> None:
    svg = draw("winloss(months)", months=samples.STRIP).find("svg")
    marks = [mark.get("class") for mark in svg.iter("rect", "circle")]
    assert marks == ["met", "repaired", "met", *["open"] * 3, "grey", *["future"] * 5]


def test_a_year_that_has_not_begun_says_so() -> None:
    months = [SimpleNamespace(month=n, state="future", word="") for n in range(1, 13)]
    label = draw("winloss(months)", months=months).find("svg").get("aria-label")
    assert label == "各月未到时"


def test_a_guard_has_its_word_before_its_sentence() -> None:
    part = draw("guard('at_risk', '难保', '8月需 5,088 万元。')")
    assert part.find("p").get("data-guard") == "at_risk"
    assert words(part) == "难保 8月需 5,088 万元。"


def test_a_chip_shows_a_count_of_zero_but_no_missing_count() -> None:
    chips = [samples.Link("蓝", count=0, light="blue"), samples.Link("全部", current=True)]
    none, current = draw("chips(entries)", entries=chips).iter("a")
    assert words(none) == "蓝 0"
    assert (words(current), current.get("aria-current")) == ("全部", "true")


def test_a_sorted_head_says_which_way_it_is_sorted() -> None:
    table = "<table><tr>{}</tr></table>"
    source = environment.from_string(
        '{% from "components/table.html" import sort_head %}'
        "{{ sort_head('时限', '?sort=-due', 'up') }}{{ sort_head('名称', '?sort=name') }}"
    ).render()
    due, name = html.fragment_fromstring(table.format(source)).iter("th")
    assert due.get("aria-sort") == "ascending"
    assert name.get("aria-sort") is None
    assert name.find("a").get("href") == "?sort=name"


def test_a_pager_marks_the_page_and_shows_a_gap() -> None:
    part = draw("pager(pages, '?page=1', '?page=3')", pages=samples.PAGES)
    assert [a.text for a in part.iter("a") if a.get("aria-current")] == ["2"]
    assert words(part) == "上一页 1 2 3 … 6 下一页"


def test_a_heat_map_links_cells_that_lead_somewhere_and_leaves_months_to_come_empty() -> None:
    part = draw("heat(heads, rows, '说明')", heads=samples.HEADS, rows=samples.HEAT)
    rows = [list(row.iter("td")) for row in part.iter("tr")][1:]
    assert rows[1][6].find("a") is not None
    assert "资产管理股 16月 红灯，落后 16.3 点" in words(rows[1][6])
    assert rows[2][0].find("a") is None
    assert [cell.get("class") for cell in rows[0][7:]] == ["future"] * 5
    assert {cell.get("data-light") for cell in rows[0][7:]} == {None}


def test_crumbs_end_with_the_page_itself() -> None:
    part = draw("crumbs(entries)", entries=[("任务", "/tasks"), ("清查资产", None)])
    first, last = part.iter("li")
    assert first.find("a").get("href") == "/tasks"
    assert (last.find("a"), last.get("aria-current")) == (None, "page")


def test_a_message_that_failed_is_announced_at_once() -> None:
    assert draw("message('error', '没有保存')").find("div").get("role") == "alert"
    assert draw("message('success', '已保存')").find("div").get("role") == "status"


def test_a_field_leads_from_input_to_hint_and_error() -> None:
    form = SampleForm()
    form.amount.errors = ["不是数字"]
    part = draw("field(f, unit='万元', inputmode='decimal')", f=form.amount)
    box = part.find(".//input")
    assert box.get("aria-describedby") == "amount-errors amount-hint"
    assert (box.get("aria-invalid"), box.get("inputmode")) == ("true", "decimal")
    assert part.find(".//p[@id='amount-errors']").text == "不是数字"
    assert part.find(".//p[@id='amount-hint']").text == "取整数"
    assert part.find(".//label").get("for") == "amount"


def test_a_field_without_error_points_to_nothing_that_is_not_there() -> None:
    part = draw("field(f)", f=SampleForm().section)
    select = part.find(".//select")
    assert select.get("class") == "form-select"
    assert select.get("aria-describedby") is None
    assert select.get("aria-invalid") is None


def test_a_tick_box_has_its_label_beside_it() -> None:
    part = draw("field(f)", f=SampleForm().receive)
    assert part.find(".//input").get("class") == "form-check-input"
    assert [label.text for label in part.iter("label")] == ["收提醒邮件"]


def test_a_confirm_names_what_follows_and_posts_with_its_token() -> None:
    part = draw(
        "confirm('撤销下达', '撤销？', consequences, '/plans/1/withdraw', '撤销下达', '不撤销', [('version', '3')])",
        consequences=["47 项任务回到草稿"],
    )
    form = part.find(".//form")
    assert (form.get("method"), form.get("action")) == ("post", "/plans/1/withdraw")
    sent = {box.get("name"): box.get("value") for box in form.iter("input")}
    assert sent == {"csrf_token": "the-token", "version": "3"}
    assert [words(item) for item in form.iter("li")] == ["47 项任务回到草稿"]
    assert form.findall(".//button")[-1].text == "撤销下达"


def test_steps_mark_the_one_that_is_current() -> None:
    part = draw("steps(states)", states=samples.STEPS)
    current = [words(step) for step in part.iter("li") if step.get("aria-current") == "step"]
    assert current == ["推进中2月2日起"]


def test_every_macro_is_shown_in_the_gallery_and_described() -> None:
    gallery = "".join(p.read_text("utf-8") for p in (ROOT / "templates" / "gallery").glob("*"))
    described = (ROOT / "docs" / "components.md").read_text("utf-8")
    used = gallery + "".join(path.read_text("utf-8") for path in COMPONENTS)
    names = {
        name
        for path in COMPONENTS
        for name in re.findall(r"macro (\w+)\(", path.read_text("utf-8"))
    }
    unused = {name for name in names if len(re.findall(rf"\b{name}\(", used)) < 2}
    inner = {
        "heat_cell",
        "heat_slot",
        "winloss_mark",
        "area",
        "amount_cell",
        "error_row",
        "note_cell",
        "sent_line",
        "mark_number",
        "mark_stretch",
        "mark_line",
    }
    assert unused == set()
    assert {name for name in names - inner if f"`{name}(" not in described} == set()


def test_percent_and_points_are_written_with_two_places_and_a_true_minus() -> None:
    assert percent(Decimal("22.5")) == "22.50%"
    assert points(Decimal("0.154")) == "+0.15"
    assert points(Decimal("-2.965")) == "−2.97"
    assert points(Decimal("-0.001")) == "0.00"
    assert (percent(None), points(None)) == ("—", "—")


def test_a_day_has_its_year_only_when_it_is_another() -> None:
    wednesday = date(2024, 4, 3)
    assert day(wednesday, 2024) == "4月3日（周三）"
    assert day(wednesday, 2025) == "2024年4月3日（周三）"
    assert day(None) == "—"


def test_a_moment_is_told_in_the_bureaus_time() -> None:
    late = datetime(2023, 12, 31, 16, 5, tzinfo=UTC)
    assert moment(late, SHANGHAI, 2024) == "1月1日 00:05"
    assert moment(late, SHANGHAI, 2023) == "2024年1月1日 00:05"
    assert clock(late, SHANGHAI) == "00:05"


def test_any_signed_in_person_sees_the_gallery(
    make: Maker, sign_in: Callable[[str], FlaskClient]
) -> None:
    auditor(make)
    page = sign_in("shenji").get("/gallery?theme=dark")
    assert page.status_code == 200
    assert html.fromstring(page.text).get("data-bs-theme") == "dark"


def test_the_gallery_ignores_a_theme_that_it_does_not_know(
    make: Maker, sign_in: Callable[[str], FlaskClient]
) -> None:
    auditor(make)
    page = html.fromstring(sign_in("shenji").get("/gallery?theme=%22x").text)
    assert page.get("data-bs-theme") == "light"


def test_a_signed_out_person_does_not_see_the_gallery(client: FlaskClient) -> None:
    assert client.get("/gallery").headers["Location"].startswith("/login")

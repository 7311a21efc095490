"""The indicator library's pages: found as one types, corrected without overwriting, imported after a look."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.makers import Maker
from tests.page import Browser
from tracker.clock import local_now
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import ImportJob, IndicatorDefinition, Unit
from tracker.queries.library import PAGE_SIZE
from tracker.services.import_jobs import run_import
from tracker.web.library import importing

SignIn = Callable[[str], FlaskClient]
TABLE = """编码,指标名称,别名,计量单位,类别,说明
A1,税收收入,各项税收、税收,万元,财政收入,
A2,非税收入,,万元,财政收入,
A3,贷款余额,,亿元,金融,"本外币
合计"
"""


@pytest.fixture
def top(make: Maker) -> Unit:
    """A bureau with its office, its system administrator and a head."""
    top = make.top()
    make.post(top, "office", make.person(top, "office", "赵文博"))
    make.post(top, "system_admin", make.person(top, "system", "钱立诚"))
    make.post(make.unit(top), "head", make.person(top, "head", "周立新"))
    db.session.commit()
    return top


@pytest.fixture
def office(top: Unit, sign_in: SignIn) -> Browser:
    """The office's browser, with a library of three."""
    browser = Browser(sign_in("office"))
    take(browser)
    return browser


def table_of(text: str, name: str = "指标库.csv") -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(text.encode()), name)}


def look(browser: Browser, text: str, name: str = "指标库.csv") -> Browser:
    return browser.open("/library/import").press("先看看", table_of(text, name))


def take(browser: Browser, text: str = TABLE) -> Browser:
    return look(browser, text).press("导入")


def names(page: str) -> list[str]:
    return re.findall(r'href="/library/\d+">([^<]+)</a>', page)


def count() -> int:
    return db.session.scalar(select(func.count(IndicatorDefinition.id))) or 0


def definition(name: str) -> IndicatorDefinition:
    query = select(IndicatorDefinition).where(IndicatorDefinition.name == name)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


class TestTheList:
    def test_it_is_searched_without_scripts(self, office: Browser) -> None:
        office.open("/library").press("查找", {"q": "各项税"})

        assert names(office.answer.text) == ["税收收入"]
        assert "共 1 项" in office.answer.text
        assert "又名：各项税收、税收" in office.answer.text

    def test_as_one_types_the_list_alone_comes(self, office: Browser, sign_in: SignIn) -> None:
        client = sign_in("office")

        part = client.get("/library?q=贷款", headers={"HX-Request": "true"})
        back = client.get(
            "/library?q=贷款", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
        )

        assert names(part.text) == ["贷款余额"]
        assert "<html" not in part.text
        assert 'id="found-count" hx-swap-oob="innerHTML">共 1 项' in part.text
        assert "HX-Request" in part.headers["Vary"]
        assert "<html" in back.text

    def test_whose_session_ended_is_told_so_as_they_type(self, top: Unit, app: Flask) -> None:
        headers = {"HX-Request": "true", "X-Requested-With": "htmx"}

        assert app.test_client().get("/library?q=税", headers=headers).status_code == 401

    def test_it_comes_in_pages_with_the_total(self, office: Browser) -> None:
        rows = "".join(f"B{n:03},指标{n},个\n" for n in range(PAGE_SIZE))
        take(office, "编码,指标名称,计量单位\n" + rows)

        office.open("/library")
        assert f"第 1–{PAGE_SIZE} 项，共 {PAGE_SIZE + 3} 项" in office.answer.text
        office.open(office.page.xpath("//a[@aria-label='第 2 页']/@href")[0])
        assert len(names(office.answer.text)) == 3

    def test_filters_stand_in_the_address(self, office: Browser) -> None:
        office.open("/library?category=金融&owner=county&state=active&page=1")

        assert names(office.answer.text) == ["贷款余额"]
        assert office.link("清除条件") == "/library"

    def test_what_is_not_there_can_be_added_under_that_name(self, office: Browser) -> None:
        office.open("/library?q=旅游人次&category=没有这类")
        office.open(office.link("自加“旅游人次”"))

        assert office.page.xpath("//input[@name='name']/@value") == ["旅游人次"]

    def test_strange_addresses_are_answered(self, office: Browser) -> None:
        for query in ("owner=x&state=y&page=0", "page=99999999999", "q=%25_%5C", "page=2000000000"):
            assert office.open(f"/library?{query}").answer.status_code == 200

    @pytest.mark.parametrize("login", ["office", "system", "head"])
    def test_an_empty_library_says_what_to_do(self, top: Unit, sign_in: SignIn, login: str) -> None:
        browser = Browser(sign_in(login)).open("/library")

        assert "指标库还是空的" in browser.answer.text
        assert ("导入指标库" in browser.answer.text) is (login != "head")


class TestWhoMayDoWhat:
    def test_whoever_works_with_plans_reads_and_changes_nothing(
        self, office: Browser, sign_in: SignIn
    ) -> None:
        head = Browser(sign_in("head")).open("/library")

        assert len(names(head.answer.text)) == 3
        assert "自加指标" not in head.answer.text
        head.open("/library?q=没有")
        assert "自加" not in head.page.xpath("string(//main)").replace("本单位自加", "")
        head.open(f"/library/{definition('税收收入').id}")
        assert "修改" not in head.page.xpath("string(//main)")

    def test_the_menu_leads_there_who_may(self, office: Browser, sign_in: SignIn) -> None:
        assert office.open("/desk").link("指标库") == "/library"
        assert Browser(sign_in("system")).open("/desk").link("指标库") == "/library"

    def test_the_auditor_is_kept_out(self, make: Maker, top: Unit, sign_in: SignIn) -> None:
        make.post(top, Role.AUDITOR, make.person(top, "auditor"))
        db.session.commit()
        auditor = sign_in("auditor")

        assert auditor.get("/library").status_code == 403
        assert "/library" not in auditor.get("/desk").text

    def test_another_bureau_s_definition_is_not_there(
        self, make: Maker, office: Browser, sign_in: SignIn
    ) -> None:
        other = make.top("山阳县财政局")
        make.post(other, "office", make.person(other, "stranger"))
        db.session.commit()
        number, stranger = definition("税收收入").id, sign_in("stranger")

        for path in (f"/library/{number}", f"/library/{number}/edit"):
            assert stranger.get(path).status_code == 404
        assert stranger.post(f"/library/{number}/retire").status_code == 404
        assert names(stranger.get("/library").text) == []


class TestADefinition:
    def test_it_shows_all_that_it_says(self, office: Browser) -> None:
        words = office.open(f"/library/{definition('税收收入').id}").page.xpath("string(//main)")

        for said in ("A1", "各项税收、税收", "万元", "累计数", "越高越好", "财政收入", "县指标库"):
            assert said in words

    def test_the_bureau_adds_its_own(self, office: Browser, top: Unit) -> None:
        office.open("/library").open(office.link("自加指标"))
        office.press(
            "保存",
            {
                "name": " 财会人员 培训人次 ",
                "aliases": "培训人次\n财会培训",
                "unit": "人 次",
                "kind": "flow",
                "places": "0",
            },
        )

        added = definition("财会人员 培训人次")
        assert "已加入指标库" in office.answer.text
        assert (added.unit_id, added.unit, list(added.aliases)) == (
            top.id,
            "人次",
            ["培训人次", "财会培训"],
        )
        assert f"{top.name}自加" in office.answer.text

    def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
        self, office: Browser
    ) -> None:
        office.open("/library/new").press(
            "保存", {"name": "契税", "code": "A1", "note": "只此一份"}
        )

        words = office.page.xpath("string(//main)")
        assert office.answer.status_code == 422
        assert "计量单位没有填" in words
        assert "编码A1 已是“税收收入”的编码" in words
        assert "只此一份" in words
        office.press("保存", {"kind": "strange"})
        assert office.answer.status_code == 422

    def test_a_correction_is_saved(self, office: Browser) -> None:
        number = definition("税收收入").id
        office.open(f"/library/{number}").open(office.link("修改"))
        office.press("保存", {"unit": "亿元", "places": "2"})

        assert "已保存" in office.answer.text
        assert (definition("税收收入").unit, definition("税收收入").places) == ("亿元", 2)
        office.open(f"/library/{number}/edit").press("保存")
        assert "没有改动" in office.answer.text
        office.open(f"/library/{number}/edit").press("保存", {"kind": "strange"})
        assert office.answer.status_code == 422
        office.press("保存", {"kind": "flow", "name": ""})
        assert office.answer.status_code == 422
        assert definition("税收收入").kind == "flow"

    def test_of_two_at_once_the_second_sees_both(self, office: Browser, sign_in: SignIn) -> None:
        number = definition("税收收入").id
        other = Browser(sign_in("system")).open(f"/library/{number}/edit")
        office.open(f"/library/{number}/edit").press("保存", {"unit": "亿元"})

        other.press("保存", {"unit": "元"})

        assert other.answer.status_code == 409
        assert "您填的与现有的对照" in other.answer.text
        assert definition("税收收入").unit == "亿元"
        other.press("保存")
        assert definition("税收收入").unit == "元"

    def test_a_version_that_is_none_overwrites_nothing(self, office: Browser) -> None:
        path = f"/library/{definition('税收收入').id}/edit"

        office.open(path).press("保存", {"version": "x", "unit": "元"})

        assert office.answer.status_code == 409

    def test_a_retired_one_is_not_listed_and_comes_back(self, office: Browser) -> None:
        number = definition("税收收入").id
        office.open(f"/library/{number}").press("停用")
        assert definition("税收收入").state == "retired"
        assert "税收收入" not in names(office.open("/library").answer.text)
        assert names(office.open("/library?state=retired").answer.text) == ["税收收入"]

        office.open(f"/library/{number}").press("恢复使用")
        assert definition("税收收入").state == "active"

    def test_one_whose_name_was_given_away_stays_retired(self, office: Browser) -> None:
        number = definition("税收收入").id
        office.open(f"/library/{number}").press("停用")
        office.open("/library/new").press("保存", {"name": "税收收入", "unit": "万元"})

        office.open(f"/library/{number}").press("恢复使用")

        assert "没有恢复" in office.answer.text
        assert db.session.get_one(IndicatorDefinition, number).state == "retired"


class TestTheImport:
    def test_one_looks_first_and_then_takes(self, top: Unit, sign_in: SignIn) -> None:
        system = Browser(sign_in("system"))

        look(system, TABLE)
        assert "表里有 3 行：新增 3 个指标，更新 0 个，未变 0 个" in system.answer.text
        assert count() == 0
        system.press("导入 3 个指标")

        assert "已导入：新增 3 个指标" in system.answer.text
        assert count() == 3
        assert definition("贷款余额").note == "本外币 合计"

    def test_what_would_change_is_shown(self, office: Browser) -> None:
        look(office, "编码,指标名称,计量单位\nA1,税收收入,亿元\nA2,非税收入,万元\nA9,契税,万元\n")

        words = re.sub(r"\s+", " ", office.page.xpath("string(//main)"))
        assert "新增 1 个指标，更新 1 个，未变 1 个" in words
        assert "计量单位：万元 → 亿元" in words
        office.press("导入 2 个指标")
        assert definition("税收收入").unit == "亿元"

    def test_the_same_table_again_needs_no_import(self, office: Browser) -> None:
        look(office, TABLE)

        assert "库里都有" in office.answer.text
        assert not office.page.xpath("//main//button[contains(., '导入')]")

    def test_a_table_that_was_taken_twice_says_so(self, office: Browser) -> None:
        look(office, TABLE + "A4,契税,,万元,,\n").press("导入")
        form = {"name": "指标库.csv", "content": packed(TABLE.encode())}

        office._take(
            office._client.post("/library/import/confirm", data=form, follow_redirects=True)
        )

        assert "没有改动" in office.answer.text

    def test_retired_ones_are_said(self, office: Browser) -> None:
        office.open(f"/library/{definition('税收收入').id}").press("停用")

        assert "其中 1 个已停用" in look(office, TABLE).answer.text

    def test_problems_are_listed_with_their_places(self, office: Browser) -> None:
        look(office, TABLE + "A1,契税,,,,\n")

        assert office.answer.status_code == 422
        words = office.page.xpath("string(//main)")
        assert "表里有 2 处要改，一行也没有导入" in words
        assert "第5行“计量单位”没有填" in words
        assert "第5行“编码”A1 与第2行重复" in words

    def test_of_very_many_problems_the_first_are_listed(self, office: Browser) -> None:
        look(office, "指标名称,计量单位\n" + ",万元\n" * 501)

        assert "表里有 501 处要改" in office.answer.text
        assert "另有 1 处没有列出" in office.answer.text

    def test_what_is_no_table_is_refused_in_a_sentence(self, office: Browser) -> None:
        look(office, "x", "指标库.docx")

        assert office.answer.status_code == 422
        assert "请用 .csv 或 .xlsx" in office.answer.text

    def test_no_file_is_said(self, office: Browser) -> None:
        office.open("/library/import").press("先看看")

        assert office.answer.status_code == 422
        assert "没有选文件" in office.answer.text

    def test_a_table_too_large_to_travel_is_refused(
        self, office: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tracker.web.library.importing.MOST_PACKED", 10)

        assert "拆成几份" in look(office, TABLE).answer.text

    @pytest.mark.parametrize("content", ["", "x", "eJw=", "eJxLTAQAASUAxA", "AAAA"])
    def test_a_table_that_was_cut_on_its_way_is_refused(
        self, office: Browser, content: str
    ) -> None:
        answer = office._client.post(
            "/library/import/confirm", data={"name": "a.csv", "content": content}
        )

        assert answer.status_code == 422
        assert "没有传完整" in answer.text

    def test_one_that_unpacks_to_more_than_may_be_sent_is_refused(
        self, app: Flask, office: Browser
    ) -> None:
        app.config["UPLOAD_MAX_BYTES"] = 1000
        content = packed(b"a" * 1_000_000)

        answer = office._client.post(
            "/library/import/confirm", data={"name": "a.csv", "content": content}
        )

        assert (answer.status_code, "没有传完整" in answer.text) == (422, True)


class TestALargeTable:
    @pytest.fixture(autouse=True)
    def _everything_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importing, "LARGE", 10)
        monkeypatch.setattr(importing, "launch", lambda _job: None)

    def work(self) -> None:
        """Do what the process would do."""
        for job_id in db.session.scalars(select(ImportJob.id).where(ImportJob.state == "waiting")):
            run_import(job_id, limit_bytes=1_000_000, clock=local_now)

    def test_it_is_looked_at_taken_and_watched(self, top: Unit, sign_in: SignIn) -> None:
        browser = take(Browser(sign_in("system")))
        watched = browser.path
        assert watched.startswith("/library/imports/")
        assert "排队等候" in browser.words
        assert count() == 0

        self.work()
        browser.open(watched)

        assert browser.path == "/library"
        assert "已导入：新增 3 个指标" in browser.words
        assert count() == 3

    def test_its_rows_are_shown_as_they_are_written(self, top: Unit, sign_in: SignIn) -> None:
        browser = take(Browser(sign_in("office")))
        watched = browser.path
        db.session.execute(update(ImportJob).values(state="running", step=2, done=3500, total=7000))
        db.session.commit()

        browser.open(watched)

        assert "写入指标库，已导入 3,500 / 7,000 行" in browser.words
        assert browser.page.xpath("//progress/@value") == ["83"]
        assert "指标库.csv 正在导入（写入指标库，已导入 3,500 / 7,000 行）" in (
            browser.open("/library").words
        )

    def test_one_can_leave_and_come_back(self, top: Unit, sign_in: SignIn) -> None:
        browser = take(Browser(sign_in("office")))

        browser.open("/library").open(browser.link("指标库.csv"))

        assert browser.path.startswith("/library/imports/")
        self.work()
        assert "正在导入" not in browser.open("/library").words

    def test_a_failed_one_says_why_and_takes_no_row(self, top: Unit, sign_in: SignIn) -> None:
        browser = look(Browser(sign_in("office")), TABLE)
        browser.press("导入", {"content": packed((TABLE + "A1,契税,,,,\n").encode())})
        watched = browser.path

        self.work()
        browser.open(watched)

        assert "一行也没有导入：第5行“计量单位”没有填" in browser.words
        assert browser.link("换一份表") == "/library/import"
        assert count() == 0
        assert "指标库.csv 没有导入" in browser.open("/library").words

    def test_only_who_keeps_the_library_sees_it(
        self, make: Maker, top: Unit, sign_in: SignIn
    ) -> None:
        watched = take(Browser(sign_in("office"))).path
        other = make.top("山阳县财政局")
        make.post(other, "office", make.person(other, "stranger"))
        db.session.commit()

        assert sign_in("head").get(watched).status_code == 403
        assert "正在导入" not in sign_in("head").get("/library").text
        assert sign_in("stranger").get(watched).status_code == 404
        assert sign_in("office").get(watched.replace("library", "plans")).status_code == 404


class TestTheExport:
    def test_what_is_handed_out_can_be_taken_in_again(self, office: Browser) -> None:
        answer = office._client.get("/library/export.xlsx")

        assert answer.status_code == 200
        files = {"file": (io.BytesIO(answer.data), "指标库.xlsx")}
        office.open("/library/import").press("先看看", files)
        assert "库里都有" in office.answer.text

    def test_it_is_filtered_as_the_list_is(self, office: Browser) -> None:
        text = office._client.get("/library/export.csv?category=金融").data.decode("utf-8-sig")

        assert [line.split(",")[1] for line in text.splitlines()] == ["指标名称", "贷款余额"]

    def test_there_are_no_other_kinds(self, office: Browser) -> None:
        assert office._client.get("/library/export.pdf").status_code == 404


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()

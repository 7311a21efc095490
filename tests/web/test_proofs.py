"""Files as proof on the pages of a task and of an indicator."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from tests.makers import Maker
from tests.page import Browser
from tracker.extensions import db

SignIn = Callable[[str], FlaskClient]
PAPER = b"%PDF-1.7 paper"


@dataclass
class Cast:
    """A section's task and indicator."""

    task: str
    indicator: str


@pytest.fixture
def cast(make: Maker) -> Cast:
    top = make.top()
    section, other = make.unit(top, "预算股"), make.unit(top, "国库股")
    make.post(section, "head", make.person(top, "zhouqiming", "周启明"), title="股长")
    make.post(other, "head", make.person(top, "wuyajing", "吴雅静"), title="股长")
    make.post(top, "chief", make.person(top, "liguoqiang", "李国强"), title="局长")
    plan = make.plan(top)
    make.cycle(plan, 3)
    task = make.task(plan, section, state="in_progress")
    indicator = make.indicator(plan, section)
    db.session.commit()
    return Cast(f"/tasks/{task.id}", f"/indicators/{indicator.id}")


def paper(name: str = "印发文件.pdf", content: bytes = PAPER) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_file_is_attached_read_and_withdrawn(sign_in: SignIn, cast: Cast) -> None:
    head = Browser(sign_in("zhouqiming")).open(cast.task)
    head.press("附上", {"files": paper()})
    assert "已附 1 份材料。" in head.words
    assert "附上材料“印发文件.pdf”" in head.words
    address = head.link("印发文件.pdf")

    answer = sign_in("zhouqiming").get(address)
    assert answer.data == PAPER
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"

    head.press("撤下：印发文件.pdf")
    assert "已撤下“印发文件.pdf”" in head.words
    assert "还没有附材料。" in head.words


def test_finishing_may_bring_its_proof(sign_in: SignIn, cast: Cast) -> None:
    head = Browser(sign_in("zhouqiming")).open(cast.task)

    head.press("办结", {"said": "已印发", "files": paper()})

    assert "任务已办结。" in head.words
    assert head.link("印发文件.pdf")


def test_finishing_with_a_wrong_file_changes_nothing_and_keeps_the_words(
    sign_in: SignIn, cast: Cast
) -> None:
    head = Browser(sign_in("zhouqiming")).open(cast.task)

    head.press("办结", {"said": "已印发第12号文", "files": paper("木马.exe")})

    assert head.answer.status_code == 422
    assert "类型不收" in head.words
    assert "已印发第12号文" in head.answer.text
    assert "办理中" in head.words


def test_what_is_no_such_file_is_refused_in_a_sentence(sign_in: SignIn, cast: Cast) -> None:
    for where in (cast.task, cast.indicator):
        head = Browser(sign_in("zhouqiming")).open(where)
        head.press("附上", {"files": paper("照片.png")})
        assert head.answer.status_code == 422
        assert "没有保存：“照片.png”的内容不是 png 文件" in head.words
        head.press("附上")
        assert "请先选文件" in head.words


def test_an_indicators_month_has_its_files(sign_in: SignIn, cast: Cast) -> None:
    head = Browser(sign_in("zhouqiming")).open(cast.indicator)
    head.press("附上", {"files": paper(), "month": "3"})
    assert "已附 1 份 3月的材料。" in head.words
    assert sign_in("liguoqiang").get(head.link("印发文件.pdf")).data == PAPER

    head.press("撤下：印发文件.pdf")
    assert "还没有附材料。" in head.words


def test_a_month_of_the_future_is_refused(sign_in: SignIn, cast: Cast) -> None:
    answer = sign_in("zhouqiming").post(
        f"{cast.indicator}/proofs", data={"files": paper(), "month": "9"}
    )

    assert answer.status_code == 422
    assert "这个月还没有开启填报" in answer.text


def test_files_of_others_are_not_there(sign_in: SignIn, cast: Cast) -> None:
    head = Browser(sign_in("zhouqiming")).open(cast.task)
    head.press("附上", {"files": paper()})
    address = head.link("印发文件.pdf")

    stranger = sign_in("wuyajing")
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/withdraw").status_code == 404
    assert stranger.post(f"{cast.task}/proofs", data={"files": paper()}).status_code == 404
    number = address.rsplit("/", 1)[1]
    assert sign_in("zhouqiming").get(f"{cast.indicator}/proofs/{number}").status_code == 404


def test_who_only_reads_may_not_withdraw(sign_in: SignIn, cast: Cast) -> None:
    for where in (cast.task, cast.indicator):
        head = Browser(sign_in("zhouqiming")).open(where)
        head.press("附上", {"files": paper()})
        address = head.link("印发文件.pdf")

        chief = sign_in("liguoqiang")
        assert chief.get(address).status_code == 200
        assert chief.post(f"{address}/withdraw").status_code == 403
        assert "撤下：" not in chief.get(where).text

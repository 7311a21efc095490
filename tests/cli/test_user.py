"""`flask user`: accounts, passwords on standard input, posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.makers import Maker
from tracker.extensions import db
from tracker.models import AuditEntry, Person, Unit, WebSession

Command = Callable[..., Result]
CREATE = ("user", "create", "zhoulixin", "--name", "周立新", "--unit", "LX-01", "--role", "head")
GOOD = "Spring-river-9\n"


@pytest.fixture
def top(make: Maker) -> Unit:
    top = make.top(code="LX")
    make.unit(top, "预算股", code="LX-01")
    make.unit(top, "国库股", code="LX-02")
    db.session.commit()
    return top


@pytest.fixture
def flask(app: Flask, top: Unit) -> Command:
    """Run a command in the test's program."""

    def run(*words: str, typed: str | bytes = "") -> Result:
        db.session.rollback()
        return app.test_cli_runner().invoke(args=list(words), input=typed)

    return run


def shown(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def people() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count(Person.id)))


class TestCreate:
    def test_a_new_person_has_a_post_and_can_sign_in(
        self, flask: Command, client: FlaskClient
    ) -> None:
        done = flask(*CREATE, "--email", "zlx@example.cn", "--title", "股长", typed=GOOD)

        assert done.stdout == "已建立 zhoulixin（周立新）：预算股，岗位「股长」。\n"
        answer = client.post("/login", data={"username": "zhoulixin", "password": GOOD.strip()})
        assert answer.status_code == 302

    def test_json_says_who_it_is(self, flask: Command) -> None:
        said = shown(flask(*CREATE, "--phone", "8021", "--json", typed=GOOD))

        assert said == {
            "id": said["id"],
            "login": "zhoulixin",
            "name": "周立新",
            "email": "",
            "phone": "8021",
            "active": True,
            "posts": [
                {
                    "unit": "LX-01",
                    "unit_name": "预算股",
                    "role": "head",
                    "title": "责任人",
                    "proxy": False,
                    "from": "2024-04-01",
                    "until": None,
                }
            ],
        }

    def test_a_successor_takes_the_post_over(self, flask: Command) -> None:
        flask(*CREATE, typed=GOOD)
        flask("user", "disable", "zhoulixin")

        done = flask(
            *("user", "create", "sunli", "--name", "孙丽", "--unit", "LX-01"),
            *("--role", "责任人"),
            typed=GOOD,
        )

        assert done.stdout == "已建立 sunli（孙丽）：预算股，接任空缺岗位「责任人」。\n"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("short\n", "密码至少 8 位"),
            ("Zhoulixin-2024\n", "密码里不能含有登录名"),
            ("", "没有从标准输入读到密码"),
            ("\n", "没有从标准输入读到密码"),
            (b"\xff\xfe\n", "密码要用 UTF-8 编码"),
        ],
    )
    def test_a_bad_password_makes_nobody(
        self, flask: Command, typed: str | bytes, words: str
    ) -> None:
        done = flask(*CREATE, typed=typed)

        assert (done.exit_code, words in done.stderr, people()) == (1, True, 0)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("周立新", "--name", "周立新"), "用户名用字母"),
            (("zlx", "--name", " "), "要有姓名"),
            (("zlx", "--name", "周立新", "--email", "nowhere"), "邮箱的写法不对"),
            (("zlx", "--name", "周立新", "--title", "长" * 61), "不超过 60 字"),
        ],
    )
    def test_what_is_said_of_a_person_is_checked(
        self, flask: Command, words: tuple[str, ...], said: str
    ) -> None:
        done = flask("user", "create", *words, "--unit", "LX-01", "--role", "head", typed=GOOD)

        assert (done.exit_code, said in done.stderr, people()) == (1, True, 0)

    def test_a_login_is_given_once(self, flask: Command) -> None:
        flask(*CREATE, typed=GOOD)

        done = flask(*CREATE, typed=GOOD)

        assert (done.exit_code, done.stderr) == (1, "用户名 zhoulixin 已有人在用。\n")

    @pytest.mark.parametrize(("code", "status"), [("LX-09", 1), ("", 1)])
    def test_the_unit_must_be_there(self, flask: Command, code: str, status: int) -> None:
        done = flask(*CREATE[:6], code, "--role", "head", typed=GOOD)

        assert (done.exit_code, "没有代码为" in done.stderr) == (status, True)

    def test_a_code_of_two_bureaus_is_not_guessed_at(self, flask: Command, make: Maker) -> None:
        make.unit(make.top(code="YZ"), code="LX-01")
        db.session.commit()

        assert "有 2 个单位的代码是 LX-01" in flask(*CREATE, typed=GOOD).stderr

    def test_an_unknown_role_is_wrong_usage(self, flask: Command) -> None:
        done = flask(*CREATE[:-1], "king", typed=GOOD)

        assert done.exit_code == 2
        assert "auditor（审计管理员）" in done.stderr


class TestAfterwards:
    @pytest.fixture(autouse=True)
    def person(self, flask: Command) -> None:
        flask(*CREATE, "--email", "zlx@example.cn", typed=GOOD)

    def sign_in(self, client: FlaskClient, password: str) -> int:
        form = {"username": "zhoulixin", "password": password.strip()}
        return client.post("/login", data=form).status_code

    def sessions(self) -> int | None:
        db.session.rollback()
        return db.session.scalar(select(func.count(WebSession.id)))

    def test_a_new_password_ends_the_sessions(self, flask: Command, client: FlaskClient) -> None:
        self.sign_in(client, GOOD)
        assert self.sessions() == 1

        done = flask("user", "password", "zhoulixin", typed="Autumn-river-9\r\n")

        assert (done.exit_code, self.sessions()) == (0, 0)
        assert self.sign_in(client, "Autumn-river-9") == 302

    def test_a_weak_password_changes_nothing(self, flask: Command, client: FlaskClient) -> None:
        self.sign_in(client, GOOD)

        assert flask("user", "password", "zhoulixin", typed="12345678\n").exit_code == 1
        assert self.sessions() == 1

    def test_disabled_is_signed_out_and_does_not_get_in(
        self, flask: Command, client: FlaskClient
    ) -> None:
        self.sign_in(client, GOOD)

        done = flask("user", "disable", "zhoulixin")

        assert done.stdout == (
            "已停用 zhoulixin（周立新）。请安排接任：预算股「责任人」（责任人）空缺。\n"
        )
        assert self.sessions() == 0
        assert self.sign_in(client, GOOD) != 302
        assert flask("user", "disable", "zhoulixin").exit_code == 1

    def test_enabled_again_gets_in(self, flask: Command, client: FlaskClient) -> None:
        flask("user", "disable", "zhoulixin")

        assert shown(flask("user", "enable", "zhoulixin", "--json"))["active"] is True
        assert self.sign_in(client, GOOD) == 302

    def test_one_more_post(self, flask: Command) -> None:
        said = shown(flask("user", "role", "zhoulixin", "reporter", "--unit", "LX-02", "--json"))

        assert [(post["unit"], post["role"]) for post in said["posts"]] == [
            ("LX-01", "head"),
            ("LX-02", "reporter"),
        ]

    def test_an_administrator_has_no_other_post(self, flask: Command) -> None:
        done = flask("user", "role", "zhoulixin", "system_admin", "--unit", "LX")

        assert done.exit_code == 1
        assert done.stderr == (
            "周立新已任责任人，不能兼任系统管理员：三员须分立，也不能兼任其他岗位。\n"
        )

    def test_moving_to_another_unit(self, flask: Command) -> None:
        done = flask("user", "unit", "zhoulixin", "LX-02")

        assert done.stdout == (
            "周立新已调到国库股，任「责任人」。请安排接任：预算股「责任人」（责任人）空缺。\n"
        )
        said = shown(flask("user", "edit", "zhoulixin", "--json"))
        assert [(post["unit"], post["from"]) for post in said["posts"]] == [("LX-02", "2024-04-01")]

    def test_a_changed_address(self, flask: Command) -> None:
        said = shown(flask("user", "edit", "zhoulixin", "--email", "new@example.cn", "--json"))

        assert (said["email"], said["name"]) == ("new@example.cn", "周立新")

    @pytest.mark.parametrize(
        "words",
        [
            ("disable", "nobody"),
            ("password", "nobody"),
            ("role", "nobody", "head", "--unit", "LX-02"),
            ("unit", "nobody", "LX-02"),
            ("unit", "zhoulixin", "LX-09"),
            ("unit", "zhoulixin", "LX-01"),
            ("unit", "zhoulixin", "LX-02", "--from", "LX"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_sentence(
        self, flask: Command, words: tuple[str, ...]
    ) -> None:
        done = flask("user", *words, typed=GOOD)

        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)

    def test_all_of_it_is_written_down(self, flask: Command) -> None:
        flask("user", "role", "zhoulixin", "reporter", "--unit", "LX-02")
        flask("user", "disable", "zhoulixin")

        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert actions == {"person", "password", "post", "holding"}

from __future__ import annotations

from flask import Flask

from tracker.services.load_demo import DEMO_LOGINS, DEMO_PASSWORD


def test_loading_says_what_was_loaded_and_logins_say_how_to_go_on(app: Flask) -> None:
    runner = app.test_cli_runner()

    loaded = runner.invoke(args=["demo", "load"])
    assert loaded.exit_code == 0, loaded.output
    assert "临溪县财政局2023年工作总结和2024年工作计划" in loaded.output
    assert "指标 24 项" in loaded.output

    logins = runner.invoke(args=["demo", "logins"])
    assert logins.exit_code == 0
    assert DEMO_PASSWORD in logins.output
    assert all(one.login in logins.output for one in DEMO_LOGINS)


def test_a_second_load_is_refused_in_one_sentence(app: Flask) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["demo", "load"])

    again = runner.invoke(args=["demo", "load"])

    assert again.exit_code == 1
    assert again.stderr.strip() == "代码为 LXCZ 的单位已在库中，没有载入，也没有改动。"


def test_without_the_demonstration_there_is_nobody_to_sign_in_as(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "logins"])

    assert answer.exit_code == 1
    assert "flask demo load" in answer.stderr


def test_an_unknown_size_is_wrong_usage(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "load", "--size", "huge"])

    assert answer.exit_code == 2

"""`flask indicator standing`: the calculator gives the vectors' figures, or says what it cannot take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "vectors.json"
CASE = {
    "kind": "flow",
    "target": "120000",
    "places": 0,
    "actual": ["9000", "7000", "11000"],
}


def run(app: Flask, *arguments: str, given: str | bytes = "") -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["indicator", "standing", *arguments], input=given)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_the_shared_vectors_come_out_exactly(app: Flask) -> None:
    entries = json.loads(SHARED.read_text("utf-8"))

    code, out, _ = run(app, given=json.dumps([entry["case"] for entry in entries]))

    assert code == 0
    assert json.loads(out) == [entry["expect"] for entry in entries]


def test_one_case_from_a_file_gives_one_object(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), "utf-8-sig")

    code, out, _ = run(app, str(path))

    assert code == 0
    assert json.loads(out)["quarter_need"] == ["11000", "11000", "11000"]


def test_a_json_number_is_taken_without_a_float(app: Flask) -> None:
    code, out, _ = run(
        app, given='{"kind":"flow","target":99999999999999.99,"places":2,"actual":[0.1]}'
    )

    assert code == 0
    assert json.loads(out)["actual_cumulative"] == "0.10"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "不是 JSON：第 1 行第 1 列"),
        ("[1]", "第 1 个：每个 case 应是一个 JSON 对象"),
        (json.dumps([CASE, CASE | {"target": "x"}]), "第 2 个：target"),
        (json.dumps(CASE | {"kind": "wave"}), "kind 只能是"),
        ('{"kind":"flow","target":NaN,"places":0}', "不是数字"),
        ('{"kind":"flow",\n"target":,}', "第 2 行第 10 列"),
        ('{"kind":"flow","target":"1","target":"2","places":0}', "“target”写了两遍"),
        (json.dumps(CASE | {"target": "9" * 5000}), "999… 不是数字"),
        (json.dumps(CASE | {"polarty": "lower"}), "不认识 “polarty”"),
        ("[" * 100_000, "不是 JSON：括号套得太深"),
        ("9" * 5000, "不是 JSON：有一个数太长"),
        ("{}".encode("utf-16"), "不是 JSON：文本不是 UTF-8"),
    ],
)
def test_what_it_cannot_take_is_said_in_one_sentence(
    app: Flask, given: str | bytes, said: str
) -> None:
    code, out, err = run(app, given=given)

    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert len(err) < 240


def test_a_range_is_given_by_low_and_high(app: Flask) -> None:
    case = {"kind": "rate", "places": 1, "polarity": "range", "low": "5", "high": "5.5"}

    code, out, _ = run(app, given=json.dumps(case | {"actual": ["5.2", "5.7"]}))

    told = json.loads(out)
    assert code == 0
    assert (told["light"], told["ahead_of_plan_points"]) == ("yellow", "-0.20")
    assert told["months"] == ["met", "open"]


def test_a_file_that_is_not_there(app: Flask) -> None:
    code, _, err = run(app, "/nowhere/case.json")

    assert code == 1
    assert "打不开文件" in err


def test_a_folder_in_a_file_s_place(app: Flask, tmp_path: Path) -> None:
    code, _, err = run(app, str(tmp_path))

    assert code == 1
    assert "是文件夹" in err


def test_a_file_that_cannot_be_read(app: Flask) -> None:
    code, _, err = run(app, "/" + "x" * 5000)

    assert code == 1
    assert "打不开文件" in err

"""`flask indicator standing`: a calculator of standings, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tracker.cli.output import print_json, refuse, refusing
from tracker.domain.errors import FigureError
from tracker.domain.standing import case_from_json, standing, standing_as_json


@click.group("indicator")
def group() -> None:
    """Work with indicators."""


@group.command("standing")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON (the default).")
@refusing
def standing_command(file: Path | None, as_json: bool) -> None:
    """Work out the figures of one case or a list of them, from FILE or standard input, as JSON."""
    given = _read(file)
    if isinstance(given, list):
        print_json([_worked(entry, number) for number, entry in enumerate(given, start=1)])
    else:
        print_json(_worked(given, None))


def _read(file: Path | None) -> Any:
    try:
        source = sys.stdin.buffer.read() if file is None else file.read_bytes()
    except FileNotFoundError:
        refuse(f"打不开文件：没有 {file}。")
    except IsADirectoryError:
        refuse(f"打不开文件：{file} 是文件夹。")
    except OSError as error:
        refuse(f"打不开文件 {file}：{error.strerror}。")
    return _parsed(source)


def _parsed(source: bytes) -> Any:
    try:
        return json.loads(
            source.decode("utf-8-sig"),
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=_each_key_once,
        )
    except UnicodeDecodeError:
        refuse("不是 JSON：文本不是 UTF-8 编码。")
    except json.JSONDecodeError as error:
        refuse(f"不是 JSON：第 {error.lineno} 行第 {error.colno} 列读不下去。")
    except RecursionError:
        refuse("不是 JSON：括号套得太深。")
    except ValueError:
        refuse("不是 JSON：有一个数太长。")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that gives one key twice: which of the two is meant cannot be known."""
    entries: dict[str, Any] = {}
    for key, value in pairs:
        if key in entries:
            raise FigureError(f"“{key}”写了两遍，不知道以哪个为准。")
        entries[key] = value
    return entries


def _worked(entry: Any, number: int | None) -> dict[str, object]:
    """Work out one case; an entry of the vectors, with its case inside, is understood too."""
    place = "" if number is None else f"第 {number} 个："
    if not isinstance(entry, Mapping):
        raise FigureError(f"{place}每个 case 应是一个 JSON 对象。")
    case = entry["case"] if isinstance(entry.get("case"), Mapping) else entry
    try:
        return standing_as_json(standing(case_from_json(case)))
    except FigureError as error:
        raise FigureError(f"{place}{error.message}") from None

"""Makes an indicator library of 7,000 definitions, and times its import, its search and its matching.

    .venv/bin/python bench/library.py FILE.xlsx [--rows 7000]     writes the workbook
    .venv/bin/python bench/library.py --time [--rows 7000]        imports it into a scratch database and prints a table

Asserts nothing.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from flask_migrate import upgrade

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
from tracker import create_app
from tracker.documents.ledger import Column, ledger_xlsx
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Unit
from tracker.permissions import Actor
from tracker.queries.library import Asked, library_page, matches_for
from tracker.services.import_library import import_library

HEAD = ("编码", "指标名称", "别名", "计量单位", "类型", "方向", "小数位", "类别", "来源", "说明")
FIELDS = (
    *("财政", "税务", "农业", "水利", "教育", "卫生", "交通", "住建", "工信", "商务"),
    *("民政", "人社", "生态", "林业", "文旅", "科技", "应急", "公安", "统计", "金融"),
)
SCOPES = ("", "城镇", "农村", "规模以上", "民营", "县属", "乡镇", "重点")
THINGS = (
    *(
        "学校",
        "医院",
        "道路",
        "河道",
        "林地",
        "耕地",
        "企业",
        "合作社",
        "项目",
        "园区",
        "景区",
        "市场",
    ),
    *("养老机构", "污水处理厂", "水库", "灌区", "公交线路", "充电桩", "实验室", "图书馆"),
)
MEASURES = (
    ("投资完成额", "万元", "累计数", "越高越好"),
    ("营业收入", "万元", "累计数", "越高越好"),
    ("达标率", "%", "比率", "越高越好"),
    ("保有量", "个", "时点数", "越高越好"),
    ("建成数量", "个", "累计数", "越高越好"),
    ("从业人数", "人", "时点数", "越高越好"),
    ("事故起数", "起", "累计数", "不超过"),
    ("单位能耗", "吨标准煤", "比率", "不超过"),
)


def table_rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield so many rows of definitions, no two of one name."""
    kinds = product(FIELDS, MEASURES, THINGS, SCOPES)
    for number, (field, (measure, unit, kind, way), thing, scope) in zip(
        range(1, count + 1), kinds, strict=False
    ):
        name = f"{field}系统{scope}{thing}{measure}"
        alias = f"{thing}{measure}（{field}）" if not scope else ""
        note = f"{field}部门按月汇总，口径以年报制度为准。"
        yield f"{number:05}", name, alias, unit, kind, way, "2", field, "部门统计", note


def workbook(count: int) -> bytes:
    """Return the library as .xlsx."""
    return ledger_xlsx("指标库", [Column(title, 16) for title in HEAD], list(table_rows(count)))


def spent_seconds() -> float:
    """Return the processor's seconds so far, also those of the processes that read files."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def timed(call: Callable[[], object], runs: int = 1) -> str:
    """Return a call's median milliseconds, and the mean of the processor's."""
    taken, before = [], spent_seconds()
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return f"{median(taken):9.1f} ms {(spent_seconds() - before) * 1000 / runs:9.1f} ms"


def measure(count: int, folder: Path) -> None:
    """Print what import, search and matching cost on a scratch database."""
    environ = {
        "TRACKER_DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "TRACKER_SECRET_KEY": "for-the-bench-only-0123456789abcdef",
        "TRACKER_AUDIT_KEY": "for-the-bench-only-0123456789abcdef",
    }
    app = create_app(config.settings_from(environ, folder))
    logging.disable()
    with app.app_context():
        upgrade()
        top = Unit(name="基准县财政局", code="JZ", level="bureau")
        db.session.add(top)
        db.session.flush()
        top.top_unit_id, top.path = top.id, f"/{top.id}/"
        db.session.commit()
        report(top.id, workbook(count), count)
        db.session.remove()


def report(top_unit_id: int, data: bytes, count: int) -> None:
    """Print the table."""
    now = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

    def take() -> None:
        import_library(
            top_unit_id=top_unit_id,
            name="指标库.xlsx",
            data=data,
            limit=10_000_000,
            person_id=None,
            now=now,
        )
        db.session.commit()
        db.session.expunge_all()

    sys.stdout.write("                                taken  processor\n")
    sys.stdout.write(f"workbook of {count} rows       {len(data) / 1000:9.0f} kB\n")
    sys.stdout.write(f"import                      {timed(take)}\n")
    sys.stdout.write(f"the same again              {timed(take)}\n")
    actor = Actor(0, top_unit_id, "", frozenset({Role.OFFICE}))
    for words in ("", "学校", "财政 投资", "03500", "没有这个"):
        spent = timed(partial(library_page, actor, Asked(words), 1), 15)
        sys.stdout.write(f"search {words or '(all)':<16}     {spent}\n")
    rng = random.Random(7)  # noqa: S311
    names = [row[1] for row in rng.sample(list(table_rows(count)), 100)]
    asked = [(n, f"全县{name}增速" if n % 2 else name) for n, name in enumerate(names)]
    sys.stdout.write(
        f"match 100 names, first      {timed(lambda: matches_for(top_unit_id, asked))}\n"
    )
    sys.stdout.write(
        f"match 100 names             {timed(lambda: matches_for(top_unit_id, asked), 9)}\n"
    )


def main(arguments: list[str]) -> int:
    """Exit status 0 when done, 2 on wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=7000)
    parser.add_argument("--time", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.file is not None:
        asked.file.write_bytes(workbook(asked.rows))
    if asked.time:
        with tempfile.TemporaryDirectory() as folder:
            measure(asked.rows, Path(folder))
    return 0 if asked.file is not None or asked.time else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Figures go form → database → page → .csv → .xlsx and come back unchanged, however they are written.

A hundred in the normal run; all ten thousand where `-m slow` asks for them.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from tests.makers import Maker
from tracker.domain.amounts import format_figure, parse_figure
from tracker.extensions import db
from tracker.models import Indicator, Plan, Report, Unit

SignIn = Callable[[str], FlaskClient]
A_SHEET = 100
DIGITS = 14


def figure(chance: random.Random, places: int) -> str:
    """A figure of up to fourteen digits before the point, as likely short as long."""
    whole = chance.randrange(10 ** chance.randint(1, DIGITS))
    part = "".join(chance.choice("0123456789") for _ in range(places))
    sign = "-" if chance.random() < 0.1 and (whole or int(part or 0)) else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def written(chance: random.Random, plain: str) -> str:
    """The figure as somebody types it: plain, with separators, in full-width signs, with spaces around."""
    grouped = format(Decimal(plain), ",f")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in plain)
    return chance.choice([plain, grouped, wide, f" {plain}　"])


class Sheets:
    """Sections of a hundred balances each, every one with a figure of its own for January."""

    def __init__(self, make: Maker, count: int) -> None:
        self.top = make.top()
        make.post(self.top, "office", make.person(self.top, "office"))
        self.plan = make.plan(self.top)
        make.cycle(self.plan, 1)
        chance = random.Random(20260101)  # noqa: S311  the same figures every time
        self.figures: dict[int, Decimal] = {}
        self.typed: list[tuple[str, dict[str, str]]] = []
        for number in range(-(-count // A_SHEET)):
            login = f"reporter{number}"
            section = make.unit(self.top, f"{number}股")
            make.post(section, "reporter", make.person(self.top, login))
            self.typed.append((login, self._sheet(make, section, chance)))
        db.session.commit()

    def _sheet(self, make: Maker, section: Unit, chance: random.Random) -> dict[str, str]:
        typed = {"month": "2024-01", "action": "send"}
        for _ in range(A_SHEET):
            places = chance.randint(0, 4)
            row = indicator(make, self.plan, section, places)
            plain = figure(chance, places)
            self.figures[row.id] = Decimal(plain)
            key = f"i{row.id}"
            typed |= {f"{key}-amount": written(chance, plain), f"{key}-base": "0"}
            typed |= {f"{key}-note": "冲减", f"{key}-sure": "1"}
        return typed


def indicator(make: Maker, plan: Plan, section: Unit, places: int) -> Indicator:
    made = make.indicator(plan, section, kind="stock", target=None, places=places)
    made.name = f"余额{made.id}"
    return made


@pytest.mark.parametrize("count", [A_SHEET, pytest.param(10_000, marks=pytest.mark.slow)])
def test_figures_come_back_unchanged(make: Maker, sign_in: SignIn, count: int) -> None:
    sheets = Sheets(make, count)
    names = {f"余额{number}": amount for number, amount in sheets.figures.items()}
    places = dict(db.session.execute(select(Indicator.name, Indicator.places)).all())
    for login, typed in sheets.typed:
        assert sign_in(login).post("/reports", data=typed).status_code == 302
    office = sign_in("office")

    stored = dict(db.session.execute(select(Report.indicator_id, Report.amount)).all())
    assert stored == sheets.figures
    shown = pages(office, count)
    assert shown == {name: format_figure(amount, places[name]) for name, amount in names.items()}
    assert {name: parse_figure(text, places[name]) for name, text in shown.items()} == names
    assert from_csv(office) == names
    assert from_xlsx(office) == names


def pages(office: FlaskClient, count: int) -> dict[str, str]:
    """Each indicator's figure as the ledger's pages show it."""
    found: dict[str, str] = {}
    for number in range(1, -(-count // 100) + 1):
        page = html.fromstring(office.get(f"/indicators?page={number}").text)
        for row in page.xpath("//tbody/tr"):
            name = row.xpath("string(th[@scope='row']//a)").strip()
            words = " ".join(row.text_content().split())
            amount = re.search(r"−?[\d,]+(?:\.\d+)?(?= 万元)", words)
            found[name] = amount[0] if amount else words
    return found


def from_csv(office: FlaskClient) -> dict[str, Decimal]:
    text = office.get("/indicators/export.csv").data.decode("utf-8-sig")
    return {row["指标"]: Decimal(row["累计完成"]) for row in csv.DictReader(io.StringIO(text))}


def from_xlsx(office: FlaskClient) -> dict[str, Decimal]:
    sheet = load_workbook(io.BytesIO(office.get("/indicators/export.xlsx").data), read_only=True)
    rows = sheet.worksheets[0].iter_rows(values_only=True)
    head = list(next(rows))
    name, amount = head.index("指标"), head.index("累计完成")
    return {str(row[name]): Decimal(str(row[amount])) for row in rows}

"""An organisation from a table: all or nothing, the same again changes nothing, each fault with its row."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from tests.bureau import at
from tests.makers import Maker
from tracker.domain.errors import DocumentError, NotReadyError
from tracker.extensions import db
from tracker.models import AuditEntry, CalendarYear, Charge, Unit
from tracker.services.import_units import Imported, import_units

NOW = at("2024-04-01T10:00")
BUREAU = """代码,名称,上级代码,层级,职责
LX,临溪县财政局,,局,
LX-02,国库股,LX,股室,国库收付
LX-01,预算股,LX,股室,预算编制、一般公共预算
LX-0101,预算编审中心,LX-01,股室,
"""


def take(table: str, name: str = "units.csv") -> Imported:
    return import_units(name=name, data=table.encode(), limit=1_000_000, person_id=None, now=NOW)


def faults(table: str) -> list[str]:
    """Return what is wrong, having made sure that nothing was taken over."""
    before = db.session.scalar(select(func.count(Unit.id)))
    with pytest.raises(NotReadyError) as caught:
        take(table)
    assert db.session.scalar(select(func.count(Unit.id))) == before
    return list(caught.value.problems)


def unit(code: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def charges() -> list[tuple[int, int]]:
    return [tuple(row) for row in db.session.execute(select(Charge.unit_id, Charge.post_id))]


@pytest.mark.usefixtures("app")
class TestANewBureau:
    def test_it_stands_with_its_tree_and_its_calendar(self) -> None:
        done = take(BUREAU)

        top, section, centre = unit("LX"), unit("LX-01"), unit("LX-0101")
        assert done.is_new
        assert (done.added, done.changed) == (("LX", "LX-02", "LX-01", "LX-0101"), ())
        assert (top.top_unit_id, top.path, top.level) == (top.id, f"/{top.id}/", "bureau")
        assert centre.path == f"/{top.id}/{section.id}/{centre.id}/"
        assert (section.duties, section.top_unit_id) == ("预算编制、一般公共预算", top.id)
        assert {2024, 2025} <= set(db.session.scalars(select(CalendarYear.year)))

    def test_the_same_table_again_changes_nothing(self) -> None:
        take(BUREAU)
        said = db.session.scalar(select(func.count(AuditEntry.id)))

        again = take(BUREAU)

        assert (again.is_new, again.added, again.changed, again.unchanged) == (False, (), (), 4)
        assert db.session.scalar(select(func.count(AuditEntry.id))) == said

    def test_a_child_may_stand_above_its_parent_in_the_table(self) -> None:
        take("名称,代码,上级代码\n预算股,LX-01,LX\n临溪县财政局,LX,\n")

        assert unit("LX-01").parent_id == unit("LX").id

    def test_a_workbook_with_a_title_and_hints_in_its_head_is_read(self) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["临溪县财政局机构一览"],
            ["名称（全称）", "上级代码", "代码", "层级"],
            ["临溪县财政局", None, "LX", "局级"],
            ["预算股", "LX", 101, "股室"],
        ):
            sheet.append(row)
        kept = BytesIO()
        book.save(kept)
        done = import_units(
            name="机构.xlsx", data=kept.getvalue(), limit=1_000_000, person_id=None, now=NOW
        )

        assert done.added == ("LX", "101")

    def test_another_bureau_is_left_alone(self, make: Maker) -> None:
        theirs = make.unit(make.top("云泽县财政局", code="YZ"), "综合股", code="LX-01")

        take(BUREAU)

        assert theirs.name == "综合股"
        assert db.session.scalar(select(func.count(Unit.id)).where(Unit.code == "LX-01")) == 2


class TestABureauThatIsThere:
    @pytest.fixture(autouse=True)
    def bureau(self, app: object) -> None:
        take(BUREAU)

    def test_a_new_name_and_a_new_place_are_taken_over(self) -> None:
        done = take("代码,名称,上级代码\nLX-01,预算科,LX\nLX-0101,预算编审中心,LX-02\n")

        centre = unit("LX-0101")
        assert done.changed == ("LX-01", "LX-0101")
        assert centre.path == f"{unit('LX-02').path}{centre.id}/"

    def test_what_the_table_does_not_say_stays(self) -> None:
        take("代码,名称,上级代码,职责\nLX-01,预算科,LX,\n")

        section = unit("LX-01")
        assert (section.duties, section.level) == ("预算编制、一般公共预算", "section")

    def test_the_bureau_itself_can_be_renamed(self) -> None:
        assert take("代码,名称\nLX,临溪县财政和国资局\n").changed == ("LX",)
        assert unit("LX").name == "临溪县财政和国资局"

    def test_a_unit_cannot_move_below_itself(self) -> None:
        assert faults("代码,名称,上级代码\nLX-01,预算股,LX-0101\n") == [
            "第 2 行：上级单位不能是它自己或它的下级。"
        ]

    def test_a_lower_unit_without_its_parent_is_no_new_bureau(self) -> None:
        assert faults("代码,名称\nLX-01,预算科\n") == [
            "第 2 行：LX-01 已是下级单位，要写上级代码。"
        ]

    def test_a_unit_comes_into_a_leaders_charge(self, make: Maker) -> None:
        leader = make.post(unit("LX"), "leader", make.person(unit("LX"), login="liminghua"))
        table = (
            "代码,名称,上级代码,分管领导（登录名）\nLX-01,预算股,LX,liminghua\nLX-02,国库股,LX,\n"
        )

        done = take(table)

        assert charges() == [(unit("LX-01").id, leader.id)]
        assert done.changed == ("LX-01",)
        assert take(table).changed == ()

    def test_another_leader_takes_a_unit_over(self, make: Maker) -> None:
        top = unit("LX")
        old, new = (
            make.post(top, "leader", make.person(top, login=login))
            for login in ("liminghua", "zhangwei")
        )
        head = "代码,名称,上级代码,分管领导\n"
        take(f"{head}LX-01,预算股,LX,liminghua\nLX-02,国库股,LX,liminghua\n")

        take(f"{head}LX-01,预算股,LX,zhangwei\n")

        assert sorted(charges()) == sorted([(unit("LX-01").id, new.id), (unit("LX-02").id, old.id)])

    @pytest.mark.parametrize("until", [None, date(2024, 3, 31)])
    def test_who_is_no_leader_today_is_a_fault(self, make: Maker, until: date | None) -> None:
        person = make.person(unit("LX"), login="zhoulixin")
        post = make.post(unit("LX"), "leader" if until else "head")
        make.holding(post, person, until_on=until)

        assert faults("代码,名称,上级代码,分管领导\nLX-01,预算股,LX,zhoulixin\n") == [
            "第 2 行：没有登录名为 zhoulixin 的分管领导，请先建账号和岗位，或先留空。"
        ]


@pytest.mark.usefixtures("app")
class TestFaults:
    def test_every_row_that_is_wrong_is_named(self) -> None:
        assert faults(
            "代码,名称,上级代码,层级,顺序\n"
            "LX,临溪县财政局,,局,\n"
            ",预算股,LX,股室,\n"
            "A,,LX,股室,\n"
            "A,国库股,LX,小组,\n"
            "B,综合股,B,股室,第一\n"
            "C,税政股,,股室,\n"
        ) == [
            "第 3 行：没有代码。",
            "第 4 行：A 没有名称。",
            "第 5 行：代码 A 在第 4 行已经有了。",
            "第 5 行：层级“小组”应是省、市、县、局、股室、乡镇之一。",
            "第 6 行：B 的上级不能是它自己。",
            "第 6 行：顺序“第一”应是数字。",
            "第 7 行：C 没有上级代码；没有上级的只能是局本身，第 2 行已是。",
        ]

    def test_a_circle_in_the_table(self) -> None:
        assert faults("代码,名称,上级代码\nLX,局,\nA,甲,B\nB,乙,A\nC,丙,A\n") == [
            "第 3 行：A 的上级绕回了它自己或它的下级。",
            "第 4 行：B 的上级绕回了它自己或它的下级。",
            "第 5 行：C 的上级绕回了它自己或它的下级。",
        ]

    def test_parents_that_are_nowhere(self) -> None:
        assert faults("代码,名称,上级代码\nA,甲,X\nB,乙,A\nC,丙,Y\n") == [
            "第 2 行：没有代码为 X 的上级单位。",
            "第 4 行：没有代码为 Y 的上级单位。",
        ]
        assert faults("代码,名称,上级代码\nLX,局,\nA,甲,X\nC,丙,Y\n") == [
            "第 3 行：没有代码为 X 的上级单位。",
            "第 4 行：没有代码为 Y 的上级单位。",
        ]

    def test_a_tree_that_is_too_deep(self) -> None:
        deep = "".join(f"U{n},单位{n},U{n - 1}\n" for n in range(1, 200))

        assert "层级太深" in faults(f"代码,名称,上级代码\nU0,局,\n{deep}")[0]

    @pytest.mark.parametrize(
        ("name", "table", "words"),
        [
            ("units.csv", "代码,简称\nLX,财政局\n", "表头里没有“名称”"),
            ("units.csv", "代码,名称\n", "只有表头"),
            ("units.csv", "", "空"),
            ("units.txt", "代码,名称\nLX,财政局\n", ".csv 或 .xlsx"),
            ("units.xlsx", "代码,名称\nLX,财政局\n", "不是 .xlsx"),
        ],
    )
    def test_what_is_no_such_table_is_refused(self, name: str, table: str, words: str) -> None:
        with pytest.raises(DocumentError) as caught:
            take(table, name)
        assert words in caught.value.message


def test_parents_in_two_bureaus_need_the_bureaus_own_row(make: Maker) -> None:
    for code in ("LX", "YZ"):
        make.unit(make.top(code=code), code=f"{code}-01")

    assert faults("代码,名称,上级代码\nA,甲,LX-01\nB,乙,YZ-01\n") == [
        "这些上级单位不在同一个局，请在表里加上局本身那一行（不写上级代码）。"
    ]

"""Tables: rows and columns out of tabs, pipes or one cell a line, and what each column means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.plan_text.canvas import Canvas
from tracker.domain.plan_text.lines import Line
from tracker.domain.plan_text.numbering import Rank, mark_at
from tracker.domain.plan_text.owners import looks_like_unit


class Role(StrEnum):
    """What a column of a task table holds."""

    SERIAL = "serial"
    GROUP = "group"
    TASK = "task"
    STEP = "step"
    TARGET = "target"
    NAME = "name"
    UNIT = "unit"
    LEAD = "lead"
    OWNER = "owner"
    SUPPORT = "support"
    DUE = "due"
    GROWTH = "growth"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the canvas that one cell holds."""

    start: int
    end: int


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table; `first` and `last` are indexes into the lines."""

    first: int
    last: int
    rows: tuple[Row, ...]


_HEADERS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.SERIAL, re.compile(r"^(?:序 ?号|编 ?号|序|号|No\.?)$", re.IGNORECASE)),
    (
        Role.OTHER,
        re.compile(
            r"备 ?注|电话|责任人|责任领导|分管|联系|联络|包[保联挂]|负责人|领导|进展|完成情况|"
            r"落实情况|完成进度|执行情况|上年|去年|同期|资金来源|占比$|得分|分值|权重|姓名|"
            r"地点|位置|考核|级别|来源|依据|20\d\d年(?:完成|实际|预计)"
        ),
    ),
    (
        Role.DUE,
        re.compile(
            r"时限|完成时间|时间节点|完成日期|截止|办结时间|期限|完成期|时间要求|时间安排|^时间$|建设(?:年限|周期)"
        ),
    ),
    (
        Role.GROWTH,
        re.compile(r"^(?:同比|较上年)?(?:增长|增速|增幅)(?:率|幅度)?(?:目标)?(?:%|±%)?$"),
    ),
    (Role.LEAD, re.compile(r"牵头|主办|主责")),
    (Role.SUPPORT, re.compile(r"配合|协同|协办|协助|参与|参加")),
    (
        Role.OWNER,
        re.compile(
            r"(?:责任|承办|落实|主管|负责|实施|建设|申报|项目)(?:单位|部门|股室|科室|处室|"
            r"主体|股|科|室)|^(?:股室|科室|部门|责任股室)$|责任$"
        ),
    ),
    (Role.UNIT, re.compile(r"^(?:计量)?单位$|计量单位")),
    (
        Role.STEP,
        re.compile(
            r"进度(?:安排|计划|要求|目标)|推进计划|实施步骤|阶段(?:目标|任务|安排)|"
            r"季度(?:目标|任务|安排|计划)|时序|节点(?:任务|目标)|^[第]?[一二三四]季度"
        ),
    ),
    (
        Role.GROUP,
        re.compile(
            r"^(?:类 ?别|分类|项目类别|任务类别|工作类别|重点领域|领域|板块|大类|类型|方面|"
            r"工作板块|一级.*|指标类别|目标类别|所属类别|任务分类|工作分类|专项|归类)$"
        ),
    ),
    (
        Role.NAME,
        re.compile(r"指标名称|^(?:主要)?指标$|考核指标|项目指标|指标内容|二级指标|三级指标"),
    ),
    (Role.TASK, re.compile(r"目标任务|任务目标|工作目标及")),
    (
        Role.TARGET,
        re.compile(r"目标|指标值|计划数|预期|任务数|计划值|数量|总量|20\d\d年(?:计划|目标|任务)"),
    ),
    (Role.TASK, re.compile(r"任务|工作|事项|内容|举措|措施|要点|项目|实事|名称|要求|标准")),
)
_FINER = re.compile(r"具体|内容|举措|措施|分解|细化|要求|事项|做法|标准")
_AIM = re.compile(r"^(?:20\d\d年|年度|工作|主要)*(?:目标任务|任务目标|目标要求)$")
_RULE = re.compile(r"^[|\-—=+: ：]+$")
_DIGITS = re.compile(r"^\d{1,3}(?:\.0)?$")
_DUE_CELL = re.compile(
    r"^(?:(?:20\d\d年)?(?:\d{1,2}月|年底|底|第?[一二三四]季度|上半年|下半年|年内|全年|"
    r"年)[^，。；]{0,10}|20\d\d[-./]\d{1,2}(?:[-./]\d{1,2})?|长期.{0,4}|持续.{0,4}|"
    r"常态.{0,4}|按.{0,8}时.{0,4})$"
)
_PEOPLE = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:[、 \n\u2028]+[\u4e00-\u9fff]{2,3})*$")
_PHONES = re.compile(r"^[\d\-—、 \n\u2028]{5,}$")


def words(canvas: Canvas, cell: Cell) -> str:
    """Return the even letters of a cell."""
    return canvas.plain[cell.start : cell.end]


def _trimmed(canvas: Canvas, start: int, end: int) -> Cell:
    plain = canvas.plain
    while start < end and plain[start] in " \t|\u2028":
        start += 1
    while end > start and plain[end - 1] in " \t|\u2028":
        end -= 1
    return Cell(start, end)


def _split(canvas: Canvas, line: Line, separator: str) -> Row:
    start, end = line.start, line.end
    if separator == "|":
        start += canvas.plain[start] == "|"
        end -= canvas.plain[end - 1] == "|" and end > start
    cells, at = [], start
    while True:
        cut = canvas.plain.find(separator, at, end)
        cells.append(_trimmed(canvas, at, cut if cut >= 0 else end))
        if cut < 0:
            return tuple(cells)
        at = cut + 1


def _separator(line: Line) -> str | None:
    if "\t" in line.plain.strip("\t"):
        return "\t"
    return "|" if line.plain.count("|") >= 2 or "|" in line.plain.strip("| ") else None


def _row_tables(canvas: Canvas, lines: Sequence[Line]) -> list[Table]:
    """Tables whose rows are lines with tabs or pipes; a lone group row may stand between."""
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        separator = _separator(lines[index])
        if separator is None:
            index += 1
            continue
        last = _run_end(lines, index, separator)
        table = _table_of(canvas, lines, index, last, separator)
        if table is not None:
            tables.append(table)
        index = last + 1
    return tables


def _run_end(lines: Sequence[Line], first: int, separator: str) -> int:
    last = index = first
    while index + 1 < len(lines) and index - last < 2:
        index += 1
        if _separator(lines[index]) == separator:
            last = index
        elif len(lines[index].plain) > 60:
            break
    return last


def _table_of(
    canvas: Canvas, lines: Sequence[Line], first: int, last: int, separator: str
) -> Table | None:
    rows = [
        _split(canvas, line, separator) if _separator(line) else (Cell(line.start, line.end),)
        for line in lines[first : last + 1]
        if line.plain and not _RULE.match(line.plain)
    ]
    if len(rows) < 2 and not (rows and len(rows[0]) >= 3):
        return None
    return Table(first, last, tuple(rows))


def _lone_pipe_tables(canvas: Canvas, lines: Sequence[Line]) -> list[Table]:
    """Tables flattened to one cell a line with a lone | between the cells."""
    pipes = [index for index, line in enumerate(lines) if line.plain == "|"]
    if len(pipes) < 3:
        return []
    first, last = max(0, pipes[0] - 1), pipes[-1]
    if last + 1 < len(lines) and len(lines[last + 1].plain) < 40:
        last += 1
    cells: list[Cell] = []
    current: Cell | None = None
    for line in lines[first : last + 1]:
        if line.plain == "|":
            cells.append(current or Cell(line.start, line.start))
            current = None
        else:
            current = Cell(current.start if current else line.start, line.end)
    if current:
        cells.append(current)
    rows = _rows_by_serial(canvas, cells)
    return [Table(first, last, tuple(rows))] if rows else []


def _rows_by_serial(canvas: Canvas, cells: Sequence[Cell]) -> list[Row]:
    """Begin a new row where the next serial number stands."""
    rows: list[list[Cell]] = [[]]
    expected = 1
    for cell in cells:
        if _DIGITS.match(words(canvas, cell)) and int(float(words(canvas, cell))) == expected:
            expected += 1
            rows.append([])
        rows[-1].append(cell)
    if expected <= 2:
        width = next((i for i, c in enumerate(cells[1:], 1) if words(canvas, c) == "1"), 0)
        return [tuple(cells)] if not width else [tuple(row) for row in rows if row]
    return [tuple(row) for row in rows if row]


def _listed_tables(canvas: Canvas, lines: Sequence[Line]) -> list[Table]:
    """Tables copied from a page with every cell on a line of its own, header words first."""
    for index, line in enumerate(lines):
        if header_role(line.plain) is not Role.SERIAL or "\t" in line.plain or "|" in line.plain:
            continue
        width = 1
        while index + width < len(lines) and _heads_column(lines[index + width].plain):
            width += 1
        if width >= 3:
            return [_listed(canvas, lines, index, width)]
    return []


_GAP = re.compile(r" {2,}")


def _spaced(canvas: Canvas, line: Line) -> Row:
    """Return the cells of a line whose columns are parted by blanks."""
    cells, at = [], line.start
    for gap in _GAP.finditer(canvas.plain, line.start, line.end):
        cells.append(Cell(at, gap.start()))
        at = gap.end()
    return (*cells, Cell(at, line.end))


def _spaced_tables(canvas: Canvas, lines: Sequence[Line]) -> list[Table]:
    """Tables whose columns are parted by blanks under a line of header words."""
    for index, line in enumerate(lines):
        head = _spaced(canvas, line) if "  " in line.plain else ()
        roles = [header_role(words(canvas, cell)) for cell in head]
        if len(roles) < 3 or None in roles:
            continue
        last = index
        while last + 1 < len(lines) and len(_spaced(canvas, lines[last + 1])) in (1, len(head)):
            last += 1
        rows = tuple(_spaced(canvas, one) for one in lines[index : last + 1])
        if len(rows) > 1 and len(rows[1]) == len(head):
            return [Table(index, last, rows)]
    return []


def _heads_column(plain: str) -> bool:
    return 2 <= len(plain) <= 12 and header_role(plain) is not None and not plain.isdigit()


def _listed(canvas: Canvas, lines: Sequence[Line], first: int, width: int) -> Table:
    filled = [line for line in lines[first:] if line.plain]
    cells = [Cell(line.start, line.end) for line in filled]
    rows = _rows_by_serial(canvas, cells[width:])
    return Table(first, len(lines) - 1, (tuple(cells[:width]), *rows))


def find_tables(canvas: Canvas, lines: Sequence[Line]) -> list[Table]:
    """All tables of the text, in order."""
    lone = _lone_pipe_tables(canvas, lines)
    if lone:
        return lone
    return (
        _row_tables(canvas, lines) or _spaced_tables(canvas, lines) or _listed_tables(canvas, lines)
    )


def header_role(words_: str) -> Role | None:
    """Return the role that a header cell gives its column, None for words that head nothing."""
    bare = re.sub(r"[ \n\u2028]|（[^（）]*）", "", words_)
    if not bare or len(bare) > 16 or "。" in bare:
        return None
    return next((role for role, pattern in _HEADERS if pattern.search(bare)), None)


def header_of(canvas: Canvas, table: Table) -> tuple[int, list[Role]] | None:
    """Which row is the header and what its columns mean."""
    for index, row in enumerate(table.rows[:4]):
        roles = [header_role(words(canvas, cell)) for cell in row]
        named = [role for role in roles if role is not None]
        filled = sum(1 for cell in row if cell.end > cell.start)
        if len(named) >= 2 and len(named) * 3 >= filled * 2 and len(set(named)) >= 2:
            return index, _settled(canvas, table, index, roles)
    return None


def _settled(canvas: Canvas, table: Table, index: int, roles: Sequence[Role | None]) -> list[Role]:
    """Columns told apart: 单位 beside 指标 is a measure; of two task columns the coarser groups."""
    settled = [role or Role.OTHER for role in roles]
    if Role.UNIT in settled and Role.NAME not in settled and Role.OWNER not in settled:
        settled = [Role.OWNER if role is Role.UNIT else role for role in settled]
    tasks = [column for column, role in enumerate(settled) if role is Role.TASK]
    head = table.rows[index]
    finer = [column for column in tasks if _FINER.search(words(canvas, head[column]))]
    if len(tasks) > 1 and finer:
        for column in tasks:
            if column not in finer and _groups(canvas, table, index, column):
                settled[column] = Role.GROUP
    _aims_aside(canvas, head, settled)
    if Role.TASK not in settled and Role.NAME not in settled:
        settled = [Role.TASK if role in (Role.TARGET, Role.STEP) else role for role in settled]
    return settled


def _aims_aside(canvas: Canvas, head: Row, settled: list[Role]) -> None:
    """目标任务 beside a column of tasks tells their targets."""
    tasks = [column for column, role in enumerate(settled) if role is Role.TASK]
    for column in tasks[1:]:
        if _AIM.match(words(canvas, head[column])):
            settled[column] = Role.TARGET


def _groups(canvas: Canvas, table: Table, index: int, column: int) -> bool:
    """Tell whether a column repeats, stays empty, or numbers its cells like headings."""
    cells = [words(canvas, row[column]) for row in table.rows[index + 1 :] if column < len(row)]
    filled = [cell for cell in cells if cell]
    if not filled or len(set(filled)) < len(cells):
        return True
    return sum(
        1
        for cell in filled
        if re.match(r"^[一二三四五六七八九十]{1,3}、|^（[一二三四五六七八九十]", cell)
    ) * 2 > len(filled)


def guess_role(canvas: Canvas, cell: Cell) -> Role:
    """Return the role of a cell in a table without a header, from what stands in it."""
    said = words(canvas, cell)
    if not said or _PHONES.match(said):
        return Role.OTHER
    if _DIGITS.match(said):
        return Role.SERIAL
    if _DUE_CELL.match(said):
        return Role.DUE
    pieces = [piece for piece in re.split(r"[、，\n\u2028 ]+", said) if piece]
    if pieces and all(looks_like_unit(piece) for piece in pieces):
        return Role.OWNER
    if _PEOPLE.match(said):
        return Role.OTHER
    mark = mark_at(canvas.plain, cell.start, cell.end)
    if mark and mark.rank <= Rank.CHINESE_PAREN and len(said) <= 40 and "。" not in said:
        return Role.GROUP
    return Role.TASK if len(said) >= 5 else Role.OTHER

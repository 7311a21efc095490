"""What the register's page shows: tabs, filters, order and pages as links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.domain.lights import Light
from tracker.domain.roles import Role
from tracker.domain.tasks import TaskState
from tracker.permissions import Actor
from tracker.queries.task_ledger import PAGE, SORTS, VIEWS, Ledger, Wanted
from tracker.web.tasks.address import SPANS, address, pairs_of

ALL = ("", "全部")
ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE, Light.GREY)
ABOUT = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A tab or a chip."""

    label: str
    url: str
    current: bool
    count: int | None = None
    count_kind: str = "plain"
    light: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column that sorts; `direction` is how it stands now."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the list."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of the filter bar."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


def tabs(wanted: Wanted, counts: Mapping[str, int], person: Actor) -> list[Entry]:
    """Return the saved views with their counts; who answers for no task has no view of his own."""
    return [
        Entry(
            label,
            address(wanted, view=name),
            wanted.view == name,
            counts[name],
            "warn" if name in {"overdue", "new"} and counts[name] else "plain",
        )
        for name, label in VIEWS.items()
        if name != "mine" or person.has(Role.REPORTER, Role.HEAD, Role.LEADER)
    ]


def light_chips(found: Ledger, span: str) -> list[Entry]:
    """Return a chip for each light that there is, and the way back to all."""
    wanted = found.wanted
    chips = [
        Entry(
            light.word,
            address(wanted, span, light=light.value),
            wanted.light == light,
            count,
            light=light.value,
        )
        for light in ORDER
        if (count := found.lights[light])
    ]
    if wanted.light:
        chips.append(Entry("全部亮灯", address(wanted, span, light=""), current=False))
    return chips


def heads(wanted: Wanted, span: str) -> dict[str, Head]:
    """Return the columns that sort; a second click turns the order round."""
    return {
        name: Head(
            label,
            address(wanted, span, sort=name, down=wanted.sort == name and not wanted.down),
            "" if wanted.sort != name else "down" if wanted.down else "up",
        )
        for name, label in SORTS.items()
    }


def filters(
    wanted: Wanted, span: str, choices: Mapping[str, list[tuple[str, str]]]
) -> list[Filter]:
    """Return the fields of the filter bar."""
    states = [(state.value, state.word) for state in TaskState if state is not TaskState.DRAFT]
    years = [Filter("year", "年度", choices["year"], wanted.year)] if choices["year"] else []
    return [
        *years,
        Filter("unit", "单位", [ALL, *choices["unit"]], str(wanted.unit_id or "")),
        Filter("state", "状态", [ALL, *states], wanted.state),
        Filter("item", "计划条目", [ALL, *choices["item"]], str(wanted.item_id or "")),
        Filter("leader", "分管领导", [ALL, *choices["leader"]], str(wanted.leader_post_id or "")),
        Filter("due", "时限", [("", "不限"), *SPANS.items()], span),
    ]


def kept(wanted: Wanted, span: str) -> list[tuple[str, str]]:
    """Return what the filter bar must carry along beside its own fields."""
    own = {"year", "unit", "state", "item", "leader", "due", "q", "page"}
    return [(name, value) for name, value in pairs_of(wanted, span).items() if name not in own]


def page_links(found: Ledger, span: str) -> list[PageLink | None]:
    """Return the first, the last and the neighbouring pages; None is a gap."""
    here, last = found.wanted.page, found.pages
    if last == 1:
        return []
    near = {1, last, *range(max(1, here - ABOUT), min(last, here + ABOUT) + 1)}
    links: list[PageLink | None] = []
    before = 0
    for number in sorted(near):
        if number > before + 1:
            links.append(None)
        links.append(PageLink(number, address(found.wanted, span, page=number), number == here))
        before = number
    return links


def foot_words(found: Ledger) -> str:
    """Say which rows are shown, of how many."""
    if not found.total:
        return "共 0 项"
    first = (found.wanted.page - 1) * PAGE + 1
    return f"第 {first}–{first + len(found.rows) - 1} 项，共 {found.total} 项"


def meta_words(found: Ledger) -> str:
    """Say how many tasks there are by light."""
    said = "、".join(f"{light.word} {count}" for light in ORDER if (count := found.lights[light]))
    return f"{found.total} 项任务{'：' if said else ''}{said}"


def neighbour(found: Ledger, span: str, step: int) -> str:
    """Return the address of the page before or after; empty where there is none."""
    number = found.wanted.page + step
    return address(found.wanted, span, page=number) if 1 <= number <= found.pages else ""


def is_narrowed(wanted: Wanted) -> bool:
    """Tell whether any filter is set."""
    return replace(wanted, sort="due", down=False, page=1) != Wanted()


def acknowledges(person: Actor, found: Ledger) -> bool:
    """Tell whether the page holds something that a head or reporter can acknowledge."""
    waiting = any(row.state == TaskState.ISSUED for row in found.rows)
    return waiting and person.has(Role.HEAD, Role.REPORTER)


def handles(person: Actor, found: Ledger) -> bool:
    """Tell whether the page holds something that the office can handle together with others."""
    return person.has(Role.OFFICE) and any(not row.is_over for row in found.rows)


def reminds(person: Actor, found: Ledger) -> bool:
    """Tell whether the page holds something that the person may press for."""
    going = any(TaskState(row.state).is_open for row in found.rows)
    return going and person.has(Role.OFFICE, Role.LEADER)

"""Operator commands: `flask plan read`, `flask remind run` … a module for each group."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from click import Group

MODULES = tuple(
    sorted(
        p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in {"__init__", "output"}
    )
)


def groups() -> list[Group]:
    """Return the command groups of all modules."""
    return [import_module(f"tracker.cli.{name}").group for name in MODULES]

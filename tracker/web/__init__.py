"""The web face: one package per user task."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

PACKAGES = (
    "health",
    "auth",
    "desk",
    "reports",
    "reviews",
    "scores",
    "bulletins",
    "indicators",
    "library",
    "lagging",
    "plans",
    "tasks",
    "orders",
    "search",
    "feed",
    "people",
    "settings",
    "audit",
    "gallery",
)


def blueprints() -> list[Blueprint]:
    """Return the blueprints of all packages."""
    return [import_module(f"tracker.web.{name}").bp for name in PACKAGES]

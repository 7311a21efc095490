"""What comes in: ids that a database can hold, and text without what no text may hold."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1
NUL = "\0"


class IdConverter(IntegerConverter):
    """An id in an address; a number that no row can have leads nowhere (404)."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002  Werkzeug's own name
        super().__init__(map, *args, **{"max": LARGEST_ID} | kwargs)


class CleanRequest(Request):
    """A request whose fields and query hold no NUL: PostgreSQL takes none, and no keyboard types one."""

    @property
    def args(self) -> MultiDict[str, str]:
        """The query."""
        return _clean(super().args)

    def _load_form_data(self) -> None:
        loaded = "form" in self.__dict__
        super()._load_form_data()
        if not loaded:
            self.__dict__["form"] = _clean(self.__dict__["form"])


def init_app(app: Flask) -> None:
    """Take requests as these classes read them. Before any route is registered."""
    app.request_class = CleanRequest
    app.url_map.converters["int"] = IdConverter


def _clean(given: MultiDict[str, str]) -> MultiDict[str, str]:
    pairs = [(name, value) for name, values in given.lists() for value in values]
    if not any(NUL in value or NUL in name for name, value in pairs):
        return given
    return ImmutableMultiDict(
        (name.replace(NUL, ""), value.replace(NUL, "")) for name, value in pairs
    )

"""Mails from their templates: each has subject.txt, body.txt and body.html in templates/mail/<mail>/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker.outbox.clean import SUBJECT_LENGTH, one_line

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three parts of a mail."""

    subject: str
    text: str
    html: str


def render(mail: str, context: Mapping[str, Any]) -> Rendered:
    """Fill in the templates of one mail; an unknown name in a template raises."""
    templates = _environment()
    parts = [
        templates.get_template(f"mail/{mail}/{part}").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    ]
    return Rendered(one_line(parts[0], SUBJECT_LENGTH), parts[1], parts[2])


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )

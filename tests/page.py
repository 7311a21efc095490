"""A browser without JavaScript: it opens pages, fills forms by their labels' fields, presses buttons by their words.

Every page it gets is checked: one title, one h1, unique ids, a label for every field, no inline style or script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

Value = str | list[str] | tuple[Any, str]


class Browser:
    """A signed-in person's browser."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.path = "/"
        self.answer: TestResponse
        self.page: HtmlElement

    def open(self, path: str) -> Browser:
        """Go to a page, through redirects."""
        return self._take(self._client.get(_local(path), follow_redirects=True))

    def press(self, button: str, values: Mapping[str, Value] | None = None) -> Browser:
        """Press the button with these words, with what its form holds and `values` typed over it."""
        control = self.button(button)
        form = self._form_of(control)
        data = self._fields(form)
        if name := control.get("name"):
            data[name] = [control.get("value", "")]
        for name, value in (values or {}).items():
            data[name] = list(value) if isinstance(value, list) else [value]
        action = control.get("formaction") or form.get("action") or self.path
        target = _local(urljoin(self.path, action))
        if (control.get("formmethod") or form.get("method") or "get").lower() == "get":
            return self._take(self._client.get(target, query_string=data, follow_redirects=True))
        return self._take(self._client.post(target, data=data, follow_redirects=True))

    def button(self, words: str) -> HtmlElement:
        """Return the button with these words."""
        buttons = self.page.xpath("//button | //input[@type='submit']")
        found = [b for b in buttons if words == _words(b) or words == b.get("value")]
        found = found or [b for b in buttons if words in _words(b)]
        assert found, (
            f"no button {words!r} on {self.path}; there are {[_words(b) for b in buttons]}"
        )
        return found[0]

    def link(self, words: str) -> str:
        """Return where the link with these words leads."""
        links = self.page.xpath("//a[@href]")
        found = [a for a in links if words in _words(a)]
        assert found, f"no link {words!r} on {self.path}"
        return str(found[0].get("href"))

    def field(self, label: str) -> str:
        """Return the name of the field whose label holds these words."""
        for element in self.page.xpath("//label[@for]"):
            if label in _words(element):
                control = self.page.xpath(f"//*[@id='{element.get('for')}']")[0]
                return str(control.get("name"))
        for control in self.page.xpath("//*[@aria-label and @name]"):
            if label in control.get("aria-label"):
                return str(control.get("name"))
        raise AssertionError(f"no field {label!r} on {self.path}")

    def values(self, name: str) -> list[str]:
        """Return the values that checkboxes, radios or options of this name offer."""
        found: list[str] = self.page.xpath(
            f"//input[@name='{name}']/@value | //select[@name='{name}']/option/@value"
        )
        return found

    def option(self, name: str, words: str) -> str:
        """Return the value of a select's option with these words."""
        for option in self.page.xpath(f"//select[@name='{name}']/option"):
            if words in _words(option):
                return str(option.get("value"))
        raise AssertionError(f"no option {words!r} in {name} on {self.path}")

    @property
    def words(self) -> str:
        """All words on the page, white space squeezed."""
        return _words(self.page)

    @property
    def status(self) -> int:
        """The answer's status code."""
        return self.answer.status_code

    def _take(self, answer: TestResponse) -> Browser:
        self.answer = answer
        self.path = answer.request.path + (
            f"?{answer.request.query_string.decode()}" if answer.request.query_string else ""
        )
        if answer.mimetype == "text/html":
            self.page = html.fromstring(answer.text)
            check_page(answer.text, self.path)
        return self

    def _form_of(self, control: HtmlElement) -> HtmlElement:
        if owner := control.get("form"):
            return self.page.xpath(f"//form[@id='{owner}']")[0]
        forms = control.xpath("ancestor::form[1]")
        assert forms, f"button {_words(control)!r} stands in no form"
        return forms[0]

    def _fields(self, form: HtmlElement) -> dict[str, list[Any]]:
        """Return what the form would send: its own controls and those that name it from outside."""
        controls = list(form.xpath(".//input | .//select | .//textarea"))
        controls = [c for c in controls if not c.get("form") or c.get("form") == form.get("id")]
        if form.get("id"):
            controls += self.page.xpath(
                f"//*[self::input or self::select or self::textarea][@form='{form.get('id')}']"
            )
        data: dict[str, list[Any]] = {}
        for control in dict.fromkeys(controls):
            for name, value in _value(control):
                data.setdefault(name, []).append(value)
        return data


def check_page(source: str, path: str) -> None:
    """Hold every page to the manners that any page has."""
    page = html.fromstring(source)
    assert page.xpath("string(//title)").strip(), f"{path}: no title"
    assert len(page.xpath("//h1")) == 1, f"{path}: {len(page.xpath('//h1'))} h1"
    ids = page.xpath("//@id")
    double = {i for i in ids if ids.count(i) > 1}
    assert not double, f"{path}: ids twice: {double}"
    assert not page.xpath("//*[@style] | //style"), f"{path}: inline style"
    scripts = page.xpath("//script[not(@src) and not(@type='application/json')]")
    assert not scripts, f"{path}: inline script"
    unlabelled = [c.get("name") for c in _visible_fields(page) if not _has_label(page, c)]
    assert not unlabelled, f"{path}: fields without a label: {unlabelled}"
    nested = page.xpath("//form//form")
    assert not nested, f"{path}: a form in a form"


def _visible_fields(page: HtmlElement) -> Iterable[HtmlElement]:
    return page.xpath(  # type: ignore[no-any-return]
        "//input[not(@type='hidden') and not(@type='submit')] | //select | //textarea"
    )


def _has_label(page: HtmlElement, control: HtmlElement) -> bool:
    if (
        control.get("aria-label")
        or control.get("aria-labelledby")
        or control.xpath("ancestor::label")
    ):
        return True
    return bool(control.get("id") and page.xpath(f"//label[@for='{control.get('id')}']"))


def _value(control: HtmlElement) -> list[tuple[str, str]]:
    name = control.get("name")
    if not name or control.get("disabled") is not None:
        return []
    if control.tag == "select":
        options = control.xpath(".//option")
        chosen = [o for o in options if o.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [(name, o.get("value", _words(o))) for o in chosen]
    if control.tag == "textarea":
        return [(name, (control.text or "").removeprefix("\n"))]
    kind = (control.get("type") or "text").lower()
    if kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if kind in {"checkbox", "radio"} and control.get("checked") is None:
        return []
    return [(name, control.get("value", "on" if kind in {"checkbox", "radio"} else ""))]


def _words(element: HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def _local(url: str) -> str:
    """Return the path and query of a link, whatever its host."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")

"""A page as somebody got it: parsed, checked for soundness, easy to ask."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

OWN_ADDRESS = re.compile(r"^(?:/|#|\?|data:image/|mailto:|https?://localhost(?:[:/]|$))|^[^:/]*$")


class Page:
    """What came back, and questions about it."""

    def __init__(self, url: str, response: TestResponse) -> None:
        self.url = url
        self.response = response
        self.status = response.status_code

    @property
    def is_html(self) -> bool:
        """Whether it is a page at all."""
        return self.response.mimetype == "text/html" and self.status not in {301, 302, 303}

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers.get("Location", "")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.response.get_data(as_text=True), "html.parser")

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return self.response.get_json()

    @property
    def plain(self) -> str:
        """The words of the page."""
        if not self.is_html:
            return self.response.get_data(as_text=True)
        return re.sub(r"\s+", " ", self.soup.get_text(" ")).strip()

    @property
    def heading(self) -> str:
        """The h1."""
        found = self.soup.find("h1")
        return re.sub(r"\s+", " ", found.get_text()).strip() if found else ""

    def links(self) -> list[str]:
        """Every address that the page leads to."""
        return [str(link["href"]) for link in self.soup.find_all("a", href=True)]

    def field(self, name: str) -> str:
        """The value of the first field called ``name``."""
        found = self.soup.find(attrs={"name": name})
        assert isinstance(found, Tag), f"{self.url} has no field {name}"
        return str(found.get("value", ""))

    def errors(self) -> list[str]:
        """What the page says beside its fields."""
        return [re.sub(r"\s+", " ", found.get_text()).strip() for found in self.soup.select("p.error")]

    def form_values(self) -> dict[str, Any]:
        """The fields of the page's own form as a browser would send them untouched."""
        form = self.soup.select_one("main form[method=post]")
        assert form is not None, f"{self.url} has no form"
        values: dict[str, Any] = {}
        for control in form.select("input[name], textarea[name], select[name]"):
            name, value = str(control["name"]), _value_of(control)
            if value is not None and control.get("type") == "checkbox" and name in values:
                values[name] = [*([values[name]] if isinstance(values[name], str) else values[name]), value]
            elif value is not None:
                values[name] = value
        return values

    def check(self) -> None:
        """Soundness of every page: title is heading, labels, unique ids, nothing foreign, nothing inline."""
        if not self.is_html:
            return
        title = self.soup.find("title")
        if self.soup.find("h1") is not None:
            assert title is not None
            assert re.sub(r"\s+", " ", title.get_text()).strip().startswith(self.heading.split(" ")[0]), self.url
            assert len(self.soup.find_all("h1")) == 1, self.url
        ids = [str(tag["id"]) for tag in self.soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), f"{self.url}: ids twice: {sorted({one for one in ids if ids.count(one) > 1})}"
        self._check_labels()
        if "'nonce-" not in self.response.headers.get("Content-Security-Policy", ""):
            self._check_strictness()

    def _check_labels(self) -> None:
        labelled = {str(label["for"]) for label in self.soup.find_all("label", attrs={"for": True})}
        for control in self.soup.select("input:not([type=hidden]), textarea, select"):
            inside = control.find_parent("label") is not None
            named = control.get("aria-label") or control.get("aria-labelledby")
            assert inside or named or control.get("id") in labelled, f"{self.url}: no label: {control}"

    def _check_strictness(self) -> None:
        for tag in self.soup.find_all(True):
            assert not tag.get("style"), f"{self.url}: inline style: {str(tag)[:200]}"
            handlers = [name for name in tag.attrs if name.startswith("on")]
            assert not handlers, f"{self.url}: {handlers}"
            if tag.name == "script":
                assert tag.get("src") or tag.get("type") == "application/json", f"{self.url}: inline script"
            for name in ("src", "href", "action"):
                address = tag.get(name)
                assert address is None or OWN_ADDRESS.match(str(address)), f"{self.url}: foreign address {address}"


def _value_of(control: Tag) -> Any:
    if control.name == "textarea":
        return re.sub(r"^\r?\n", "", control.get_text())
    if control.name == "select":
        chosen = [str(one.get("value", "")) for one in control.select("option[selected]")]
        if control.has_attr("multiple"):
            return chosen
        first = control.select_one("option")
        return chosen[0] if chosen else str(first.get("value", "")) if first else ""
    kind = control.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return str(control.get("value", "on")) if control.has_attr("checked") else None
    if kind in {"submit", "button", "file"}:
        return None
    return str(control.get("value", ""))

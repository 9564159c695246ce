"""Somebody who follows links: from the home page outwards, two addresses of each pattern."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from tests.pages import Page
from tests.people import Person

FILES = (".xlsx", ".pdf", ".docx", ".csv")


def pattern_of(url: str) -> str:
    """What addresses have in common that differ only in numbers, and in the values of what they ask."""
    parts = urlsplit(url)
    asked = sorted({key for key, _value in parse_qsl(parts.query)})
    return f"{re.sub(r'[0-9]+', '#', parts.path)}?{'&'.join(asked)}"


class Walk:
    """A walk of one person; each pattern is opened at most ``of_each`` times, ``depth`` links away from home."""

    def __init__(self, person: Person, *, of_each: int = 2, depth: int = 2) -> None:
        self.person = person
        self.of_each = of_each
        self.depth = depth
        self.patterns: Counter[str] = Counter()
        self.opened: set[str] = set()

    def pages(self, start: str = "/") -> Iterator[Page]:
        """Every page on the way; a page that does not answer 200, or is unsound, fails."""
        ahead = deque([(start, 0, "")])
        while ahead:
            url, steps, origin = ahead.popleft()
            if not self._is_new(url):
                continue
            page = self._open(url, origin)
            yield page
            if steps < self.depth and page.is_html:
                ahead.extend((link, steps + 1, url) for link in page.links())

    def _open(self, url: str, origin: str) -> Page:
        try:
            page = self.person._answer("GET", url, None)
            # Each step of a way that turns off is a page of its own, with its own few queries.
            while page.location:
                page = self.person._answer("GET", page.location, None)
            assert page.status == 200, f"GET {page.url}: {page.status}\n{page.plain[:1000]}"
            return page
        except AssertionError as error:
            raise AssertionError(f"linked from {origin or 'nowhere'} for {self.person.actor.role}: {error}") from error

    def _is_new(self, url: str) -> bool:
        plain = url.partition("#")[0]
        if not plain or plain in self.opened or plain.startswith(("mailto:", "tel:")):
            return False
        self.opened.add(plain)
        pattern = pattern_of(plain)
        self.patterns[pattern] += 1
        return self.patterns[pattern] <= (1 if plain.partition("?")[0].endswith(FILES) else self.of_each)

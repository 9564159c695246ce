"""The sections of a record's page: rows of another subject, with the ways to all of them and to a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.access import Permission, significant
from commissioner.domain.listing import Column
from commissioner.domain.pages import RecordPage, Section
from commissioner.domain.subject import runs_on
from commissioner.domain.subjects import SUBJECTS
from commissioner.vocabulary import PlaceLevel
from commissioner.web.as_of import AsOf, as_of, list_url, url_of
from commissioner.web.lists import Heading
from commissioner.web.session import actor

SINGULAR = {"batches": "batch", "trainings": "training"}


class ShownSection:
    """A section as the table macros read it: a list without filters, sorting and pages."""

    sort = ""
    descending = False

    def __init__(self, page: RecordPage, section: Section) -> None:
        self.section = section
        self.title = _(section.title)
        self.rows, self.total, self.on = _as_of(section, as_of())
        columns = [replace(one, label=_(one.label), value=None, sort=None) for one in section.columns]
        self.listing = Heading(title=self.title, columns=columns)
        self.all_url = all_url(page, section) if self.total > len(self.rows) else None
        # Who looks back looks; what is new is entered as of today.
        self.add_url = None if as_of().given else add_url(page, section)
        self.add_label = _("新增%(one)s", one=_(SUBJECTS[section.subject].one))

    def cell(self, row: Mapping[str, Any], column: Column) -> Any:
        """The value of ``column`` in ``row``."""
        return row[column.key]

    def row_url(self, row: Mapping[str, Any]) -> str | None:
        """A row's own page; a line of this page has a form, for those who may keep it."""
        if self.section.own_pages:
            return url_of(self.section.subject, row["id"])
        if not self.section.may_add:
            return None
        return url_for("subjects.edit", name=self.section.subject, row_id=row["id"])


def _as_of(section: Section, asked: AsOf) -> tuple[Sequence[Mapping[Any, Any]], int, date | None]:
    """The rows of a section that its page shows, their count, and the day they are narrowed to."""
    dated = {"starts_on", "ends_on"} <= {one.key for one in section.columns}
    if not (asked.given and section.whole and dated and section.total <= len(section.rows)):
        return section.rows, section.total, section.on
    rows = [one for one in section.rows if runs_on(one["starts_on"], one["ends_on"], asked.day)]
    return rows, len(rows), asked.day


def shown_sections(page: RecordPage) -> list[ShownSection]:
    """The sections of ``page``."""
    return [ShownSection(page, section) for section in page.sections]


def all_url(page: RecordPage, section: Section) -> str | None:
    """The list of the section's subject, narrowed to this record; ``None`` if it cannot be asked that way."""
    known = {one.key for one in SUBJECTS[section.subject].listing.filters}
    asked = _asked(page, section)
    key = next((one for one in asked if one in known), None)
    if key is None:
        return None
    narrowed: dict[str, Any] = {key: asked[key]}
    return list_url(SUBJECTS[section.subject], **narrowed)


def _asked(page: RecordPage, section: Section) -> dict[str, str]:
    if page.subject == "places" and page.fact("level").value is not PlaceLevel.VILLAGE:
        return {"township": significant(page.region_code)}
    own = SINGULAR.get(page.subject, page.subject.removesuffix("s"))
    keys = [section.field.removesuffix("_id"), own] if section.field else [own]
    return dict.fromkeys(keys, str(page.id))


def add_url(page: RecordPage, section: Section) -> str | None:
    """The form of a new row that already names this record."""
    given: dict[str, Any] = {section.field: page.id}
    if section.subject == "visits":
        may_log = actor().can(Permission.LOG_VISIT) and bool(section.field)
        return url_for("visits.new", **given) if may_log else None
    return url_for("subjects.new", name=section.subject, **given) if section.may_add else None

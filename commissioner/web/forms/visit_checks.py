"""The forms of deciding on visits and of merging two records of one."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField

from commissioner.domain.visit_decisions import LONGEST_NOTE, Ticked
from commissioner.domain.visit_doubles import Pair, Record
from commissioner.domain.visit_merges import BOTH, PARTS, Merge
from commissioner.units import whole
from commissioner.vocabulary import VisitState
from commissioner.web.forms.base import Form, Prose


def _state(text: str) -> VisitState:
    """What was pressed; anything else decides nothing."""
    return next((one for one in VisitState if one.value == text), VisitState.WAITING)


def _ticked(text: str) -> Ticked | None:
    visit_id, _colon, version = text.partition(":")
    found, read_at = whole(visit_id), whole(version)
    return Ticked(visit_id=found, version=read_at) if found is not None and read_at is not None else None


class ConfirmForm(Form):
    """Ticks on a page of waiting visits, each as "id:version", and the word on all of them or on one."""

    ticked = SelectMultipleField(choices=[], validate_choice=False)
    shown = SelectMultipleField(choices=[], validate_choice=False)
    whole_page = BooleanField()
    state = StringField(lazy_gettext("确认"))
    # One visit decided on by its own buttons: "id:version:state".
    one = StringField()
    note = Prose(lazy_gettext("说明（退回或有异议时填写）"), length=LONGEST_NOTE)

    @property
    def pressed(self) -> VisitState:
        """Confirm, return or dispute."""
        return _state(self.one.data.rpartition(":")[2] if self.one.data else self.state.data or "")

    @property
    def chosen(self) -> list[Ticked]:
        """The visits decided on, at the versions that were shown."""
        if self.one.data:
            asked = [self.one.data.rpartition(":")[0]]
        else:
            asked = list((self.shown.data if self.whole_page.data else self.ticked.data) or ())
        return [found for text in asked if (found := _ticked(text)) is not None]

    @property
    def said(self) -> str:
        """The note: the one beside the visit's own buttons, or the one for all."""
        if self.one.data:
            return request.form.get(f"note-{self.one.data.partition(':')[0]}", "").strip()
        return (self.note.data or "").strip()


class MergeForm(Form):
    """Which of two records stays, and whose words are kept where they differ."""

    stays = StringField()
    versions = HiddenField()
    # The button itself: Enter on a choice sends the form without it.
    sure = StringField()

    def show(self, pair: Pair) -> None:
        """Begin with what stands: the confirmed record stays, else the older."""
        confirmed = [one.id for one in (pair.first, pair.second) if one.state is VisitState.CONFIRMED]
        self.stays.data = str((confirmed or [pair.first.id])[0])
        self.at(pair)

    def at(self, pair: Pair) -> None:
        """The versions that are shown now."""
        self.versions.data = " ".join(f"{one.id}:{one.version}" for one in (pair.first, pair.second))

    def merge(self, one_id: int, other_id: int) -> Merge | None:
        """What the form says; nothing if it does not say which stays."""
        stays = whole(self.stays.data or "")
        if stays not in {one_id, other_id}:
            return None
        read = [_ticked(text) for text in (self.versions.data or "").split()]
        chosen: dict[str, int | str] = {}
        for part in PARTS:
            text = request.form.get(part, "")
            if text == BOTH or whole(text) is not None:
                chosen[part] = BOTH if text == BOTH else int(text)
        return Merge(
            stays=stays,
            goes=other_id if stays == one_id else one_id,
            versions={one.visit_id: one.version for one in read if one is not None},
            chosen=chosen,
        )


def preferred(part: str, first: Record, second: Record, sayings: tuple[str, str], stays: str) -> str:
    """Whose saying a part begins with: the one that says anything, the longer text, else the one that stays."""
    if not all(sayings):
        return str(first.id if sayings[0] else second.id)
    if part in {"topic", "outcome"} and len(sayings[0]) != len(sayings[1]):
        return str(first.id if len(sayings[0]) > len(sayings[1]) else second.id)
    return stays


def given(part: str) -> Any:
    """What was chosen for a part before, if the form came back."""
    return request.form.get(part)

"""The forms of what happens to a place."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from commissioner.domain.place_changes import PlaceChange
from commissioner.units import today
from commissioner.vocabulary import PlaceTag
from commissioner.web.forms.base import Day, Form, Picker, Prose, Text, needed, word_options


class HappeningForm(Form):
    """On which day, and a note."""

    happened_on = Day(lazy_gettext("哪一天起"), validators=[needed], default=today)
    note = Prose(lazy_gettext("依据"), length=1000, description=lazy_gettext("例如批复文号"))

    def draft(self) -> PlaceChange:
        """What the form says."""
        return PlaceChange(
            happened_on=self.happened_on.data or today(),
            note=self.note.data or "",
            new_name=self["new_name"].data or "" if "new_name" in self else "",
            successor_id=self["successor_id"].data if "successor_id" in self else None,
            confirmed=self.confirmed,
        )


class RenameForm(HappeningForm):
    """The new name."""

    new_name = Text(lazy_gettext("新名称"), length=60, required=True)


class MergeForm(HappeningForm):
    """Into what it is merged."""

    successor_id = Picker(lazy_gettext("并入哪里"), required=True)


def _tag(value: Any) -> PlaceTag | None:
    return next((tag for tag in PlaceTag if tag.value == str(value)), None)


class TagsForm(Form):
    """The tags that a place carries."""

    tags = SelectMultipleField(
        lazy_gettext("标签"),
        coerce=_tag,
        choices=word_options(PlaceTag),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def chosen(self) -> list[PlaceTag]:
        """The tags that are ticked."""
        return [tag for tag in self.tags.data or () if tag is not None]

"""The forms of boundaries: a file with what is said about it, and the yes to what it would do."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import FileField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation

from commissioner.domain.boundaries import LEVELS
from commissioner.domain.boundary_plans import BoundaryDraft, Doubt
from commissioner.geo.boundary_features import MOST_BYTES
from commissioner.vocabulary import Datum, PlaceLevel
from commissioner.web.forms.base import Form, Text, needed, word_options, word_reader


def a_file(form: Any, field: Any) -> None:
    """Refuse a form without a file, in words."""
    if not field.data or not getattr(field.data, "filename", ""):
        raise StopValidation(_("请选一个文件。"))


a_file.field_flags = {"required": True}  # type: ignore[attr-defined]


class BoundaryForm(Form):
    """A file of boundaries and where it comes from."""

    file = FileField(
        lazy_gettext("文件"),
        [a_file],
        description=lazy_gettext("最大 %(most)s MB", most=MOST_BYTES // 1024**2),
        render_kw={"accept": ".geojson,.json,.zip"},
    )
    level = SelectField(
        lazy_gettext("层级"),
        [needed],
        coerce=word_reader(PlaceLevel),
        choices=[option for option in word_options(PlaceLevel) if option.value in set(LEVELS)],
        validate_choice=False,
    )
    datum = SelectField(
        lazy_gettext("坐标系"),
        [needed],
        coerce=word_reader(Datum),
        choices=word_options(Datum),
        validate_choice=False,
        default=Datum.CGCS2000,
        description=lazy_gettext("不知道就问给您文件的单位；选错会偏几百米"),
    )
    source = Text(lazy_gettext("来源"), required=True, description=lazy_gettext("谁给的、哪一年的，会写在地图角上"))
    licence = Text(
        lazy_gettext("许可"), required=True, description=lazy_gettext("可以怎么用，例如“政务内部使用，不得公开”")
    )

    def validate_level(self, field: Any) -> None:
        """Only levels that have borders to draw."""
        if field.data not in LEVELS:
            raise StopValidation(_("请选一个层级。"))

    def draft(self) -> BoundaryDraft:
        """What the form says, with the file's bytes."""
        return BoundaryDraft(
            level=self.level.data,
            datum=self.datum.data,
            source=self.source.data or "",
            licence=self.licence.data or "",
            file_name=(self.file.data.filename or "")[-200:],
            content=self.file.data.stream.read(MOST_BYTES + 1),
        )


class BoundaryConfirmForm(Form):
    """The yes: to which plan, and which doubts were agreed to."""

    digest = HiddenField()
    agree = SelectMultipleField(coerce=word_reader(Doubt), choices=word_options(Doubt), validate_choice=False)

    def agreed(self) -> frozenset[Doubt]:
        """The doubts that were ticked."""
        return frozenset(one for one in self.agree.data or () if one is not None)

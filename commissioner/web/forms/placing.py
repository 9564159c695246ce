"""The forms of placing: a point for one village, and a sheet of points for many."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, FileField, HiddenField, SelectField, TextAreaField, ValidationError

from commissioner.domain.placing import MOST_ACCURACY_M, PointDraft
from commissioner.domain.point_imports import PointSheet
from commissioner.domain.point_sheets import degrees_of
from commissioner.sheets.reader import MOST_BYTES, sheet_text
from commissioner.units import whole
from commissioner.vocabulary import CoordinateSource, Datum
from commissioner.web.forms.base import Form, Number, Text, word_options, word_reader

BY_HAND = {one.value: one for one in (CoordinateSource.GPS, CoordinateSource.MAP_CLICK)}


def a_datum(description: Any = "") -> SelectField:
    """Which datum numbers are in; those put there by hand on the map are in WGS-84 whatever it says."""
    return SelectField(
        lazy_gettext("坐标系"),
        choices=word_options(Datum),
        coerce=word_reader(Datum),
        default=Datum.WGS84,
        validate_choice=False,
        description=description,
    )


class PlaceVillageForm(Form):
    """Where a village is."""

    version = HiddenField()
    place_id = HiddenField()
    latitude_deg = Text(
        lazy_gettext("纬度"), length=40, required=True, render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    longitude_deg = Text(
        lazy_gettext("经度"), length=40, required=True, render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    accuracy_m = Number(lazy_gettext("误差"), decimals=3, render_kw={"data-unit": lazy_gettext("米")})
    coordinate_source = HiddenField()
    datum = a_datum(lazy_gettext("只在手工填数字时有用；地图上点的、手机定位的不用管"))

    POSITION = ("latitude_deg", "longitude_deg", "accuracy_m")

    def validate_latitude_deg(self, field: Any) -> None:
        """A number, or degrees and minutes."""
        self._judge(field)

    def validate_longitude_deg(self, field: Any) -> None:
        """A number, or degrees and minutes."""
        self._judge(field)

    def validate_accuracy_m(self, field: Any) -> None:
        """Metres on earth."""
        if field.data is not None and not 0 <= field.data <= MOST_ACCURACY_M:
            raise ValidationError(_("请填数字。"))

    def _judge(self, field: Any) -> None:
        if field.data and degrees_of(field.data) is None:
            raise ValidationError(_("请填数字，例如 27.6348。"))

    def exchange(self) -> None:
        """Latitude and longitude the other way round."""
        self.latitude_deg.data, self.longitude_deg.data = self.longitude_deg.data, self.latitude_deg.data

    def draft(self) -> PointDraft:
        """What the form says."""
        return PointDraft(
            latitude_deg=degrees_of(self.latitude_deg.data or ""),
            longitude_deg=degrees_of(self.longitude_deg.data or ""),
            datum=self.datum.data or Datum.WGS84,
            source=BY_HAND.get(self.coordinate_source.data or "", CoordinateSource.IMPORT),
            accuracy_m=None if self.accuracy_m.data is None else round(self.accuracy_m.data),
            version=whole(str(self.version.data or "")) or 0,
            confirmed=self.confirmed,
        )


class PointSheetForm(Form):
    """A pasted sheet, or a file of one."""

    text = TextAreaField(lazy_gettext("表格里的几行"), render_kw={"rows": 8, "spellcheck": "false", "wrap": "off"})
    file = FileField(
        lazy_gettext("或者选一个文件"),
        description=lazy_gettext("CSV 或 xlsx，最大 %(most)s MB", most=MOST_BYTES // 1024**2),
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )
    datum = a_datum(lazy_gettext("从高德、微信里抄的选 GCJ-02，从百度抄的选 BD-09，手持 GPS 的选 WGS-84"))
    swapped = BooleanField(lazy_gettext("纬度和经度两列写反了，交换后再读"))
    agreed = BooleanField(lazy_gettext("要确认的行我都看过，仍要导入"))
    digest = HiddenField()

    def take_file(self) -> None:
        """A file's text takes the place of what was pasted, so that it can be corrected on the page."""
        chosen = self.file.data
        if chosen and getattr(chosen, "filename", ""):
            self.text.data = sheet_text(chosen.stream.read(MOST_BYTES + 1))

    def sheet(self) -> PointSheet:
        """What the form says."""
        return PointSheet(
            text=self.text.data or "", datum=self.datum.data or Datum.WGS84, swapped=bool(self.swapped.data)
        )

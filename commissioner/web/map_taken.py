"""What is taken along from the map, in the reader's words: its fields, its notes, and the text that goes with a Shapefile."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from commissioner.domain.map_atlas import MapPlace
from commissioner.domain.map_layers import MapDocument, MapLayer
from commissioner.domain.map_take import MOST_TAKEN, MapTake
from commissioner.domain.programme import owner_name
from commissioner.geo.taken import FIELDS, Taken, TakenLayer, TakenPoint, plain
from commissioner.units import today
from commissioner.vocabulary import N_
from commissioner.web.filters import number
from commissioner.web.language import CHINESE, ENGLISH, catalogue
from commissioner.web.map_address import MapView
from commissioner.web.map_pages import SUBJECTS, kind_of, note_of, position_of

# As the map draws them.
COLOURS: Mapping[MapLayer, str] = {
    MapLayer.TOWNSHIPS: "#1f6f4a",
    MapLayer.VILLAGES: "#1f6f4a",
    MapLayer.UNSERVED: "#8b968f",
    MapLayer.POSTINGS: "#14523a",
    MapLayer.PROJECTS: "#2b5c8a",
    MapLayer.BASES: "#b4690e",
    MapLayer.VISITS: "#1d2521",
    MapLayer.NEEDS: "#8a5a00",
    MapLayer.PROBLEMS: "#b3261e",
    MapLayer.PAIRINGS: "#5b4b9a",
    MapLayer.EMPLOYMENT: "#7a3b69",
}
FIELD_WORDS: Mapping[str, str] = {
    "name": N_("名称"),
    "kind": N_("类别"),
    "township": N_("所在乡镇"),
    "note": N_("说明"),
    "visits": N_("年初到这一天的走访次数"),
    "employed": N_("全年带动就业人数"),
    "area_mu": N_("示范基地面积，亩"),
    "served": N_("乡镇里服务到的村"),
    "villages": N_("乡镇里的村"),
    "position": N_("位置是怎么来的"),
    "approx": N_("1 表示大致位置，或画在所在乡镇"),
    "sample": N_("1 表示示例数据，不是真实记录"),
    "record": N_("记录的类别和编号"),
    "address": N_("记录页面的网址"),
}
DATUM = N_("坐标系是 WGS 84（EPSG:4326），单位是度，不是 GCJ-02，也不是 BD-09。")
PAPERS = ("a4", "a3")


def taken_of(take: MapTake, page: Mapping[str, Any]) -> Taken:
    """The marks with their words, of a take and what the page of the map says of it."""
    words = _Words()
    layers = [
        TakenLayer(
            key=layer.value,
            label=_(layer.label),
            colour=COLOURS[layer],
            points=[_point(place, words) for place in places if place.point is not None],
            all=len(places),
        )
        for layer, places in take.layers.items()
    ]
    return Taken(
        title=_("科技特派员地图"),
        sentence=str(page["sentence"]),
        day=page["time"]["on"],
        notes=[
            counted(take),
            _(DATUM),
            *([_("sample=1 的是示例数据，不是真实记录。")] if page["illustrative"] else []),
        ],
        credit=f"{owner_name()} {today().isoformat()}",
        layers=layers,
    )


def take_context(view: MapView, document: MapDocument) -> dict[str, Any]:
    """The menu of the map's page: what can be taken along, and how much of it is in a file."""
    every = document.listed(view.layers)
    take = MapTake(document=document, layers={MapLayer.TOWNSHIPS: every})
    crowded = _("地方很多：文件里逐村列出，一个文件最多 %(most)s 处。", most=number(MOST_TAKEN))
    kinds = [
        ("map_take.take_geojson", "GeoJSON", _("QGIS 和网页地图")),
        ("map_take.take_kml", "KML", _("奥维、Google Earth")),
        ("map_take.take_shapefile", "Shapefile", _("ArcGIS，zip 压缩包")),
        ("map_take.take_page", _("单个网页"), _("不联网也能打开")),
    ]
    return {
        "said": crowded if document.crowded else counted(take),
        "files": [{"url": view.url(one, at=None), "label": label, "note": note} for one, label, note in kinds],
        "sheets": [
            {
                "url": view.url("map_take.sheet", at=None, paper=paper),
                "label": _("打印 %(paper)s 横向", paper=paper.upper()),
            }
            for paper in PAPERS
        ],
    }


def line_of(place: MapPlace) -> dict[str, Any]:
    """A line of the standalone page's table."""
    return {
        "key": f"{place.kind}-{place.id}",
        "name": plain(place.name),
        "kind_label": kind_of(place),
        "township": "" if place.kind == "township" else plain(place.township),
        "note": note_of(place),
        "visits": place.visits,
        "persons": place.persons,
        "position": _where(place),
        "placed": place.point is not None,
        "illustrative": place.illustrative,
    }


def counted(take: MapTake) -> str:
    """How many of the marks are in the file."""
    if not take.all:
        return _("这些条件下没有地方可以带走。")
    left = take.all - take.placed
    if not left:
        return _("共 %(all)s 处，都有位置，全部在文件里。", all=number(take.all))
    return _(
        "共 %(all)s 处，其中 %(n)s 处有位置；没有位置的 %(left)s 处不在文件里。",
        all=number(take.all),
        n=number(take.placed),
        left=number(left),
    )


def read_me(taken: Taken) -> str:
    """The text that lies beside the files, in both languages."""
    return "\n\n".join(
        [f"{taken.title}\n{taken.description}", *(_explained(language) for language in (CHINESE, ENGLISH))]
    )


def _explained(language: str) -> str:
    said = catalogue(language).gettext
    files = [f"  {layer.value}: {said(layer.label)}" for layer in MapLayer]
    fields = [f"  {key}: {said(FIELD_WORDS[key])}" for key in FIELDS]
    return "\n".join(
        [
            said(DATUM),
            said(N_("文字是 UTF-8；长的文字截到 254 个字节。")),
            said(N_("文件：")),
            *files,
            said(N_("字段：")),
            *fields,
        ]
    )


class _Words:
    """The same words for a hundred thousand places, looked up once."""

    def __init__(self) -> None:
        self.pages = {kind: _address_of(subject) for kind, subject in SUBJECTS.items()}
        self._said: dict[Hashable, str] = {}

    def kind(self, place: MapPlace) -> str:
        return self._once(("kind", place.kind, bool(place.code)), kind_of, place)

    def where(self, place: MapPlace) -> str:
        how = (place.placed, place.county_wide, place.own_position, place.approximate)
        return self._once(("where", *how), _where, place)

    def note(self, place: MapPlace) -> str:
        return self._once(("note", place.served), note_of, place) if place.kind == "village" else note_of(place)

    def _once(self, key: Hashable, said: Callable[[MapPlace], str], place: MapPlace) -> str:
        if key not in self._said:
            self._said[key] = said(place)
        return self._said[key]


def _point(place: MapPlace, words: _Words) -> TakenPoint:
    assert place.point is not None
    latitude_deg, longitude_deg = place.point
    served, villages = place.villages or (None, None)
    values: dict[str, Any] = {
        "name": place.name,
        "kind": words.kind(place),
        "township": place.township,
        "note": words.note(place),
        "visits": place.visits,
        "employed": place.persons,
        "area_mu": None if place.area_mu is None else float(place.area_mu),
        "served": served,
        "villages": villages,
        "position": words.where(place),
        "approx": int(place.approximate or not place.own_position or place.county_wide),
        "sample": int(place.illustrative),
        "record": f"{place.kind}-{place.id}",
        "address": f"{words.pages[place.kind]}{place.id}",
    }
    return TakenPoint(longitude_deg, latitude_deg, tuple(values[key] for key in FIELDS))


def _where(place: MapPlace) -> str:
    if place.county_wide:
        return _("没有写明乡镇，画在县域一角")
    return _("自己的位置") if place.own_position and not place.approximate else position_of(place)


def _address_of(subject: str) -> str:
    """Where the records of a subject are, from outside: written once, not for each of a hundred thousand."""
    base: str = current_app.extensions["settings"].public_url.rstrip("/") or request.url_root.rstrip("/")
    return base + url_for("subjects.page", name=subject, row_id=0).removesuffix("0")

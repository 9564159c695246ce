"""What the map's page says: choices, figures, legend, years and the table of places, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import PAIRED, POSTED, VISITED, MapPlace
from commissioner.domain.map_layers import MapDocument, MapLayer, fits
from commissioner.domain.map_sums import TOWNSHIP_DIGITS
from commissioner.vocabulary import N_, Industry, Level, PlaceLevel, Word
from commissioner.web.filters import number
from commissioner.web.map_address import MapView
from commissioner.web.map_time import day_said, month_choices, month_value, time_context, years_of

SUBJECTS = {
    "village": "places",
    "township": "places",
    "county": "places",
    "city": "places",
    "province": "places",
    "project": "projects",
    "base": "bases",
    "posting": "postings",
    "need": "needs",
    "problem": "problems",
    "pairing": "pairings",
}
KINDS = {
    "village": N_("村（社区）"),
    "township": N_("乡镇（街道）"),
    "county": N_("全县"),
    "project": N_("项目"),
    "base": N_("示范基地"),
    "posting": N_("派驻"),
    "need": N_("需求"),
    "problem": N_("待解决的问题"),
    "pairing": N_("结对帮扶"),
}
NOTES = {
    MapLayer.TOWNSHIPS: N_("圆环：服务到的村占多少；浅绿底：有特派员在派"),
    MapLayer.VILLAGES: N_("绿点，放大后一村一点；环里的数字是服务到多少个村"),
    MapLayer.UNSERVED: N_("灰点：没有派驻、没有结对、今年还没有走访"),
    MapLayer.POSTINGS: N_("人形：这一天在派的特派员"),
    MapLayer.PROJECTS: N_("方形，画在实施地点"),
    MapLayer.BASES: N_("三角形，面积越大越大"),
    MapLayer.VISITS: N_("黑点，越大次数越多；年初到这一天"),
    MapLayer.NEEDS: N_("菱形问号：这一天还没解决"),
    MapLayer.PROBLEMS: N_("倒三角叹号：这一天还没解决"),
    MapLayer.PAIRINGS: N_("六边形"),
    MapLayer.EMPLOYMENT: N_("圆越大，带动的人越多；按全年统计"),
}
REASONS = {POSTED: N_("派驻"), PAIRED: N_("结对"), VISITED: N_("走访")}


def page_context(view: MapView, document: MapDocument, months: Mapping[date, int]) -> dict[str, Any]:
    """The part of the template's ``view`` that needs no database."""
    choices = _choices(view.ask, document, months)
    ask = view.ask
    shown_marks = document.listed(view.layers)
    return {
        "sentence": " · ".join([day_said(ask.on), *(said for one in choices[2:] if (said := _said(one)))]),
        "choices": choices,
        "narrowed": ask.narrowed,
        "figures": _figures(ask, document),
        "layers": _legend(view, document),
        "time": time_context(view, months),
        "unplaced": sum(1 for one in shown_marks if not one.own_position),
        "illustrative": sum(1 for one in shown_marks if one.illustrative),
    }


def _choices(ask: MapAsk, document: MapDocument, months: Mapping[date, int]) -> list[dict[str, Any]]:
    offered = sorted(years_of(months, ask.on), reverse=True)
    townships = [(code[:TOWNSHIP_DIGITS], name) for code, name in document.townships]
    if ask.township and ask.township not in dict(townships):
        townships.append((ask.township, ask.township))
    are_townships = all(len(code) >= TOWNSHIP_DIGITS for code, _name in townships)
    label, everywhere = (_("乡镇"), _("全部乡镇")) if are_townships else (_("地区"), _("全部地区"))
    return [
        _choice("year", _("年份"), ask.year, [(year, _("%(year)s年", year=year)) for year in offered], always=True),
        _choice("month", _("月份"), month_value(ask.on), month_choices(ask.on), always=True),
        _choice("level", _("级别"), ask.level or "", [("", _("全部级别")), *_words(Level)]),
        _choice("industry", _("产业"), ask.industry or "", [("", _("全部产业")), *_words(Industry)]),
        _choice("township", label, ask.township, [("", everywhere), *townships]),
    ]


def _said(choice: Mapping[str, Any]) -> str:
    return str(dict(choice["choices"])[choice["value"]])


def _choice(key: str, label: str, value: Any, choices: Sequence[tuple[Any, str]], *, always: bool = False) -> Any:
    return {
        "key": key,
        "label": label,
        "value": str(value),
        "choices": [(str(one), text) for one, text in choices],
        "always": always,
    }


def _words(words: type[Word]) -> list[tuple[str, str]]:
    return [(word.value, _(word.label)) for word in words]


def _figures(ask: MapAsk, document: MapDocument) -> list[dict[str, Any]]:
    """Each figure leads to the list with the same count, where a list can ask the same question."""
    figures = document.figures
    where: dict[str, Any] = {"township": ask.township} if ask.township else {}
    sorts: dict[str, Any] = {key: str(word) for key, word in (("level", ask.level), ("industry", ask.industry)) if word}
    listed = partial(url_for, "subjects.index", on=ask.on.isoformat(), **where)
    jobs = url_for("subjects.index", name="impacts", year=ask.year, indicator="employment")
    return [
        _figure(_("服务到的村"), figures.villages_served, pgettext("count", "个"), total=figures.villages),
        _figure(_("实施项目"), figures.projects, pgettext("count", "个"), href=listed(name="projects", **sorts)),
        _figure(
            pgettext("list", "示范基地"),
            figures.bases,
            pgettext("count", "个"),
            href=None if ask.level else listed(name="bases", **sorts),
        ),
        _figure(_("基地面积"), figures.area_mu, _("亩")),
        _figure(
            pgettext("list", "走访"),
            figures.visits,
            pgettext("count", "次"),
            href=None if sorts else listed(name="visits"),
        ),
        _figure(_("带动就业"), figures.employed_persons, _("人"), href=None if where or sorts else jobs),
    ]


def _figure(
    label: str, value: int | Decimal, unit: str, *, total: int | None = None, href: str | None = None
) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "total": total, "href": href}


def _legend(view: MapView, document: MapDocument) -> list[dict[str, Any]]:
    return [
        {
            "key": layer.value,
            "label": _(layer.label),
            "note": _(NOTES[layer]) if fits(layer, view.ask) else _("没有这样分类，按级别或产业看时不显示"),
            "shown": document.showing[layer].shown,
            "count": document.showing[layer].all,
            "on": layer in view.layers,
        }
        for layer in MapLayer
    ]


def table_context(view: MapView, document: MapDocument, page_number: int, size: int) -> dict[str, Any] | None:
    """One page of the places; ``None`` if there is no such page."""
    places = document.listed(view.layers)
    pages = max(1, -(-len(places) // size))
    if page_number > pages:
        return None
    first = (page_number - 1) * size
    return {
        "rows": [_row(view, place) for place in places[first : first + size]],
        "total": len(places),
        "unlisted": document.unlisted(view.layers),
        "number": page_number,
        "pages": pages,
        "previous_url": _page_url(view, page_number - 1) if page_number > 1 else None,
        "next_url": _page_url(view, page_number + 1) if page_number < pages else None,
    }


def _page_url(view: MapView, number: int) -> str:
    return view.url(number=number if number > 1 else None, _anchor="places")


def _row(view: MapView, place: MapPlace) -> dict[str, Any]:
    key = f"{place.kind}-{place.id}"
    return {
        "key": key,
        "name": place.name,
        "href": url_for("subjects.page", name=SUBJECTS[place.kind], row_id=place.id),
        "kind_label": kind_of(place),
        "township": "" if place.code or place.kind == "township" else place.township,
        "note": note_of(place),
        "visits": place.visits,
        "persons": place.persons,
        "position": position_of(place),
        "map_url": _map_url(view, place, key),
        "narrows": bool(place.code),
        "illustrative": place.illustrative,
    }


def kind_of(place: MapPlace) -> str:
    """What the table calls it."""
    return _(PlaceLevel(place.kind).label if place.code else KINDS[place.kind])


def _map_url(view: MapView, place: MapPlace, key: str) -> str | None:
    """To the mark itself; of a part of a crowded region, to a map of that part."""
    if place.code:
        return view.url(township=place.code, at=None, box=None)
    return view.url(at=key, box=None) if place.placed else None


def _reasons(place: MapPlace) -> str:
    why = "、".join(_(label) for bit, label in REASONS.items() if place.served & bit)
    return why or _("还没有服务到")


def note_of(place: MapPlace) -> str:
    """What the table says of a place in a line."""
    if place.kind == "village":
        return _reasons(place)
    if place.villages is not None and (place.code or place.kind == "township"):
        served, every = place.villages
        return _("服务到 %(served)s 个村，共 %(all)s 个", served=served, all=every)
    area = [_("%(n)s 亩", n=number(place.area_mu))] if place.area_mu else []
    return " · ".join([*(_(word.label) for word in place.words), *area])


def position_of(place: MapPlace) -> str:
    """How well it is known where a place is."""
    if not place.placed:
        return _("还没有位置")
    if place.county_wide and not place.own_position:
        return _("没有写明乡镇")
    if not place.own_position:
        return _("画在所在乡镇")
    return _("大致位置") if place.approximate else _("看地图")


def frame_words() -> dict[str, str]:
    """What the framed map says; ``{name}`` is filled in by the browser."""
    return {
        "tiles": _("底图"),
        "outline": _("县域轮廓"),
        "graticule": _("经纬网"),
        "labels": _("乡镇名称"),
        "no_script": _("看地图需要打开 JavaScript；同样的内容在地图下面的列表里。"),
        "map_label": _("地图"),
        "north": _("北"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "ground_layers": _("底图内容"),
        "tiles_missing": _("底图没有加载出来，先用简图。"),
        "data_missing": _("地图数据没有取到，请刷新再试；下面的列表不受影响。"),
        "schematic": _("轮廓为示意，不作为行政区划界线依据"),
        "whole_county": _("{name}全县"),
        "several_townships": _("{name}等 {n} 个乡镇"),
        "served_of": _("服务到 {served} 个村，共 {all} 个"),
        "visit_count": _("走访 {n} 次"),
        "persons": _("带动就业 {n} 人"),
        "area": _("{n} 亩"),
        "project_count": _("{n} 个项目"),
        "posting_count": _("{n} 个派驻"),
        "need_count": _("{n} 个待解决的需求"),
        "problem_count": _("{n} 个待解决的问题"),
        "pairing_count": _("{n} 对结对帮扶"),
        "several_here": _("同一处有"),
        "township_count": _("{n} 个乡镇"),
        "township": _("乡镇（街道）"),
        "posting": _("派驻"),
        "need": _("需求"),
        "problem": _("待解决的问题"),
        "pairing": _("结对帮扶"),
        "base_count": _("{n} 个示范基地"),
        "village": _("服务到的村"),
        "unserved": _("还没有服务到的村"),
        "project": _("项目"),
        "base": _("示范基地"),
        "posted": _("有特派员派驻"),
        "at_township": _("位置还没有标注，画在所在乡镇"),
        "approximate": _("大致位置"),
        "illustrative": _("示例数据"),
    }

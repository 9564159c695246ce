"""A story of the map in the reader's words: the same for the page and for the JSON that the page fetches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.domain.map_atlas import TOWNSHIP_DIGITS, MapPlace
from commissioner.domain.map_layers import MapDocument, MapLayer
from commissioner.domain.map_story_parts import Lack, Progress, Series, Story, StoryGroup, StoryLine, StoryPhoto
from commissioner.vocabulary import Unit
from commissioner.web.filters import day, number, shown, yuan
from commissioner.web.map_pages import KINDS

WHOLE = Decimal(100)
SINCE = frozenset({"postings", "people"})


def story_context(story: Story, document: MapDocument) -> dict[str, Any]:
    """Everything that the panel shows of a story."""
    place = next((one for one in document.listed(MapLayer) if (one.kind, one.id) == (story.kind, story.id)), None)
    return {
        "key": f"{story.kind}-{story.id}",
        "kind_label": _("科技特派员") if story.kind == "posting" else _(KINDS[story.kind]),
        "title": story.title,
        "subtitle": story.subtitle,
        "illustrative": story.illustrative or bool(place and place.illustrative),
        "illustrative_label": _("示例"),
        "facts": _facts(story, document, place),
        "lack": _lack(story.lack, story.on) if story.lack and not (place and place.served) else None,
        "charts": [_chart(one, story.on) for one in story.series],
        "progress": [_progress(one) for one in story.progress],
        "progress_title": _("今天的完成情况") if story.progress else "",
        "photos": [_photo(one, index) for index, one in enumerate(story.photos, 1)],
        "photos_title": _("照片") if story.photos else "",
        "groups": [_group(one) for one in story.groups],
        "note": _note(story, place),
        "href": url_for("subjects.page", name=story.subject, row_id=story.page_id),
        "href_label": _("看完整页面"),
    }


def _facts(story: Story, document: MapDocument, place: MapPlace | None) -> list[tuple[str, str]]:
    facts = [(_(label), _said(value)) for label, value in story.facts if value not in (None, "")]
    if story.kind == "township" and story.id in document.coverage:
        served, villages = document.coverage[story.id]
        facts.insert(0, (_("服务到的村"), _("%(served)s 个，共 %(all)s 个", served=served, all=villages)))
    if place is not None and place.area_mu and not story.series:
        facts.append((_("面积"), _("%(n)s 亩", n=number(place.area_mu))))
    if place is not None and place.persons:
        facts.append((_("带动就业"), _("%(n)s 人", n=number(place.persons))))
    if story.problems and any(story.problems):
        still_open, solved = story.problems
        facts.append((_("问题"), _("未解决 %(open)s 个，已解决 %(solved)s 个", open=still_open, solved=solved)))
    return facts


def _lack(lack: Lack, on: date) -> dict[str, Any]:
    """What is missing, as a need; who serves nearest, with the way to whom it fits."""
    visited = (
        _("上次走访 %(day)s，%(n)s 天前", day=day(lack.last_visit_on), n=(on - lack.last_visit_on).days)
        if lack.last_visit_on
        else _("还没有计入的走访")
    )
    needs = _("%(n)s 个需求待解决", n=lack.needs) if lack.needs else ""
    near = None
    if lack.nearest is not None:
        one = lack.nearest
        away = _("在同镇") if one.same_township else _("约 %(km)s 公里", km=number(round(one.km, 1)))
        words = _("最近的特派员：%(name)s，%(away)s", name=one.name, away=away)
        near = {"text": words, "href": url_for("subjects.page", name="commissioners", row_id=one.commissioner_id)}
    township = lack.region_code[:TOWNSHIP_DIGITS]
    return {
        "title": _("还缺什么"),
        "text": " · ".join(one for one in (_("没有点名到村的派驻"), visited, needs) if one),
        "near": near,
        "href": url_for("coverage.index", township=township, on=on.isoformat()),
        "href_label": _("看谁能帮忙"),
    }


def _said(value: Any) -> str:
    return _amount(*value) if isinstance(value, tuple) and isinstance(value[-1], Unit) else shown(value)


def _amount(value: Decimal, unit: Unit) -> str:
    return f"{number(value)} {_(unit.label)}"


def _chart(series: Series, on: date) -> dict[str, Any]:
    """Small bars: numbers to draw, and the same in words."""
    points = [
        {"year": str(year), "value": float(value), "text": f"{year} {_amount(value, series.unit)}"}
        for year, value in series.points
    ]
    last_year, last = series.points[-1]
    whole = (on.month, on.day) == (12, 31)
    return {
        "title": _(series.title),
        "last": _amount(last, series.unit),
        "until": str(last_year) if whole else _("到 %(day)s", day=day(on)),
        "words": _("；").join(str(one["text"]) for one in points),
        "most": max(float(value) for _year, value in series.points),
        "points": points,
    }


def _progress(one: Progress) -> dict[str, Any]:
    if one.unit is None:
        actual, target, name = yuan(int(one.actual or 0)), yuan(int(one.target)), _(one.name)
    else:
        actual = "—" if one.actual is None else _amount(one.actual, one.unit)
        target, name = _amount(one.target, one.unit), one.name
    share = "" if one.percent is None else f" · {number(one.percent)}%"
    return {
        "name": name,
        "percent": float(min(one.percent or Decimal(0), WHOLE)),
        "said": _("%(actual)s，共 %(target)s", actual=actual, target=target) + share,
    }


def _photo(one: StoryPhoto, number_of: int) -> dict[str, Any]:
    return {
        "src": url_for("photos.small", photo_id=one.id),
        "href": url_for("subjects.page", name="visits", row_id=one.visit_id),
        "alt": _("%(topic)s，照片 %(number)s", topic=one.topic, number=number_of),
        "on": day(one.on),
        "illustrative": one.illustrative,
    }


def _group(group: StoryGroup) -> dict[str, Any]:
    return {
        "title": _(group.title),
        "total": number(group.total),
        "lines": [_line(line, group.key) for line in group.lines],
    }


def _line(line: StoryLine, key: str) -> dict[str, Any]:
    since = _("%(day)s 起", day=day(line.on)) if line.on and key in SINCE else day(line.on) if line.on else ""
    much = f" {_amount(line.amount, line.unit)}" if line.amount is not None and line.unit is not None else ""
    return {
        "on": since,
        "text": line.text + much,
        "href": url_for("subjects.page", name=line.subject, row_id=line.id),
        "illustrative": line.illustrative,
    }


def _note(story: Story, place: MapPlace | None) -> str:
    return " ".join(one for one in (_position_note(story, place), _empty_note(story)) if one)


def _empty_note(story: Story) -> str:
    told: Sequence[Any] = (*story.groups, *story.series, *story.photos, *story.progress)
    return _("这一年这里还没有记录。") if story.records and not told else ""


def _position_note(story: Story, place: MapPlace | None) -> str:
    if story.kind in {"township", "county"}:
        return ""
    if place is not None and not place.placed:
        return _("位置还没有标注，地图上没有画。")
    if place is not None and place.county_wide and not place.own_position:
        return _("没有写明乡镇，画在县域一角。")
    if not story.own_position and not (place and place.own_position):
        return _("位置还没有标注，画在所在乡镇。")
    return ""

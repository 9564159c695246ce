"""What was brought to the villages: varieties, technologies and products introduced, trainings held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commissioner.access import Actor, Permission
from commissioner.domain.listing import Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Subject,
    date_column,
    id_filter,
    illustrative_column,
    link_column,
    name_of,
    number_column,
    place_column,
    text_column,
    township_filter,
    word_column,
    words_filter,
    year_filter,
)
from commissioner.models import Commissioner, Introduction, Training
from commissioner.problems import Invalid, Problem
from commissioner.vocabulary import N_, NC_, Industry, IntroductionKind, Role, Unit

LARGEST_QUANTITY = 10_000_000_000
MOST_SESSIONS = 1_000
MOST_PERSON_TIMES = 1_000_000


def _own(actor: Actor, row: Any) -> None:
    """A commissioner's own record names the commissioner; otherwise it would be lost from sight."""
    if actor.role is Role.COMMISSIONER and row.commissioner_id is None:
        row.commissioner_id = actor.commissioner_id


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    _own(actor, row)


def _check_introduction(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    quantity, unit = draft.get("quantity"), draft.get("unit")
    if quantity is not None and unit is None:
        raise Invalid({"unit": N_("填了数量，请选单位。")})
    if unit is not None and quantity is None:
        raise Invalid({"quantity": N_("选了单位，请填数量。")})


def _check_training(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    trained, low_income = draft["trained_person_times"], draft.get("low_income_person_times") or 0
    if low_income > trained:
        raise Invalid({"low_income_person_times": Problem(N_("不能多于培训人次（%(all)s）。"), all=trained)})


def _complete_training(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    _own(actor, row)
    row.low_income_person_times = row.low_income_person_times or 0


INTRODUCTIONS = Subject(
    name="introductions",
    model=Introduction,
    title=NC_("list", "引进新品种新技术新产品"),
    one=NC_("one", "引进"),
    heading=Introduction.name,
    keep=Permission.UPDATE_PROJECT,
    fields=(
        Field(key="name", label=N_("名称"), required=True),
        Field(key="kind", label=N_("类别"), kind=Kind.WORD, words=IntroductionKind, required=True),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry, required=True),
        Field(key="introduced_on", label=N_("引进日期"), kind=Kind.DATE, required=True, past=True),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(key="quantity", label=N_("数量"), kind=Kind.DECIMAL, maximum=LARGEST_QUANTITY),
        Field(key="unit", label=N_("单位"), kind=Kind.WORD, words=Unit),
        Field(key="commissioner_id", label=N_("科技特派员"), kind=Kind.REFERENCE, refers="commissioners"),
        Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects"),
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases"),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Introduction,
        columns=(
            link_column("name", N_("名称"), Introduction.name),
            word_column("kind", N_("类别"), Introduction.kind),
            word_column("industry", N_("产业"), Introduction.industry),
            date_column("introduced_on", N_("引进日期"), Introduction.introduced_on),
            place_column(Introduction),
            number_column("quantity", N_("数量"), Introduction.quantity),
            word_column("unit", N_("单位"), Introduction.unit),
            text_column(
                "commissioner",
                N_("科技特派员"),
                name_of(Commissioner, Commissioner.name, Introduction.commissioner_id),
            ),
            illustrative_column(Introduction),
        ),
        filters=(
            year_filter(Introduction.introduced_on),
            words_filter("kind", N_("类别"), Introduction.kind, IntroductionKind),
            words_filter("industry", N_("产业"), Introduction.industry, Industry),
            township_filter(Introduction),
            id_filter("commissioner", lambda value: Introduction.commissioner_id == value),
            id_filter("project", lambda value: Introduction.project_id == value),
            id_filter("base", lambda value: Introduction.base_id == value),
            id_filter("place", lambda value: Introduction.place_id == value),
        ),
        search=(Introduction.name, Introduction.note),
        order=(Introduction.introduced_on.desc(),),
    ),
    check=_check_introduction,
    complete=_complete,
)

TRAININGS = Subject(
    name="trainings",
    model=Training,
    title=NC_("list", "培训"),
    one=NC_("one", "培训"),
    heading=Training.title,
    keep=Permission.UPDATE_PROJECT,
    fields=(
        Field(key="title", label=N_("培训内容"), required=True),
        Field(key="industry", label=N_("产业"), kind=Kind.WORD, words=Industry, required=True),
        Field(key="held_on", label=N_("日期"), kind=Kind.DATE, required=True, past=True),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(
            key="session_count",
            label=NC_("list", "场次"),
            kind=Kind.INTEGER,
            required=True,
            minimum=1,
            maximum=MOST_SESSIONS,
            unit=Unit.SESSIONS.label,
            default=1,
        ),
        Field(
            key="trained_person_times",
            label=N_("培训人次"),
            kind=Kind.INTEGER,
            required=True,
            maximum=MOST_PERSON_TIMES,
            unit=Unit.PERSON_TIMES.label,
        ),
        Field(
            key="low_income_person_times",
            label=N_("其中低收入农户"),
            kind=Kind.INTEGER,
            maximum=MOST_PERSON_TIMES,
            unit=Unit.PERSON_TIMES.label,
        ),
        Field(key="commissioner_id", label=N_("科技特派员"), kind=Kind.REFERENCE, refers="commissioners"),
        Field(key="project_id", label=N_("项目"), kind=Kind.REFERENCE, refers="projects"),
        Field(key="note", label=N_("说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Training,
        columns=(
            link_column("title", N_("培训内容"), Training.title),
            date_column("held_on", N_("日期"), Training.held_on),
            place_column(Training),
            number_column("session_count", NC_("list", "场次"), Training.session_count),
            number_column("trained_person_times", N_("培训人次"), Training.trained_person_times),
            text_column(
                "commissioner", N_("科技特派员"), name_of(Commissioner, Commissioner.name, Training.commissioner_id)
            ),
            illustrative_column(Training),
        ),
        filters=(
            year_filter(Training.held_on),
            words_filter("industry", N_("产业"), Training.industry, Industry),
            township_filter(Training),
            id_filter("commissioner", lambda value: Training.commissioner_id == value),
            id_filter("project", lambda value: Training.project_id == value),
            id_filter("place", lambda value: Training.place_id == value),
        ),
        search=(Training.title, Training.note),
        order=(Training.held_on.desc(),),
    ),
    check=_check_training,
    complete=_complete_training,
)

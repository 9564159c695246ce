"""A form made from a declared subject's fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms import Field as FormField
from wtforms.widgets import CheckboxInput, ListWidget

from commissioner.access import Actor
from commissioner.domain.listing import Choice
from commissioner.domain.pickers import MOST_CHOICES, choices_of
from commissioner.domain.subject import Field, Kind, Subject
from commissioner.domain.subjects import SUBJECTS
from commissioner.units import fen_to_yuan, yuan_to_fen
from commissioner.vocabulary import Word
from commissioner.web.forms.base import (
    Day,
    Form,
    Number,
    Picker,
    Pickers,
    Prose,
    Text,
    needed,
    options_of,
    word_options,
    word_reader,
)


@lru_cache(maxsize=64)
def form_class(subject: Subject) -> type[Form]:
    """The form of ``subject``: one form field for each declared field, a point taking two."""
    made: dict[str, Any] = {"version": HiddenField()}
    for one in subject.fields:
        made.update(_form_fields(one))
    return type(f"{subject.name.title()}Form", (Form,), made)


def _form_fields(one: Field) -> dict[str, FormField]:
    if one.kind is Kind.POINT:
        return {
            "latitude_deg": Number(lazy_gettext("纬度"), decimals=6, description=lazy_gettext("WGS-84，例如 27.6348")),
            "longitude_deg": Number(
                lazy_gettext("经度"), decimals=6, description=lazy_gettext("WGS-84，例如 120.3193")
            ),
        }
    return {one.key: _MAKERS[one.kind](one, _shared(one))}


def _shared(one: Field) -> dict[str, Any]:
    options: dict[str, Any] = {"label": lazy_gettext(one.label)}
    if one.help:
        options["description"] = lazy_gettext(one.help)
    return options


def _with_unit(one: Field, shared: dict[str, Any]) -> dict[str, Any]:
    return {**shared, "render_kw": {"data-unit": lazy_gettext(one.unit)}} if one.unit else shared


def _word(one: Field, shared: dict[str, Any]) -> FormField:
    words = one.words or Word
    return SelectField(
        **shared,
        coerce=word_reader(words),
        choices=word_options(words, None if one.required else "—"),
        validators=[needed] if one.required else [],
        validate_choice=False,
    )


def _words(one: Field, shared: dict[str, Any]) -> FormField:
    words = one.words or Word
    return SelectMultipleField(
        **shared,
        coerce=word_reader(words),
        choices=word_options(words),
        validators=[needed] if one.required else [],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


_MAKERS: dict[Kind, Callable[[Field, dict[str, Any]], FormField]] = {
    Kind.TEXT: lambda one, shared: Text(**shared, required=one.required),
    Kind.PROSE: lambda one, shared: Prose(**shared, required=one.required),
    Kind.DATE: lambda one, shared: Day(**shared, validators=[needed] if one.required else []),
    Kind.YEAR: lambda one, shared: Number(**shared, decimals=0, required=one.required),
    Kind.INTEGER: lambda one, shared: Number(**_with_unit(one, shared), decimals=0, required=one.required),
    Kind.DECIMAL: lambda one, shared: Number(**_with_unit(one, shared), decimals=one.decimals, required=one.required),
    Kind.MONEY: lambda one, shared: Number(
        **_with_unit(one, {**shared, "render_kw": {"data-unit": lazy_gettext("元")}}), required=one.required
    ),
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.FLAG: lambda one, shared: BooleanField(**shared),
    Kind.PLACE: lambda one, shared: Picker(**shared, required=one.required),
    Kind.REFERENCE: lambda one, shared: Picker(**shared, required=one.required),
    Kind.REFERENCES: lambda one, shared: Pickers(**shared, required=one.required),
}


def form_values(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record's values as its form holds them: money in yuan, a point as two numbers."""
    given = dict(values)
    for one in subject.fields:
        value = given.get(one.key)
        if one.kind is Kind.MONEY and value is not None:
            given[one.key] = fen_to_yuan(value)
        elif one.kind is Kind.POINT:
            given["latitude_deg"], given["longitude_deg"] = given.pop(one.key, None) or (None, None)
        elif one.kind in {Kind.REFERENCES, Kind.WORDS}:
            given[one.key] = list(value or ())
    return given


def draft_of(subject: Subject, form: Form) -> dict[str, Any]:
    """What the form says, as a draft: field key → value; money in fen, a point as a pair of floats."""
    asked = [one for one in subject.fields if one.kind is Kind.POINT or one.key in form]
    return {one.key: _drafted(one, form) for one in asked}


def _drafted(one: Field, form: Form) -> Any:
    if one.kind is Kind.POINT:
        pair = (form["latitude_deg"].data, form["longitude_deg"].data)
        return None if pair == (None, None) else tuple(None if end is None else float(end) for end in pair)
    value = form[one.key].data
    if one.kind is Kind.MONEY and value is not None:
        return yuan_to_fen(value)
    if one.kind in {Kind.REFERENCES, Kind.WORDS}:
        return tuple(item for item in value or () if item is not None)
    return value


def offer_choices(actor: Actor, subject: Subject, form: Form, addresses: Callable[[str], str]) -> None:
    """Fill the pickers; one that cannot offer everything searches ``addresses(subject name)`` as one types."""
    for one in subject.fields:
        if one.kind not in {Kind.PLACE, Kind.REFERENCE, Kind.REFERENCES} or one.key not in form:
            continue
        refers = "places" if one.kind is Kind.PLACE else one.refers
        field = form[one.key]
        chosen = field.data if one.kind is Kind.REFERENCES else [field.data]
        choices = choices_of(actor, SUBJECTS[refers], keep=[value for value in chosen or () if value])
        offer(field, choices, addresses(refers), blank=one.kind is not Kind.REFERENCES)


def offer(field: Any, choices: list[Choice], address: str, *, blank: bool) -> None:
    """Give ``choices`` to a picker field."""
    field.choices = options_of(choices, _("请选择") if blank else None)
    if len(choices) >= MOST_CHOICES:
        field.render_kw = {**(field.render_kw or {}), "data-url": address}

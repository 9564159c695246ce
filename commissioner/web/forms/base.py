"""What every form shares: CSRF, trimmed text, no control characters, bounded length, problems beside their fields."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import DateField as _DateField
from wtforms import Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation
from wtforms.widgets import Select

from commissioner.domain.listing import Choice
from commissioner.problems import Invalid, Problem
from commissioner.units import whole
from commissioner.vocabulary import Word
from commissioner.web.errors import told

SHORT = 200
LONG = 5000
# Control characters, and the marks that turn the direction of text around: neither has a place in a record.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def trimmed(value: str | None) -> str | None:
    """Text without space around it and in composed form."""
    return unicodedata.normalize("NFC", value.strip().replace("\r\n", "\n")) if value else value


def no_control_characters(form: Any, field: Field) -> None:
    """Refuse control characters and direction marks, in words."""
    if field.data and FORBIDDEN.search(field.data):
        raise ValidationError(_("含有看不见的控制字符，请删去后再试。"))


def needed(form: Any, field: Field) -> None:
    """Refuse an empty field, naming it."""
    if field.errors:  # what could not be read is already told
        raise StopValidation
    if field.data is None or field.data in ("", []) or (isinstance(field.data, str) and not field.data.strip()):
        raise StopValidation(_("请填写“%(label)s”。", label=field.label.text))


needed.field_flags = {"required": True}  # type: ignore[attr-defined]


def at_most(length: int) -> Length:
    """A length limit, in words."""
    return Length(max=length, message=lazy_gettext("最多 %(length)s 个字。", length=length))


class Text(StringField):
    """One line of text."""

    def __init__(self, label: str, *, length: int = SHORT, required: bool = False, **options: Any) -> None:
        validators = [*([needed] if required else []), at_most(length), no_control_characters]
        super().__init__(label, validators, [trimmed], **options)


class Prose(TextAreaField):
    """Several lines of text."""

    def __init__(self, label: str, *, length: int = LONG, required: bool = False, **options: Any) -> None:
        validators = [*([needed] if required else []), at_most(length), no_control_characters]
        options.setdefault("render_kw", {"rows": 4})
        super().__init__(label, validators, [trimmed], **options)


class Day(_DateField):
    """A date, as the browser's date control sends it."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read an ISO date; anything else is told in words, and kept as typed."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("请按 2022-06-15 的样子填写日期。")) from None


class Number(StringField):
    """An exact decimal with at most ``decimals`` places; full-width digits and thousands commas are understood."""

    data: Any

    def __init__(self, label: str, *, decimals: int = 2, required: bool = False, **options: Any) -> None:
        self.decimals = decimals
        mode = "decimal" if decimals else "numeric"
        options["render_kw"] = {"inputmode": mode, "autocomplete": "off", **options.get("render_kw", {})}
        super().__init__(label, [needed] if required else [], **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if isinstance(self.data, Decimal):
            return f"{self.data.normalize():f}"
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; anything else is told in words."""
        self.data = None
        text = unicodedata.normalize("NFKC", valuelist[0]).replace(",", "").strip() if valuelist else ""
        if not text:
            return
        if len(text) > 20 or not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            raise ValueError(_("请填数字。"))
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ValueError(_("请填数字。")) from None
        if -int(value.as_tuple().exponent) > self.decimals:
            raise ValueError(
                _("最多 %(decimals)s 位小数。", decimals=self.decimals) if self.decimals else _("请填整数。")
            )
        self.data = value if self.decimals else int(value)


def options_of(choices: list[Choice], blank: str | None = None) -> list[SelectChoice]:
    """Choices as WTForms takes them, in groups if they have them, each with what a picker searches."""
    first = [] if blank is None else [SelectChoice("", blank)]
    return [*first, *(_option(one) for one in choices)]


def _option(one: Choice) -> SelectChoice:
    search = {"data-search": one.search} if one.search else None
    return SelectChoice(one.value, one.label, render_kw=search, optgroup=_(one.group) if one.group else None)


def word_options(words: type[Word], blank: str | None = None) -> list[SelectChoice]:
    """The words of a vocabulary, to choose from."""
    first = [] if blank is None else [SelectChoice("", blank)]
    return [*first, *(SelectChoice(word.value, lazy_gettext(word.label)) for word in words)]


def word_reader(words: type[Word]) -> Callable[[Any], Word | None]:
    """Reads the value of a choice as its word; anything else is nothing."""
    known = {word.value: word for word in words}
    return lambda value: known.get(str(value)) if value else None


def _id_or_none(value: Any) -> int | None:
    return whole(str(value)) if value is not None else None


class Options(Select):
    """A select whose hundreds of options take a third of the time: they carry plain text alone."""

    @classmethod
    def render_option(cls, choice: Any, **marks: Any) -> Markup:
        """One option, with what its picker searches."""
        told = "".join(f' {name}="{escape(said)}"' for name, said in {**(choice.render_kw or {}), **marks}.items())
        chosen = " selected" if choice.selected else ""
        return Markup(f'<option{told}{chosen} value="{escape(choice.value)}">{escape(choice.label)}</option>')  # noqa: S704 - escaped here


class Picker(SelectField):
    """One record of a subject; the domain, not the form, judges whether it may be chosen."""

    widget = Options()

    def __init__(self, label: str, *, required: bool = False, **options: Any) -> None:
        options["render_kw"] = {"data-module": "picker", **options.get("render_kw", {})}
        validators = [needed] if required else []
        super().__init__(label, validators, coerce=_id_or_none, choices=[], validate_choice=False, **options)


class Pickers(SelectMultipleField):
    """Several records of a subject."""

    widget = Options(multiple=True)

    def __init__(self, label: str, *, required: bool = False, **options: Any) -> None:
        options["render_kw"] = {"data-module": "picker", **options.get("render_kw", {})}
        validators = [needed] if required else []
        super().__init__(label, validators, coerce=_id_or_none, choices=[], validate_choice=False, **options)


class Form(FlaskForm):
    """A form that posts without JavaScript and loses nothing on error."""

    class Meta(FlaskForm.Meta):
        """WTForms' own words are not used: reading its catalogues anew for each form would be for nothing."""

        locales = False

    client_id = HiddenField()

    def give_client_id(self) -> None:
        """A fresh id for a fresh form: sending it twice makes one record."""
        if not self.client_id.data:
            self.client_id.data = str(uuid.uuid4())

    @property
    def sent_client_id(self) -> str | None:
        """The id that came back, if it is one."""
        try:
            return str(uuid.UUID(self.client_id.data or ""))
        except ValueError:
            return None

    def take(self, problem: Invalid) -> None:
        """Put the faults of ``problem`` beside their fields; those without a field go to the summary."""
        for name, fault in problem.fields.items():
            message = told(fault) if isinstance(fault, Problem) else _(fault)
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]

    @property
    def confirmed(self) -> bool:
        """Whether the warnings were read and confirmed."""
        return request.form.get("confirmed") == "y"

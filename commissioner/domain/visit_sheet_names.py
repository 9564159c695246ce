"""Names in a sheet → villages and commissioners in scope; what is not found is answered with the closest offers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import case, or_, select

from commissioner.access import Actor, scope
from commissioner.domain.pickers import commissioners_offered
from commissioner.domain.spelling import spelled
from commissioner.models import Commissioner, Place, db
from commissioner.problems import Problem
from commissioner.vocabulary import N_, PlaceLevel, PlaceState, Role

MOST_NAMES_A_CELL = 20
LONGEST_NAME = 60
MOST_OFFERS = 4
# Who is unknown is compared with at most so many rows, for at most so many names of one sheet.
MOST_COMPARED, MOST_UNKNOWN = 5_000, 20
CLOSE_ENOUGH = 0.5
AT_ONCE = 400
BETWEEN_NAMES = re.compile(r"[、,;\n]+")
KEY = re.compile(r"#(\d{1,9})$", re.ASCII)
IN_BRACKETS = re.compile(r"^(?P<name>.+?)\s*\((?P<hint>[^()]*)\)$")
TOWNSHIP_FIRST = re.compile(r"^(?P<hint>.+?(?:镇|乡|街道))(?P<name>.+)$")
COMMON_ENDS = ("村民委员会", "居民委员会", "村委会", "居委会", "行政村", "社区", "村委", "村", "街道", "镇", "乡")
TITLES = re.compile(r"(?:副?教授|老师|(?:副|助理)?研究员|博士|(?:高级)?工程师|(?:高级)?农艺师|专家|主任|同志)$")
MYSELF = frozenset({"我", "本人", "自己", "me"})
NO_VILLAGE = N_("没有找到“%(name)s”这个地点。")
NOBODY = N_("没有找到“%(name)s”这位特派员。")
SEVERAL_VILLAGES = N_("叫“%(name)s”的地点不止一个，请写明乡镇。")
SEVERAL_PEOPLE = N_("叫“%(name)s”的特派员不止一位，请选一位。")
TOO_MANY_NAMES = N_("一格里最多写 %(most)s 个名字。")


class Named(NamedTuple):
    """Something that has a name: what tells it from its namesakes, and how it is spelled."""

    id: int
    name: str
    hints: tuple[str, ...]
    pinyin: str
    initials: str
    label: str


Index = dict[tuple[str, str], list[Named]]


class NameUnclear(Problem):
    """A name that stands for nothing or for several; ``offers`` are ways to write what may be meant."""

    def __init__(self, message: str, name: str, offers: Sequence[str] = ()) -> None:
        super().__init__(message, name=name[:LONGEST_NAME])
        self.name = name
        self.offers = tuple(offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A name as written, and the ways it may be read: (hint, name), the likeliest first."""

    text: str
    ways: tuple[tuple[str, str], ...]
    key: int | None


def names_in(cell: str) -> list[str]:
    """The names of a cell, each once. Raises ``Problem`` when there are too many."""
    names = [name for part in BETWEEN_NAMES.split(folded(cell)) if (name := part.strip())]
    names = list(dict.fromkeys(names))
    if len(names) > MOST_NAMES_A_CELL:
        raise Problem(TOO_MANY_NAMES, most=MOST_NAMES_A_CELL)
    return names


def folded(text: str) -> str:
    """Full-width letters and brackets as plain ones."""
    return unicodedata.normalize("NFKC", text)


class Names:
    """A register of names as one actor sees it, asked for many at once."""

    unknown: str
    several: str

    def __init__(self, actor: Actor, names: Iterable[str]) -> None:
        self.actor = actor
        self.found: dict[str, Named | NameUnclear] = {}
        asked = [self.asked(name) for name in dict.fromkeys(names)]
        index = self._index(
            row for first in range(0, len(asked), AT_ONCE) for row in self._rows(asked[first:][:AT_ONCE])
        )
        lost = []
        for one in asked:
            answer = self._answer(one, index)
            if answer is None:
                lost.append(one)
            else:
                self.found[one.text] = answer
        if lost:
            self._compare(lost)

    def meant(self, text: str) -> list[Named]:
        """Whom ``text`` means: one, or several with nothing but a space between them. Raises ``NameUnclear``."""
        answer = self.found[text]
        if isinstance(answer, Named):
            return [answer]
        parts = [found for part in parts_of(text) if isinstance(found := self.found.get(part), Named)]
        if parts and len(parts) == len(parts_of(text)):
            return parts
        raise answer

    def asked(self, text: str) -> Asked:
        """The ways to read ``text``."""
        key = KEY.search(text)
        return Asked(text=text, ways=tuple(self.ways(text[:LONGEST_NAME])), key=int(key.group(1)) if key else None)

    def ways(self, text: str) -> Iterable[tuple[str, str]]:
        """(hint, name) pairs, the likeliest first."""
        raise NotImplementedError

    def statement(self) -> Any:
        """Every row in scope, as ``make`` takes it."""
        raise NotImplementedError

    def columns(self) -> tuple[Any, Any, Any, Any]:
        """Id, name, pinyin and initials."""
        raise NotImplementedError

    def make(self, row: Any) -> Named:
        """A row as a name."""
        raise NotImplementedError

    def spellings(self, name: str) -> Iterable[str]:
        """What ``name`` may be called in the register."""
        return (name,)

    def plain(self, name: str) -> str:
        """What is left of a name when its usual ends are left out."""
        return name

    def _rows(self, asked: Sequence[Asked]) -> list[Named]:
        key, name, pinyin, initials = self.columns()
        words = {word for one in asked for _hint, way in one.ways for word in self.spellings(way)}
        latin = {word.lower() for word in words if word.isascii()}
        keys = {one.key for one in asked if one.key is not None}
        wanted = [
            column.in_(values) for column, values in ((name, words), (pinyin, latin), (initials, latin)) if values
        ]
        if keys:
            wanted.append(key.in_(keys))
        if not wanted:
            return []
        return [self.make(row) for row in db.session.execute(self.statement().where(or_(*wanted)))]

    def _index(self, rows: Iterable[Named]) -> Index:
        """Rows by what they may be called: the strictest way of being meant has a table of its own."""
        index: Index = {}
        for row in {row.id: row for row in rows}.values():
            name = folded(row.name)
            for key in (("key", str(row.id)), ("name", name), ("plain", self.plain(name)), ("latin", row.pinyin)):
                index.setdefault(key, []).append(row)
            index.setdefault(("initials", row.initials), []).append(row)
        return index

    def _answer(self, asked: Asked, index: Index) -> Named | NameUnclear | None:
        if asked.key is not None:
            return next(
                (row for row in index.get(("key", str(asked.key)), []) if asked.text.startswith(row.name)), None
            )
        for hint, name in asked.ways:
            latin = name.lower() if name.isascii() else ""
            for key in (("name", name), ("plain", self.plain(name)), ("latin", latin), ("initials", latin)):
                meant = [row for row in index.get(key, []) if _hinted(hint, row)] if key[1] else []
                if len(meant) == 1:
                    return meant[0]
                if meant:
                    return NameUnclear(self.several, asked.text, offers_of(meant))
        return None

    def _compare(self, lost: Sequence[Asked]) -> None:
        """Offers for what was not found: the most alike by characters, or the same by sound."""
        rows = [self.make(row) for row in db.session.execute(self.statement().limit(MOST_COMPARED))]
        joined: dict[str, list[Named]] = {}
        for row in rows:
            for hint in row.hints:
                joined.setdefault(plain_village(hint) + row.name, []).append(row)
        for number, one in enumerate(lost):
            meant = joined.get(one.text, [])
            if len(meant) == 1:
                self.found[one.text] = meant[0]
                continue
            offers = _closest(one, rows) if number < MOST_UNKNOWN else []
            self.found[one.text] = NameUnclear(self.unknown, one.text, offers_of(offers))


def parts_of(text: str) -> list[str]:
    """The words of a name that has spaces in it; none if it has not."""
    parts = text.split()
    return parts if 1 < len(parts) <= MOST_NAMES_A_CELL else []


def _hinted(hint: str, row: Named) -> bool:
    return not hint or any(folded(one).startswith(hint) for one in row.hints)


def offers_of(rows: Sequence[Named]) -> list[str]:
    """How to write each of ``rows`` so that it alone is meant."""
    shown = rows[:MOST_OFFERS]
    hinted = [f"{row.name}（{row.hints[0]}）" if row.hints else row.name for row in shown]
    for labels in ([row.label for row in shown], hinted):
        if len(set(labels)) == len(labels):
            return labels
    return [f"{row.name} #{row.id}" for row in shown]


def _closest(asked: Asked, rows: Sequence[Named]) -> list[Named]:
    name = asked.ways[-1][1] if asked.ways else asked.text
    if name.isascii():
        latin = name.lower()
        begins = [row for row in rows if latin and (row.pinyin.startswith(latin) or row.initials.startswith(latin))]
        return begins[:MOST_OFFERS]
    bare, sound = plain_village(name), spelled(name)[0]
    scored = [(_likeness(bare, row) + (row.pinyin == sound), row) for row in rows]
    close = sorted((pair for pair in scored if pair[0] >= CLOSE_ENOUGH), key=lambda pair: -pair[0])
    return [row for _score, row in close[:MOST_OFFERS]]


def _likeness(bare: str, row: Named) -> float:
    """Dice's measure on the characters of two names without their common ends."""
    ours, theirs = set(bare), set(plain_village(row.name))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


def plain_village(name: str) -> str:
    """水头 of 水头镇, 同盟 of 同盟村委会."""
    end = next((end for end in COMMON_ENDS if name.endswith(end) and len(name) > len(end) + 1), "")
    return name.removesuffix(end)


class Villages(Names):
    """The places of a scope: villages, and townships themselves."""

    unknown, several = NO_VILLAGE, SEVERAL_VILLAGES

    def ways(self, text: str) -> Iterable[tuple[str, str]]:
        yield "", text
        if bracket := IN_BRACKETS.match(text):
            yield bracket["hint"].strip(), bracket["name"]
        parts = [part for part in re.split(r"[\s/·-]+", text) if part]
        if len(parts) > 1:
            yield parts[-2], parts[-1]
        if township := TOWNSHIP_FIRST.match(text):
            yield township["hint"], township["name"].strip()

    def spellings(self, name: str) -> Iterable[str]:
        bare = plain_village(name)
        return (name, bare, f"{bare}村", f"{bare}社区")

    def plain(self, name: str) -> str:
        return plain_village(name)

    def columns(self) -> tuple[Any, Any, Any, Any]:
        return Place.id, Place.name, Place.pinyin, Place.initials

    def statement(self) -> Any:
        parent = Place.__table__.alias()
        township = case((Place.level == PlaceLevel.VILLAGE, parent.c.name)).label("township")
        return (
            select(Place.id, Place.name, township, Place.pinyin, Place.initials)
            .outerjoin(parent, parent.c.id == Place.parent_id)
            .where(scope(self.actor, Place), Place.state == PlaceState.CURRENT)
            .where(Place.level.in_((PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)))
            .order_by(Place.region_code, Place.id)
        )

    def make(self, row: Any) -> Named:
        hints = (row.township,) if row.township else ()
        # Within one township its name says nothing.
        label = row.name if self.actor.role is Role.TOWNSHIP else f"{row.township or ''}{row.name}"
        return Named(row.id, row.name, hints, row.pinyin, row.initials, label)


class People(Names):
    """The commissioners of a scope."""

    unknown, several = NOBODY, SEVERAL_PEOPLE

    def ways(self, text: str) -> Iterable[tuple[str, str]]:
        if text.lower() in MYSELF and self.actor.commissioner_id:
            return
        yield "", text
        if " " in text:
            yield "", text.replace(" ", "")
        if bracket := IN_BRACKETS.match(text):
            yield bracket["hint"].strip(), bracket["name"]
        if (bare := TITLES.sub("", text)) != text and bare:
            yield "", bare.strip()

    def _answer(self, asked: Asked, index: Index) -> Named | NameUnclear | None:
        if asked.ways or asked.key is not None:
            return super()._answer(asked, index)
        own = self.statement().where(Commissioner.id == self.actor.commissioner_id)
        return next((self.make(row) for row in db.session.execute(own)), None)

    def columns(self) -> tuple[Any, Any, Any, Any]:
        return Commissioner.id, Commissioner.name, Commissioner.pinyin, Commissioner.initials

    def statement(self) -> Any:
        return commissioners_offered(self.actor)

    def make(self, row: Any) -> Named:
        hints = tuple(one for one in (row.speciality, row.title, row.organisation) if one)
        return Named(row.id, row.name, hints, row.pinyin, row.initials, row.name)

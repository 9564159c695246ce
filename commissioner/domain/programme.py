"""The installation's own settings: whose programme this is, what the map may ask for, what counts as covered.

They are read often and changed almost never, so each process keeps them for a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import delete, select

from commissioner.access import Actor, Permission
from commissioner.domain.changes import MASK, change
from commissioner.domain.matching_weights import Criterion, weights_in
from commissioner.geo.tiles import TEMPLATE_SIGNS, TileWish, masked, tile_faults, without_its_key
from commissioner.models import ProgrammeSetting, db
from commissioner.problems import Invalid, Problem
from commissioner.vocabulary import N_, SettingKey

KEPT_SECONDS = 5.0
ON = "on"
SWITCHES = frozenset({SettingKey.TOWNSHIP_VISITS_WAIT, SettingKey.COUNT_UNREJECTED})
DAYS = frozenset({SettingKey.COVERAGE_DAYS, SettingKey.VISIT_GAP_DAYS, SettingKey.WAITING_DAYS})
MOST_DAYS = 3660
SECRETS = frozenset({SettingKey.TILE_KEY})
# What each part of a wish for tiles is called among the settings.
TILES = {
    "address": SettingKey.TILE_ADDRESS,
    "key": SettingKey.TILE_KEY,
    "subdomains": SettingKey.TILE_SUBDOMAINS,
    "attribution": SettingKey.TILE_ATTRIBUTION,
    "least_zoom": SettingKey.TILE_LEAST_ZOOM,
    "deepest_zoom": SettingKey.TILE_DEEPEST_ZOOM,
}
_kept: dict[str, tuple[float, dict[SettingKey, str]]] = {}


def settings() -> Mapping[SettingKey, str]:
    """Every setting that has a value."""
    address = str(db.engine.url)
    kept = _kept.get(address)
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        rows = db.session.execute(select(ProgrammeSetting.key, ProgrammeSetting.value))
        kept = (time.monotonic(), {row.key: row.value for row in rows})
        _kept[address] = kept
    return kept[1]


def setting(key: SettingKey) -> str:
    """One setting, or an empty text."""
    return settings().get(key, "")


def is_on(key: SettingKey) -> bool:
    """Whether a setting that is on or off is on; without a value it is off."""
    return setting(key) == ON


def days_of(key: SettingKey) -> int | None:
    """A setting in days; nothing if nobody has set it."""
    text = setting(key)
    return int(text) if text.isdecimal() else None


def match_weights() -> dict[Criterion, int]:
    """What each criterion of a match weighs; all the same where nobody has set it, nothing if it is not named."""
    told = weights_in(setting(SettingKey.MATCH_WEIGHTS))
    return {one: told.get(one, 0) if told else 1 for one in Criterion}


def owner_name() -> str:
    """Whose programme this is."""
    return setting(SettingKey.OWNER_NAME)


def coverage_days() -> int | None:
    """N of coverage (domain.md §5.6); a setting with no shipped value."""
    return days_of(SettingKey.COVERAGE_DAYS)


def tile_wish(values: Mapping[SettingKey, str]) -> TileWish:
    """The wish for tiles among ``values``; a key that somebody wrote into the address is taken out of it."""
    address, written = without_its_key(values.get(SettingKey.TILE_ADDRESS, ""))
    told = {part: values.get(key, "") for part, key in TILES.items()}
    return TileWish(**{**told, "address": address, "key": written or told["key"]})


def keep_settings(actor: Actor, values: Mapping[SettingKey, str]) -> None:
    """Set or, where the value is empty, unset settings. Raises ``Invalid`` for what cannot be meant."""
    actor.must(Permission.KEEP_SETTINGS)
    values = _key_apart(values)
    faults: dict[str, str | Problem] = {
        key.value: fault for key, value in values.items() if (fault := _fault(key, value))
    }
    wrong = tile_faults(tile_wish({**settings(), **values}))
    faults = {**{TILES[part].value: fault for part, fault in wrong.items()}, **faults}
    if faults:
        raise Invalid(faults)
    with change(actor, "settings.keep") as entry:
        old = dict(settings())
        told = {
            key.value: _told(key, old.get(key, ""), value) for key, value in values.items() if old.get(key, "") != value
        }
        entry.about("programme_settings", None, told)
        entry.silent = not told
        db.session.execute(delete(ProgrammeSetting).where(ProgrammeSetting.key.in_(values)))
        db.session.add_all(ProgrammeSetting(key=key, value=value) for key, value in values.items() if value)
    forget()


def _key_apart(values: Mapping[SettingKey, str]) -> Mapping[SettingKey, str]:
    """A key in the address of tiles goes to its own setting, where it is kept as the secret that it is."""
    address, written = without_its_key(values.get(SettingKey.TILE_ADDRESS, ""))
    return {**values, SettingKey.TILE_ADDRESS: address, SettingKey.TILE_KEY: written} if written else values


def _told(key: SettingKey, before: str, after: str) -> list[str]:
    """What the audit tells of a setting: that a secret changed, never what it is."""
    if key in SECRETS:
        return [MASK if before else "", MASK if after else ""]
    return [masked(before), masked(after)]


def forget() -> None:
    """Read the settings anew next time."""
    _kept.pop(str(db.engine.url), None)


def _fault(key: SettingKey, value: str) -> str | None:
    if key is SettingKey.REGION_CODE and value and not (value.isdecimal() and len(value) in {2, 4, 6, 9}):
        return N_("区划代码前缀应为 2、4、6 或 9 位数字。")
    if key in DAYS and value and not (value.isdecimal() and 0 < int(value) <= MOST_DAYS):
        return N_("请填 1 到 3660 之间的天数。")
    if key is SettingKey.MATCH_WEIGHTS and value and weights_in(value) is None:
        return N_("请照“speciality=3 industry=2”的样子写，每项一次，0 到 100 的整数，不能都是 0。")
    if key in SWITCHES and value not in {"", ON}:
        return N_("请选择是或否。")
    if key is SettingKey.TILE_ATTRIBUTION and TEMPLATE_SIGNS.search(value):
        return N_("这里不能有 {{ 或 {%。")
    return None

"""A tile service of the installation's choice: its address as somebody typed it, judged by its form, made ready for the map.

Nothing here asks the service for anything: only the reader's browser does, and only inside the map's frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from commissioner.problems import Problem
from commissioner.vocabulary import N_

# Tianditu's own word is enough: ground and names are two layers of the Mercator kind (_w), which need no shift.
TIANDITU: Mapping[str, tuple[str, str]] = {
    "天地图": ("vec_w", "cva_w"),
    "天地图影像": ("img_w", "cia_w"),
    "天地图地形": ("ter_w", "cta_w"),
    "tianditu": ("vec_w", "cva_w"),
    "tianditu-imagery": ("img_w", "cia_w"),
    "tianditu-terrain": ("ter_w", "cta_w"),
}
TIANDITU_ADDRESS = "https://t{s}.tianditu.gov.cn/DataServer?T=%s&x={x}&y={y}&l={z}&tk={tk}"
TIANDITU_SUBDOMAINS = tuple("01234567")
TIANDITU_CREDIT = N_("天地图")
USUAL_SUBDOMAINS = ("a", "b", "c")
SHALLOWEST, DEEPEST, USUAL_DEEPEST = 0, 22, 18
MOST_SUBDOMAINS = 26

TEMPLATE_SIGNS = re.compile(r"\{\{|\{%|\{#")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
KNOWN = frozenset({"x", "y", "-y", "z", "s", "tk"})
OF_WMTS = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}
NEVER_IN_AN_ADDRESS = re.compile(r"[\s\"'`<>\\^|]|[^\x21-\x7e]")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
SUBDOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
SPAN = re.compile(r"([0-9])-([0-9])|([a-z])-([a-z])")
IN_DEGREES = re.compile(
    r"\b(?:vec|img|ter|cva|cia|cta|ibo)_c\b|tilematrixset=(?:c\b|epsg(?:%3a|:)+4(?:326|490)\b)", re.IGNORECASE
)
# Their pictures are in GCJ-02 or BD-09: everything laid over them would be some 500 m off.
SHIFTED_HOSTS = ("autonavi.com", "amap.com", "gaode.com", "baidu.com", "bdimg.com", "qq.com", "gtimg.com", "google.cn")
WRITTEN_KEY = re.compile(r"([?&]tk=)([A-Za-z0-9_-]{8,})")
ANY_KEY = re.compile(r"([?&](?:tk|key|ak|token|access_token)=)[^&{}\s]+", re.IGNORECASE)


class TileFault(Problem):
    """What is wrong with one field of a wish."""

    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class TileWish:
    """What an administrator typed, as it is."""

    address: str = ""
    key: str = ""
    subdomains: str = ""
    attribution: str = ""
    least_zoom: str = ""
    deepest_zoom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSource:
    """Tiles that the map may show; nothing is asked of a service unless one is configured."""

    address: str
    attribution: str
    over_it: tuple[str, ...] = ()  # further layers, drawn over the first: the names on a ground without any
    subdomains: tuple[str, ...] = USUAL_SUBDOMAINS
    least_zoom: int = SHALLOWEST
    deepest_zoom: int = USUAL_DEEPEST

    def __post_init__(self) -> None:
        # folium renders its own output a second time as a template: such signs would be executed on the server.
        if TEMPLATE_SIGNS.search("".join(self.addresses) + self.attribution):
            raise ValueError("a tile address or attribution may not hold template signs")
        if any(fault := _form_fault(address) for address in self.addresses):
            raise ValueError(f"a tile address cannot be meant: {fault}")

    @property
    def addresses(self) -> tuple[str, ...]:
        """The layers from below."""
        return (self.address, *self.over_it)

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts as img-src of a Content-Security-Policy names them: each one, no wildcard."""
        found = (origin for address in self.addresses for origin in _origins(address, self.subdomains))
        return tuple(dict.fromkeys(found))


def tile_source(wish: TileWish) -> TileSource | None:
    """What the wish comes to; nothing where there is none or it cannot be meant."""
    if not wish.address or tile_faults(wish):
        return None
    addresses = [address.replace("{tk}", wish.key) for address in _addresses(wish.address)]
    return TileSource(
        address=addresses[0],
        over_it=tuple(addresses[1:]),
        attribution=wish.attribution or (TIANDITU_CREDIT if wish.address in TIANDITU else ""),
        subdomains=_subdomains(wish) or USUAL_SUBDOMAINS,
        least_zoom=int(wish.least_zoom or SHALLOWEST),
        deepest_zoom=int(wish.deepest_zoom or USUAL_DEEPEST),
    )


def tile_faults(wish: TileWish) -> dict[str, TileFault]:
    """What is wrong, by field of the wish; an empty address wishes for nothing and is never wrong."""
    return dict(_faults(wish))


def tile_hints(wish: TileWish) -> list[Problem]:
    """What is allowed but deserves a look before it is used."""
    return [Problem(text, **values) for text, values in _hints(wish)]


def example_of(source: TileSource) -> str:
    """One address as a browser will ask for it, its key masked."""
    first = source.subdomains[0]
    numbers = {"x": "27", "y": "13", "-y": "18", "z": "5", "s": first}
    return masked(PLACEHOLDER.sub(lambda found: numbers.get(found[1], found[0]), source.address))


def masked(text: str) -> str:
    """An address without the key that stands in it."""
    return ANY_KEY.sub(r"\1•••", text)


def without_its_key(address: str) -> tuple[str, str]:
    """An address with {tk} where its key was written, and that key: a key is kept apart, because it is a secret."""
    found = WRITTEN_KEY.search(address)
    return (address, "") if found is None else (WRITTEN_KEY.sub(r"\1{tk}", address), found[2])


def _addresses(typed: str) -> list[str]:
    if typed in TIANDITU:
        return [TIANDITU_ADDRESS % layer for layer in TIANDITU[typed]]
    for theirs, ours in OF_WMTS.items():
        typed = typed.replace(theirs, ours)
    return [typed]


def _subdomains(wish: TileWish) -> tuple[str, ...]:
    typed = wish.subdomains.strip()
    if not typed:
        return TIANDITU_SUBDOMAINS if wish.address in TIANDITU else ()
    if span := SPAN.fullmatch(typed):
        first, last = (part for part in span.groups() if part)
        return tuple(chr(code) for code in range(ord(first), ord(last) + 1))
    return tuple(re.split(r"[,，、\s]+", typed)) if re.search(r"[,，、\s]", typed) else tuple(typed)


def _faults(wish: TileWish) -> Iterator[tuple[str, TileFault]]:
    if not wish.address:
        return
    address = _addresses(wish.address)[0]
    if fault := _form_fault(address):
        yield "address", TileFault(fault)
        return
    if "{tk}" in address and not wish.key:
        yield "key", TileFault(N_("地址里要用密钥 {tk}，请填密钥。"))
    if wish.key and not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", wish.key):
        yield "key", TileFault(N_("密钥只有字母、数字和短横。"))
    yield from _subdomain_faults(wish, address)
    yield from _zoom_faults(wish)


def _subdomain_faults(wish: TileWish, address: str) -> Iterator[tuple[str, TileFault]]:
    names = _subdomains(wish)
    if "{s}" in address and not names:
        yield "subdomains", TileFault(N_("地址里有 {s}，请填它能是哪些，例如 0-7 或 a,b,c。"))
    if len(names) > MOST_SUBDOMAINS or not all(SUBDOMAIN.fullmatch(name) for name in names):
        yield "subdomains", TileFault(N_("请照 0-7 或 a,b,c 的样子填。"))


def _zoom_faults(wish: TileWish) -> Iterator[tuple[str, TileFault]]:
    zooms = {"least_zoom": wish.least_zoom, "deepest_zoom": wish.deepest_zoom}
    wrong = [name for name, text in zooms.items() if text and not _is_zoom(text)]
    for name in wrong:
        yield name, TileFault(N_("请填 0 到 22 之间的整数。"))
    if not wrong and int(wish.least_zoom or SHALLOWEST) > int(wish.deepest_zoom or USUAL_DEEPEST):
        yield "least_zoom", TileFault(N_("最小级别不能比最大级别大。"))


def _is_zoom(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(DEEPEST)) and int(text) <= DEEPEST


def _form_fault(address: str) -> str | None:
    """What no tile address may look like, from the outside in."""
    parts = _split(address)
    if parts is None or not address.startswith(("https://", "http://")):
        return N_("底图地址应以 https:// 或 http:// 开头。")
    if TEMPLATE_SIGNS.search(address) or NEVER_IN_AN_ADDRESS.search(address):
        return N_("地址里不能有空格、引号、中文或 {{、{%。")
    scheme_and_host = parts.netloc.replace("{s}", "a")
    if not HOST.fullmatch(scheme_and_host):
        return N_("网址的主机部分写得不对。")
    named = set(PLACEHOLDER.findall(address))
    if named - KNOWN or not ({"x", "z"} <= named and named & {"y", "-y"}):
        return N_("地址里要有 {x}、{y}、{z}，另外只能有 {s} 和 {tk}。")
    if IN_DEGREES.search(address):
        return N_("这是经纬度切片（_c），地图要用墨卡托切片（_w）。")
    host = scheme_and_host.partition(":")[0].lower()
    if any(host == shifted or host.endswith(f".{shifted}") for shifted in SHIFTED_HOSTS):
        return N_("这家的底图坐标是偏移过的，叠上去会差约 500 米，不能用。")
    return None


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _hints(wish: TileWish) -> Iterator[tuple[str, dict[str, str]]]:
    address = _addresses(wish.address)[0]
    if address.startswith("http://"):
        yield N_("这是 http 地址：网站用 https 时，浏览器不会加载它。"), {}
    if wish.key and "{tk}" not in address:
        yield N_("地址里没有 {tk}，填的密钥不会用到。"), {}
    if not wish.attribution and wish.address not in TIANDITU:
        yield N_("还没有填底图版权说明，请照提供方的要求填写。"), {}


def _origins(address: str, subdomains: tuple[str, ...]) -> Iterator[str]:
    parts = urlsplit(address)
    for name in subdomains if "{s}" in parts.netloc else ("",):
        yield f"{parts.scheme}://{parts.netloc.replace('{s}', name)}".lower()

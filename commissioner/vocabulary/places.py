"""Places: where they stand in the tree of divisions, what becomes of them, where a position came from."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class PlaceLevel(Word):
    """Where a place stands in the tree of divisions."""

    PROVINCE = "province", N_("省")
    CITY = "city", N_("市")
    COUNTY = "county", N_("县")
    TOWNSHIP = "township", N_("乡镇（街道）")
    VILLAGE = "village", N_("村（社区）")


class PlaceState(Word):
    """What became of a place."""

    CURRENT = "current", N_("现行")
    MERGED = "merged", N_("已并入他村")
    CLOSED = "closed", N_("已撤销")


class PlaceEventKind(Word):
    """A change in a place's life."""

    RENAMED = "renamed", N_("更名")
    MERGED = "merged", N_("并入")
    CLOSED = "closed", N_("撤销")


class CoordinateSource(Word):
    """Where a position came from (domain.md §2.9)."""

    GPS = "gps", N_("手机定位")
    MAP_CLICK = "map_click", N_("地图点选")
    IMPORT = "import", N_("导入")
    GEONAMES = "geonames", N_("GeoNames 地名库")
    WIKIPEDIA = "wikipedia", N_("维基百科")
    CENTROID = "centroid", N_("区域中心")
    APPROXIMATE = "approximate", N_("大致位置")
    ILLUSTRATIVE = "illustrative", N_("示例位置")


class Datum(Word):
    """What the numbers of a position mean; an import must say it (domain.md §2.9)."""

    WGS84 = "wgs84", N_("WGS-84(GPS)")
    CGCS2000 = "cgcs2000", N_("国家2000（天地图）")
    GCJ02 = "gcj02", N_("GCJ-02（高德、腾讯、微信）")
    BD09 = "bd09", N_("BD-09（百度）")


class PlaceTag(Word):
    """A mark that a village carries."""

    FOCUS = "focus_village", N_("重点村")
    MOUNTAIN = "mountain", N_("山区")
    COMMUNITY = "community", N_("社区")
    OLD_REVOLUTIONARY = "old_base_area", N_("革命老区")
    ETHNIC = "ethnic", N_("民族乡村")

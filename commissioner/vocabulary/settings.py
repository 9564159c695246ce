"""What an administrator may set."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class SettingKey(Word):
    """Settings of an installation that an administrator may change; none has a shipped value.

    ``BOUNDARIES`` alone is set by the import of boundaries: another text whenever they are others, none without any.
    """

    REGION_CODE = "region_code", N_("所属区划代码")
    OWNER_NAME = "owner_name", N_("主办单位")
    TILE_ADDRESS = "tile_address", N_("地图底图地址")
    TILE_KEY = "tile_key", N_("底图密钥")
    TILE_SUBDOMAINS = "tile_subdomains", N_("底图子域")
    TILE_LEAST_ZOOM = "tile_least_zoom", N_("底图最小级别")
    TILE_DEEPEST_ZOOM = "tile_deepest_zoom", N_("底图最大级别")
    TILE_ATTRIBUTION = "tile_attribution", N_("底图版权说明")
    MAP_APPROVAL_NUMBER = "map_approval_number", N_("审图号")
    COVERAGE_DAYS = "coverage_days", N_("覆盖天数")
    TOWNSHIP_VISITS_WAIT = "township_visits_wait", N_("乡镇登记的走访也要别人确认")
    COUNT_UNREJECTED = "count_unrejected", N_("服务天数也算等待确认的走访")
    VISIT_GAP_DAYS = "visit_gap_days", N_("多久没有走访要提醒")
    WAITING_DAYS = "waiting_days", N_("等待确认多久要提醒")
    BOUNDARIES = "boundaries", N_("边界版本")
    MATCH_WEIGHTS = "match_weights", N_("找特派员时各项的分量")

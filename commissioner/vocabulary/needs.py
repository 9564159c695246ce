"""What places ask for, and how a need and a commissioner come together."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class Industry(Word):
    """What a place grows or makes, as the county sorts it."""

    TEA = "tea", N_("茶叶")
    MEDICINAL = "medicinal", N_("中药材")
    FRUIT = "fruit", N_("水果")
    VEGETABLE = "vegetable", N_("蔬菜")
    GRAIN = "grain", N_("粮油")
    FUNGI = "fungi", N_("食用菌")
    LIVESTOCK = "livestock", N_("畜禽")
    AQUATIC = "aquatic", N_("水产")
    FORESTRY = "forestry", N_("林竹")
    PROCESSING = "processing", N_("农产品加工")
    MANUFACTURING = "manufacturing", N_("制造业")
    OTHER = "other", N_("其他")


class HelpKind(Word):
    """What kind of help a place asks for."""

    GUIDANCE = "guidance", N_("现场指导")
    TRAINING = "training", N_("培训")
    VARIETY = "variety", N_("引进品种")
    PROCESSING = "processing", N_("加工技术")
    PESTS = "pests", N_("病虫害防治")
    BRANDING = "branding", N_("品牌销售")
    RESIDENCE = "residence", N_("长期派驻")
    OTHER = "other", N_("其他")


class NeedState(Word):
    """Where a need stands (domain.md S2, S4): the bureau takes up what a place raised, refines it and opens it."""

    RAISED = "raised", N_("待受理")
    OPEN = "open", N_("待对接")
    PROPOSED = "proposed", N_("已推荐")
    AGREED = "agreed", N_("双方已同意")
    POSTED = "posted", N_("已派驻")
    DONE = "done", N_("已完成")
    DECLINED = "declined", N_("未采纳")
    WITHDRAWN = "withdrawn", N_("已撤回")


class MatchState(Word):
    """Where the match of a need and a commissioner stands: two-way selection."""

    PROPOSED = "proposed", N_("待双方确认")
    PLACE_AGREED = "place_agreed", N_("乡镇已同意")
    COMMISSIONER_AGREED = "commissioner_agreed", N_("特派员已同意")
    AGREED = "agreed", N_("双方已同意")
    DECLINED = "declined", N_("未成")


class MatchSide(Word):
    """The two who choose each other."""

    PLACE = "place", N_("乡镇")
    COMMISSIONER = "commissioner", N_("特派员")


class PostingEventKind(Word):
    """What was done to a posting after it was entered."""

    EXTENDED = "extended", N_("延期")
    ENDED = "ended", N_("提前结束")
    HANDED_OVER = "handed_over", N_("交接")
    MOVED = "moved", N_("调动")
    CORRECTED = "corrected", N_("更正")

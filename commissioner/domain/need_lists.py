"""What one may ask of the list of needs: by place, kind and state, by batch, and how far they came."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, false, or_, select, true

from commissioner.domain.calls import batch_choices
from commissioner.domain.listing import Filter
from commissioner.domain.open_on import day_asked, need_open_on
from commissioner.domain.places import here_or_below
from commissioner.domain.subject import id_filter, township_filter, words_filter, year_filter
from commissioner.models import Match, Need, NeedEvent
from commissioner.units import LOCAL_ZONE, today, whole
from commissioner.vocabulary import N_, HelpKind, Industry, NeedState

# How far a need came, as a batch counts it: the bureau answered, both sides agreed, somebody was sent.
ANSWERED = frozenset(NeedState) - {NeedState.RAISED, NeedState.WITHDRAWN}
MET = frozenset({NeedState.AGREED, NeedState.POSTED, NeedState.DONE})
NEWS_DAYS = 14


def was_posted() -> ColumnElement[bool]:
    """Somebody was sent because of the need."""
    sent = select(Match.id).where(Match.need_id == Need.id, Match.posting_id.is_not(None)).correlate(Need)
    result: ColumnElement[bool] = or_(Need.state == NeedState.POSTED, sent.exists())
    return result


def _of_batch(value: str) -> ColumnElement[bool]:
    batch_id = whole(value)
    of_it: ColumnElement[bool] = false() if batch_id is None else Need.batch_id == batch_id
    return of_it


def _answered(value: str) -> ColumnElement[bool]:
    result: ColumnElement[bool] = Need.state.in_(ANSWERED)
    return result


def _met(value: str) -> ColumnElement[bool]:
    result: ColumnElement[bool] = Need.state.in_(MET)
    return result


def _posted(value: str) -> ColumnElement[bool]:
    return was_posted()


def _news(value: str) -> ColumnElement[bool] | None:
    """Brought to this state within the last days: "open" is good news, "declined" is to be looked at again."""
    state = next((one for one in NeedState if one.value == value), None)
    if state is None:
        return None
    since = datetime.combine(today() - timedelta(days=NEWS_DAYS), time.min, LOCAL_ZONE)
    lately = (NeedEvent.need_id == Need.id, NeedEvent.state == state, NeedEvent.happened_at >= since)
    # What the bureau raised and opened at once is no news to it or to anybody.
    told = select(NeedEvent.id).where(
        *lately, NeedEvent.from_state == NeedState.RAISED if state is NeedState.OPEN else true()
    )
    result: ColumnElement[bool] = (Need.state == state) & told.correlate(Need).exists()
    return result


NEED_FILTERS = (
    year_filter(Need.raised_on),
    township_filter(Need),
    words_filter("industry", N_("产业"), Need.industry, Industry),
    words_filter("help_kind", N_("帮助类型"), Need.help_kind, HelpKind),
    words_filter("state", N_("状态"), Need.state, NeedState),
    Filter(key="on", label=N_("这一天还没解决"), predicate=day_asked(need_open_on), kind="date"),
    Filter(key="batch", label=N_("批次"), predicate=_of_batch, choices=batch_choices),
    Filter(key="answered", label=N_("科技局已答复"), predicate=_answered, kind="hidden"),
    Filter(key="met", label=N_("对接成功"), predicate=_met, kind="hidden"),
    Filter(key="posted", label=N_("已派驻"), predicate=_posted, kind="hidden"),
    Filter(key="news", label=N_("最近有结果"), predicate=_news, kind="hidden"),
    id_filter("place", lambda row_id: here_or_below(Need, row_id)),
)

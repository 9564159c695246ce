"""What happens to a posting: extended, ended early, handed over, moved, corrected. Never overwritten in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from commissioner.access import Actor, Permission
from commissioner.domain import records
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.postings import POSTINGS, visits_of_posting
from commissioner.domain.subject import running
from commissioner.models import Commissioner, Place, Posting, PostingEvent, Visit, db
from commissioner.models.base import LONG_TEXT, SHORT_TEXT, now
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, PostingEventKind

DAY = timedelta(days=1)
CARRIED = ("level", "batch_id", "required_days", "industry")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDraft:
    """What is to happen: ``day`` is the new or the last day, or the first of the next posting; ``ends_on`` its end."""

    version: int
    reason: str
    day: date | None = None
    ends_on: date | None = None
    commissioner_id: int | None = None
    place_id: int | None = None
    starts_on: date | None = None
    confirmed: bool = False


def extend_posting(actor: Actor, posting_id: int, draft: TermDraft, client_id: str | None = None) -> None:
    """Give a posting a later end. Raises ``Invalid``, ``NeedsConfirmation`` after a handover, or ``Conflict``."""
    with _happening(actor, posting_id, "postings.extend", draft, client_id) as (entry, row):
        day = _day(draft)
        if row.ends_on is None:
            raise Invalid({"day": Problem(N_("这个派驻没有结束日期，不用延期。"))})
        if day <= row.ends_on:
            message = N_("延期要晚于现在的结束日期 %(day)s；要改早请用“提前结束”。")
            raise Invalid({"day": Problem(message, day=str(row.ends_on))})
        _refuse_overlap(actor, row, day)
        if not draft.confirmed and _is_followed(row.id):
            raise NeedsConfirmation({"day": Problem(N_("它已经有接续的派驻。延期以后会有一段同时在岗，确实这样吗？"))})
        if not draft.confirmed and row.ends_on < today() - DAY:
            message = N_("它已经结束 %(n)s 天。延期以后，这些天也算在岗；中间没有人的请新增派驻。确实这样吗？")
            raise NeedsConfirmation({"day": Problem(message, n=(today() - row.ends_on).days)})
        _ends(entry, row, PostingEventKind.EXTENDED, day, draft)


def end_posting(actor: Actor, posting_id: int, draft: TermDraft, client_id: str | None = None) -> None:
    """End a posting before its time, ``day`` being its last; a day gone by must be meant, and not have been worked."""
    with _happening(actor, posting_id, "postings.end", draft, client_id) as (entry, row):
        day = _day(draft)
        if day < row.starts_on:
            raise Invalid({"day": Problem(N_("不能早于开始日期 %(day)s。"), day=str(row.starts_on))})
        if row.ends_on is not None and day >= row.ends_on:
            message = N_("提前结束要早于现在的结束日期 %(day)s；要改晚请用“延期”。")
            raise Invalid({"day": Problem(message, day=str(row.ends_on))})
        _guard_past(row, day, draft)
        row.end_reason = draft.reason[:SHORT_TEXT]
        _ends(entry, row, PostingEventKind.ENDED, day, draft)


def hand_over_posting(actor: Actor, posting_id: int, draft: TermDraft, client_id: str | None = None) -> int:
    """Another commissioner goes on from ``day``; the id of the posting that follows.

    Where that one is posted here already, nothing new is made once the person has said yes to it.
    """
    with _happening(actor, posting_id, "postings.hand_over", draft, client_id) as (entry, row):
        day = _first_day(row, draft)
        if draft.commissioner_id == row.commissioner_id:
            raise Invalid({"commissioner_id": Problem(N_("请选另一位特派员；换地方请用“调动”。"))})
        _refuse_closed_place(row)
        following = _next_draft(row, draft, day, commissioner_id=draft.commissioner_id, place_id=row.place_id)
        present = _present(row.place_id, draft.commissioner_id, day)
        if present is not None and not draft.confirmed:
            raise NeedsConfirmation({"commissioner_id": _present_words(present)})
        _guard_past(row, day - DAY, draft)
        made = present.id if present is not None else None
        return _follow(actor, entry, row, PostingEventKind.HANDED_OVER, draft, day, following, made)


def move_posting(actor: Actor, posting_id: int, draft: TermDraft, client_id: str | None = None) -> int:
    """The same person goes to another place from ``day``; the id of the new posting. The old one stays as it was."""
    with _happening(actor, posting_id, "postings.move", draft, client_id) as (entry, row):
        day = _first_day(row, draft)
        if draft.place_id == row.place_id:
            raise Invalid({"place_id": Problem(N_("请选另一个地方；换人请用“交接”。"))})
        _guard_past(row, day - DAY, draft)
        following = _next_draft(row, draft, day, commissioner_id=row.commissioner_id, place_id=draft.place_id)
        return _follow(actor, entry, row, PostingEventKind.MOVED, draft, day, following, None)


def correct_posting(actor: Actor, posting_id: int, draft: TermDraft, client_id: str | None = None) -> None:
    """Mend what was typed wrongly in a posting that has begun: person, place and dates, with the reason."""
    with _happening(actor, posting_id, "postings.correct", draft, client_id) as (entry, row):
        said = {
            "commissioner_id": draft.commissioner_id,
            "place_id": draft.place_id,
            "starts_on": draft.starts_on,
            "ends_on": draft.ends_on,
        }
        if all(getattr(row, key) == value for key, value in said.items()):
            raise Invalid(message=None, fields={"reason": Problem(N_("没有改动，不用更正。"))})
        values = {one.key: getattr(row, one.key) for one in POSTINGS.fields}
        before = row.ends_on
        records.check(actor, POSTINGS, {**values, **said, "correcting": True}, row.id)
        row.commissioner_id, row.starts_on, row.ends_on = draft.commissioner_id, draft.starts_on, draft.ends_on
        row.place_id = draft.place_id
        row.region_code = db.session.scalar(select(Place.region_code).where(Place.id == draft.place_id))
        _told(entry, row, PostingEventKind.CORRECTED, before, row.ends_on, draft)


@contextmanager
def _happening(
    actor: Actor, posting_id: int, action: str, draft: TermDraft, client_id: str | None
) -> Iterator[tuple[Entry, Any]]:
    """The change with the locked row of the version that was read; a reason is always given."""
    actor.must(Permission.KEEP_REGISTRY)
    records.find_row(actor, POSTINGS, posting_id)
    with change(actor, action, client_id=client_id) as entry:
        row = records.find_row(actor, POSTINGS, posting_id, lock=True)
        if row.version != draft.version:
            refuse_repetition(actor, action, client_id)
            keys = ("commissioner_id", "place_id", "starts_on", "ends_on")
            raise Conflict(theirs={key: getattr(row, key) for key in keys}, ours=draft, current_version=row.version)
        if not draft.reason.strip():
            raise Invalid({"reason": Problem(N_("请写明原因。"))})
        if len(draft.reason) > LONG_TEXT:
            raise Invalid({"reason": Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)})
        entry.watch(row)
        with db.session.no_autoflush:
            yield entry, row


def _day(draft: TermDraft) -> date:
    if draft.day is None:
        raise Invalid({"day": Problem(N_("请填写日期。"))})
    fault = records.date_fault(draft.day)
    if fault is not None:
        raise Invalid({"day": fault})
    return draft.day


def _first_day(row: Any, draft: TermDraft) -> date:
    """The first day of what follows: after this posting began, and at the latest on the day after its end."""
    day = _day(draft)
    if day <= row.starts_on:
        raise Invalid({"day": Problem(N_("要晚于这个派驻的开始日期 %(day)s。"), day=str(row.starts_on))})
    if row.ends_on is not None and day > row.ends_on + DAY:
        message = N_("这个派驻到 %(day)s 结束，最晚从第二天起接上；更晚的请新增派驻。")
        raise Invalid({"day": Problem(message, day=str(row.ends_on))})
    return day


def _guard_past(row: Any, last: date, draft: TermDraft) -> None:
    """A day of service gone by is given up only where nobody came on it, and when that is meant."""
    until = min(row.ends_on or today(), today())
    if last >= until:
        return
    came = select(func.count(Visit.id)).where(visits_of_posting(row.id), Visit.ends_on > last)
    if count := db.session.scalar(came):
        message = N_("这一天之后还记着 %(n)s 次走访，不能说那时已经不在岗。日期填错了请用“更正”。")
        raise Invalid({"day": Problem(message, n=count)})
    if not draft.confirmed:
        message = N_("%(day)s 之后已经过去 %(n)s 天，这些天不再算在岗。确实这样吗？")
        raise NeedsConfirmation({"day": Problem(message, day=str(last), n=(until - last).days)})


def _refuse_overlap(actor: Actor, row: Any, ends_on: date) -> None:
    values = {one.key: getattr(row, one.key) for one in POSTINGS.fields}
    try:
        records.check(actor, POSTINGS, {**values, "ends_on": ends_on, "correcting": True}, row.id)
    except Invalid as problem:
        fault = problem.fields.get("ends_on") or problem.fields.get("starts_on") or problem.message
        raise Invalid({"day": fault}) from problem


def _refuse_closed_place(row: Any) -> None:
    if db.session.scalar(select(Place.successor_id).where(Place.id == row.place_id)) is not None:
        raise Invalid({"commissioner_id": Problem(N_("这个地方已经撤并，请改用“调动”。"))})


def _is_followed(posting_id: int) -> bool:
    follows = select(PostingEvent.id).where(
        PostingEvent.posting_id == posting_id, PostingEvent.other_posting_id.is_not(None)
    )
    return db.session.scalar(follows.limit(1)) is not None


def _present(place_id: int, commissioner_id: int | None, day: date) -> Any:
    """The posting of that person that runs here on ``day`` already."""
    found = select(Posting.id, Posting.starts_on, Posting.ends_on, Commissioner.name).join(
        Commissioner, Commissioner.id == Posting.commissioner_id
    )
    mine = (Posting.place_id == place_id, Posting.commissioner_id == (commissioner_id or 0))
    return db.session.execute(found.where(*mine, running(Posting.starts_on, Posting.ends_on, day))).first()


def _present_words(present: Any) -> Problem:
    if present.ends_on is None:
        message = N_("%(name)s 从 %(first)s 起已经派驻在这里。交给这个派驻，不再新增，对吗？")
        return Problem(message, name=present.name, first=str(present.starts_on))
    message = N_("%(name)s %(first)s 至 %(last)s 已经派驻在这里。交给这个派驻，不再新增，对吗？")
    return Problem(message, name=present.name, first=str(present.starts_on), last=str(present.ends_on))


def _next_draft(row: Any, draft: TermDraft, day: date, **who: Any) -> dict[str, Any]:
    carried = {key: getattr(row, key) for key in CARRIED}
    return {**carried, **who, "starts_on": day, "ends_on": draft.ends_on, "end_reason": "", "note": ""}


def _follow(
    actor: Actor,
    entry: Entry,
    row: Any,
    kind: PostingEventKind,
    draft: TermDraft,
    day: date,
    following: Mapping[str, Any],
    present_id: int | None,
) -> int:
    before = row.ends_on
    row.ends_on = day - DAY
    db.session.flush()
    next_id = records.create(actor, POSTINGS, following) if present_id is None else present_id
    entry.changes["followed_by"] = [None, next_id]
    _told(entry, row, kind, before, row.ends_on, draft, next_id)
    return next_id


def _ends(entry: Entry, row: Any, kind: PostingEventKind, day: date, draft: TermDraft) -> None:
    before, row.ends_on = row.ends_on, day
    _told(entry, row, kind, before, day, draft)


def _told(
    entry: Entry,
    row: Any,
    kind: PostingEventKind,
    before: date | None,
    after: date | None,
    draft: TermDraft,
    other_id: int | None = None,
) -> None:
    entry.about("postings", row.id, {"reason": [None, draft.reason]}, row.region_code)
    row.version += 1
    event = PostingEvent(
        posting_id=row.id,
        kind=kind,
        from_date=before,
        to_date=after,
        other_posting_id=other_id,
        reason=draft.reason,
        happened_at=now(),
        account_id=entry.actor.account_id,
        account_name=entry.actor.name,
    )
    db.session.add(event)

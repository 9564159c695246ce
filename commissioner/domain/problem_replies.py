"""What follows on a raised problem: its thread of replies, who must act until when, and how it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select

from commissioner.access import Actor, Permission, scope, visible
from commissioner.domain.changes import Entry, change, refuse_repetition
from commissioner.domain.listing import Choice
from commissioner.domain.problems import PROBLEMS, UNSETTLED, add_reply
from commissioner.domain.records import date_fault, find_row
from commissioner.domain.subject import name_of
from commissioner.models import Account, ProblemReply, RaisedProblem, TeamMember, VisitCommissioner, db
from commissioner.models.base import LONG_TEXT, SHORT_TEXT
from commissioner.problems import Conflict, Invalid, NotFound, Problem
from commissioner.units import today
from commissioner.vocabulary import N_, RaisedProblemState, Role

OPEN, IN_HAND, SOLVED, DROPPED = RaisedProblemState
NEXT_STATES = {OPEN: (IN_HAND, SOLVED, DROPPED), IN_HAND: (SOLVED, DROPPED), SOLVED: (OPEN,), DROPPED: (OPEN,)}
# Who is offered a problem to act on, those nearest to it first.
ACTING = (Role.TOWNSHIP, Role.OFFICER, Role.ADMINISTRATOR, Role.COMMISSIONER)
MOST_OWNERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """An answer, with the state it brings, if any; ``solved_on`` counts only with ``SOLVED``."""

    words: str
    state: RaisedProblemState | None = None
    solved_on: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDraft:
    """Who must act: a person with an account, or a body in words; until when; and a word to them."""

    owner_id: int | None = None
    owner: str = ""
    due_on: date | None = None
    words: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of the thread."""

    who: str
    said_at: datetime
    words: str
    state: RaisedProblemState | None
    owner_name: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemStanding:
    """How a problem stands for somebody: what may be done with it, and everything said of it, oldest first."""

    id: int
    version: int
    description: str
    state: RaisedProblemState
    raised_on: date
    raised_by: str
    owner_id: int | None
    owner_name: str
    owner: str
    due_on: date | None
    solved_on: date | None
    resolution: str
    may_reply: bool
    may_settle: bool
    may_hand_over: bool
    may_amend: bool
    replies: tuple[Reply, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be done."""
        return self.state not in UNSETTLED

    @property
    def overdue(self) -> bool:
        """Whether it should have been settled by now."""
        return self.due_on is not None and not self.settled and self.due_on < today()

    @property
    def in_charge(self) -> str:
        """Who must act, in words."""
        return self.owner_name or self.owner

    @property
    def next_states(self) -> tuple[RaisedProblemState, ...]:
        """Where this reader may bring it from here."""
        return NEXT_STATES[self.state] if self.may_settle else ()


def problem_standing(actor: Actor, problem_id: int) -> ProblemStanding:
    """The problem with its thread: two queries. Raises ``NotFound``."""
    names = (
        name_of(Account, Account.display_name, RaisedProblem.owner_id),
        name_of(Account, Account.display_name, RaisedProblem.raised_by_id),
    )
    found = visible(actor, RaisedProblem).add_columns(*names).where(RaisedProblem.id == problem_id)
    told = db.session.execute(found).one_or_none()
    if told is None:
        raise NotFound
    row, owner_name, raised_by = told
    return _standing(actor, row, (owner_name or "", raised_by or ""), _thread(actor, problem_id))


def _standing(actor: Actor, row: Any, names: tuple[str, str], replies: tuple[Reply, ...]) -> ProblemStanding:
    kept = ("id", "version", "description", "state", "raised_on", "owner_id", "owner", "due_on", "solved_on")
    settles = actor.can(Permission.SETTLE_PROBLEM)
    raised = row.raised_by_id is not None and row.raised_by_id == actor.account_id
    return ProblemStanding(
        **{key: getattr(row, key) for key in kept},
        resolution=row.resolution,
        owner_name=names[0],
        raised_by=names[1],
        may_reply=actor.can(Permission.RAISE_PROBLEM),
        may_settle=_may_settle(actor, row),
        may_hand_over=settles and row.state in UNSETTLED,
        may_amend=settles or (raised and actor.can(Permission.RAISE_PROBLEM)),
        replies=replies,
    )


def _thread(actor: Actor, problem_id: int) -> tuple[Reply, ...]:
    columns = (
        ProblemReply.account_name.label("who"),
        ProblemReply.said_at,
        ProblemReply.words,
        ProblemReply.state,
        ProblemReply.owner_name,
        ProblemReply.due_on,
    )
    wanted = (ProblemReply.problem_id == problem_id, scope(actor, ProblemReply))
    rows = db.session.execute(select(*columns).where(*wanted).order_by(ProblemReply.id)).mappings()
    return tuple(Reply(**row) for row in rows)


def _may_settle(actor: Actor, row: Any) -> bool:
    """Whoever settles problems here, or the one to whom this one was handed."""
    handed = row.owner_id is not None and row.owner_id == actor.account_id
    return actor.can(Permission.RAISE_PROBLEM) and (actor.can(Permission.SETTLE_PROBLEM) or handed)


def reply_to_problem(actor: Actor, problem_id: int, draft: ReplyDraft, client_id: str | None = None) -> None:
    """Say something of a problem; with a state, settle it, take it in hand or open it again.

    Words alone never clash. A state that was chosen over an older version raises ``Conflict`` with what stands now.
    """
    actor.must(Permission.RAISE_PROBLEM)
    find_row(actor, PROBLEMS, problem_id)
    with change(actor, "problems.reply", client_id=client_id) as entry:
        row = find_row(actor, PROBLEMS, problem_id, lock=True)
        if draft.state is not None:
            _refuse_stale(entry, row, draft)
        faults = _reply_faults(actor, row, draft)
        if faults:
            raise Invalid(faults)
        entry.watch(row)
        if draft.words:
            entry.changes["reply"] = [None, draft.words]
        if draft.state is not None:
            _bring_to(row, draft)
        add_reply(actor, row.id, words=draft.words, state=draft.state)


def _bring_to(row: Any, draft: ReplyDraft) -> None:
    row.state = draft.state
    row.solved_on = (draft.solved_on or today()) if draft.state is SOLVED else None
    if draft.state in {SOLVED, DROPPED}:
        row.resolution = draft.words
    elif draft.state is OPEN:
        row.resolution = ""  # the thread keeps how it was thought to be solved
    row.version += 1


def _reply_faults(actor: Actor, row: Any, draft: ReplyDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if draft.state is not None and not _may_settle(actor, row):
        faults["state"] = N_("由乡镇、县科技局或承办人改状态；您可以只写答复。")
    elif draft.state is not None and draft.state not in NEXT_STATES[row.state]:
        faults["state"] = Problem(N_("这个问题现在是“%(state)s”，不能这样改。"), state=row.state.label)
    fault = _words_fault(draft)
    if fault is not None:
        faults["words"] = fault
    if draft.state is SOLVED and (day_fault := _solved_fault(row, draft.solved_on or today())):
        faults["solved_on"] = day_fault
    return faults


def _words_fault(draft: ReplyDraft) -> Problem | None:
    if len(draft.words) > LONG_TEXT:
        return Problem(N_("最多 %(length)s 个字。"), length=LONG_TEXT)
    if draft.words or draft.state is IN_HAND:
        return None
    asked = {
        SOLVED: N_("请写明是怎样解决的。"),
        DROPPED: N_("请写明为什么不再处理。"),
        OPEN: N_("请写明为什么重新打开。"),
    }
    return Problem(asked.get(draft.state, N_("请写下答复。")) if draft.state else N_("请写下答复。"))


def _solved_fault(row: Any, day: date) -> Problem | None:
    if day < row.raised_on:
        return Problem(N_("不能早于反映日期。"))
    return date_fault(day, past=True)


def _refuse_stale(entry: Entry, row: Any, draft: ReplyDraft | HandoverDraft) -> None:
    if row.version != draft.version:
        # Unless it is our own form again, whose first click made the newer version.
        refuse_repetition(entry.actor, entry.action, entry.client_id)
        theirs = problem_standing(entry.actor, row.id)
        raise Conflict(theirs=theirs, ours=draft, current_version=theirs.version)


def owner_choices(actor: Actor, problem_id: int) -> list[Choice]:
    """The accounts that may be asked to act on a problem: each of them sees it; the nearest first."""
    actor.must(Permission.SETTLE_PROBLEM)
    row = find_row(actor, PROBLEMS, problem_id)
    nearest = case({role.value: rank for rank, role in enumerate(ACTING)}, value=Account.role)
    statement = select(Account.id, Account.display_name, Account.username, Account.role).where(_may_act(row))
    rows = db.session.execute(statement.order_by(nearest, Account.display_name, Account.id).limit(MOST_OWNERS)).all()
    return [_choice(actor, one) for one in rows]


def _choice(actor: Actor, row: Any) -> Choice:
    return Choice(
        value=str(row.id),
        label=f"{row.display_name} · {row.username}",
        search=f"{row.display_name} {row.username}",
        group=Role(row.role).label,
    )


def _may_act(row: Any) -> ColumnElement[bool]:
    """Active accounts of the townships and counties around the problem, and of the commissioners on its visit."""
    around = and_(
        Account.role.in_((Role.TOWNSHIP, Role.OFFICER, Role.ADMINISTRATOR)),
        Account.region_code != "",
        literal(row.region_code).startswith(Account.region_code),
    )
    on_visit = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == row.visit_id)
    in_teams = select(TeamMember.member_id).where(TeamMember.team_id.in_(on_visit))
    met = and_(
        Account.role == Role.COMMISSIONER,
        or_(Account.commissioner_id.in_(on_visit), Account.commissioner_id.in_(in_teams)),
    )
    return and_(Account.active, or_(around, met) if row.visit_id is not None else around)


def hand_over_problem(actor: Actor, problem_id: int, draft: HandoverDraft, client_id: str | None = None) -> None:
    """Say who must act until when; the one named sees it on the home page. Raises ``Invalid`` or ``Conflict``."""
    actor.must(Permission.SETTLE_PROBLEM)
    find_row(actor, PROBLEMS, problem_id)
    with change(actor, "problems.assign", client_id=client_id) as entry:
        row = find_row(actor, PROBLEMS, problem_id, lock=True)
        _refuse_stale(entry, row, draft)
        named, faults = _named(row, draft.owner_id), _handover_faults(row, draft)
        if draft.owner_id is not None and named is None:
            faults["owner_id"] = N_("这个账号不能承办：它看不到这个问题，或者已经停用。")
        if faults:
            raise Invalid(faults)
        entry.watch(row)
        before = db.session.scalar(select(Account.display_name).where(Account.id == row.owner_id))
        if row.owner_id != draft.owner_id:
            entry.changes["handed_to"] = [before, named]
        row.owner_id, row.owner, row.due_on = draft.owner_id, draft.owner, draft.due_on
        row.version += 1
        add_reply(actor, row.id, words=draft.words, owner_name=named or draft.owner, due_on=draft.due_on)


def _handover_faults(row: Any, draft: HandoverDraft) -> dict[str, str | Problem]:
    faults: dict[str, str | Problem] = {}
    if row.state not in UNSETTLED:
        faults["owner_id"] = N_("这个问题已经办结。要再交办，请先重新打开。")
    if draft.due_on is not None:
        fault = date_fault(draft.due_on)
        if draft.due_on < row.raised_on:
            fault = Problem(N_("不能早于反映日期。"))
        if fault is not None:
            faults["due_on"] = fault
    for key, text, most in (("words", draft.words, LONG_TEXT), ("owner", draft.owner, SHORT_TEXT)):
        if len(text) > most:
            faults[key] = Problem(N_("最多 %(length)s 个字。"), length=most)
    return faults


def _named(row: Any, owner_id: int | None) -> str | None:
    """The name of the account, if it may act and sees the problem: the gate itself is asked on its behalf."""
    if owner_id is None:
        return None
    account = db.session.scalars(select(Account).where(Account.id == owner_id, _may_act(row))).one_or_none()
    if account is None:
        return None
    whose = Actor(
        role=account.role,
        region_code=account.region_code,
        commissioner_id=account.commissioner_id,
        organisation_id=account.organisation_id,
        account_id=account.id,
    )
    sees = db.session.scalars(visible(whose, RaisedProblem).where(RaisedProblem.id == row.id)).one_or_none()
    return account.display_name if sees is not None else None

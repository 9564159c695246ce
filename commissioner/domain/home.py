"""The home page of each role: what waits, what is missing, what was just done.

Each line is a list with its filters, counted by the list's own query: the number on the line is the number of rows
behind it. All lines are counted in one statement. Looked at as of another day, it tells who served then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.calls import Call, running_calls
from commissioner.domain.employment import employment_in
from commissioner.domain.listing import ListQuery, counting, peek
from commissioner.domain.programme import days_of
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import Visit, db
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, Role, SettingKey

RECENT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to know: a list, by subject, filters and order.

    In a filter ``{year}`` is the year, ``{day}`` the day asked about, ``{me}`` who asks. ``page`` names a page that shows the
    same rows with the means to settle them; a line that ``needs`` a number of days stands only where a setting gives
    one, and asks for it as ``{days}``.
    """

    text: str
    subject: str
    filters: Mapping[str, str] = field(default_factory=dict)
    tone: str = "warn"
    sort: str = ""
    page: str = ""
    needs: SettingKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A line with its count."""

    line: Line
    filters: Mapping[str, Any]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What a home page shows."""

    waiting: Sequence[Counted]
    missing: Sequence[Counted]
    recent_visits: Sequence[RowMapping]
    year: int
    figures: Sequence[Counted]
    calls: Sequence[Call]
    employed_persons: int | None


VISITS_WAITING = Line(text=N_("走访等待确认"), subject="visits", filters={"state": "waiting"})
VISITS_TO_CONFIRM = Line(text=N_("走访等待确认"), subject="visits", filters={"state": "waiting"}, page="confirm")
VISITS_WAITING_LONG = Line(
    text=N_("走访等待确认太久了"),
    subject="visits",
    filters={"waiting_days": "{days}"},
    sort="place",
    tone="bad",
    needs=SettingKey.WAITING_DAYS,
)
VISITS_RETURNED = Line(
    text=N_("您登记的走访被退回，请补充"),
    subject="visits",
    filters={"state": "returned", "logger": "{me}"},
    tone="bad",
)
OWN_VISITS_DISPUTED = Line(
    text=N_("您登记的走访有异议"), subject="visits", filters={"state": "disputed", "logger": "{me}"}, tone="bad"
)
VISITS_DISPUTED = Line(text=N_("走访有异议"), subject="visits", filters={"state": "disputed"}, tone="bad")
PROBLEMS_OVERDUE = Line(text=N_("问题过了期限还没解决"), subject="problems", filters={"overdue": "1"}, tone="bad")
PROBLEMS_OPEN = Line(text=N_("问题等待解决"), subject="problems", filters={"state": "open"})
PROBLEMS_MINE = Line(
    text=N_("交给您办的问题"), subject="problems", filters={"owner": "{me}", "unsettled": "1"}, sort="due_on"
)
PROBLEMS_UNOWNED = Line(text=N_("问题还没有人负责"), subject="problems", filters={"unowned": "1"})
PROBLEMS_ANSWERED = Line(text=N_("您反映的问题有新答复"), subject="problems", filters={"answered": "{me}"}, tone="good")
MATCHES_FOR_PLACE = Line(text=N_("推荐的特派员等您答复"), subject="matches", filters={"waiting_for": "place"})
MATCHES_FOR_ME = Line(text=N_("有乡镇的需求等您答复"), subject="matches", filters={"waiting_for": "commissioner"})
MATCHES_UNPOSTED = Line(text=N_("双方已同意，等您派驻"), subject="matches", filters={"unposted": "1"})
NEEDS_RAISED = Line(text=N_("乡镇提的需求等您受理"), subject="needs", filters={"state": "raised"}, sort="raised_on")
NEEDS_DECLINED = Line(
    text=N_("需求没有被采纳，可以补充后再提"), subject="needs", filters={"news": "declined"}, tone="bad"
)
NEEDS_TAKEN_UP = Line(text=N_("需求已受理，开始找人"), subject="needs", filters={"news": "open"}, tone="good")
NEEDS_OPEN = Line(text=N_("需求等待对接"), subject="needs", filters={"state": "open"})
MILESTONES_OVERDUE = Line(text=N_("项目节点过期未完成"), subject="milestones", filters={"overdue": "1"}, tone="bad")
MILESTONES_SOON = Line(text=N_("项目节点 30 天内到期"), subject="milestones", filters={"due_days": "30"})
TERMS_ENDING = Line(
    text=N_("派驻任期 60 天内到期"), subject="postings", filters={"ending_days": "60"}, sort="ends_on", tone=""
)
IMPACTS_UNVERIFIED = Line(text=N_("成效数字等待核实"), subject="impacts", filters={"state": "reported"})
INSTRUCTIONS_OPEN = Line(text=N_("领导批示还在落实"), subject="instructions", filters={"open": "1"})
EVALUATIONS_DUE = Line(text=N_("考核快到期，还有人没有评定"), subject="schemes", filters={"undecided_days": "30"})
REPORT_WANTED = Line(text=N_("考核等您交述职"), subject="schemes", filters={"report_wanted": "{me}"})
OPINION_WANTED = Line(
    text=N_("考核：可以对派驻在本地的特派员写意见"), subject="schemes", filters={"opinion_wanted": "{me}"}, tone=""
)

POSTINGS_UNVISITED = Line(
    text=N_("在派特派员今年还没有走访记录"), subject="postings", filters={"unvisited": "{year}"}, tone=""
)
POSTINGS_GAP = Line(
    text=N_("在派特派员很久没有走访"),
    subject="postings",
    filters={"gap_days": "{days}"},
    sort="place",
    tone="",
    needs=SettingKey.VISIT_GAP_DAYS,
)
UPDATES_WAITING = Line(text=N_("项目进展等您审核"), subject="updates", filters={"to_review": "1"}, page="review")
UPDATES_RETURNED = Line(
    text=N_("项目进展被退回，请改好再提交"), subject="updates", filters={"to_mend": "1"}, tone="bad"
)
UPDATES_DRAFTED = Line(text=N_("项目进展草稿还没有提交"), subject="updates", filters={"state": "draft"}, tone="")
UPDATES_DUE = Line(text=N_("项目该报进展了，还没有报"), subject="projects", filters={"unreported": "1"})
STEPS_WAITING = Line(text=N_("项目申请等您决定"), subject="projects", filters={"request": "waiting"})
STEPS_RETURNED = Line(
    text=N_("项目申请被退回，请补充"), subject="projects", filters={"request": "returned"}, tone="bad"
)
PROJECTS_SILENT = Line(text=N_("在研项目今年还没有更新进展"), subject="projects", filters={"silent": "{year}"}, tone="")
STOPS_TO_GO = Line(text=N_("关爱活动还没有走到的站点"), subject="stops", filters={"to_go": "1"}, tone="")
PLACES_UNPLACED = Line(
    text=N_("村还没有自己的地图位置"), subject="places", filters={"unplaced": "1"}, tone="", page="unplaced"
)
TOWNSHIPS_UNSERVED = Line(text=N_("乡镇今天没有特派员"), subject="places", filters={"unserved": "1"}, tone="")
VISITS_WITHOUT_OUTCOME = Line(text=N_("走访没有写结果"), subject="visits", filters={"no_outcome": "1"}, tone="")

PROBLEMS_TO_SETTLE = (PROBLEMS_MINE, PROBLEMS_ANSWERED, PROBLEMS_OVERDUE, PROBLEMS_UNOWNED, PROBLEMS_OPEN)
_OFFICER = (
    (
        *(VISITS_TO_CONFIRM, VISITS_WAITING_LONG, VISITS_DISPUTED, *PROBLEMS_TO_SETTLE),
        *(
            STEPS_WAITING,
            UPDATES_WAITING,
            MILESTONES_OVERDUE,
            MILESTONES_SOON,
            MATCHES_UNPOSTED,
            NEEDS_RAISED,
            NEEDS_OPEN,
            IMPACTS_UNVERIFIED,
        ),
        EVALUATIONS_DUE,
    ),
    (
        UPDATES_DUE,
        UPDATES_DRAFTED,
        TERMS_ENDING,
        POSTINGS_GAP,
        POSTINGS_UNVISITED,
        STOPS_TO_GO,
        PROJECTS_SILENT,
        TOWNSHIPS_UNSERVED,
        PLACES_UNPLACED,
    ),
)
LINES: Mapping[Role, tuple[tuple[Line, ...], tuple[Line, ...]]] = {
    Role.ADMINISTRATOR: _OFFICER,
    Role.OFFICER: _OFFICER,
    Role.TOWNSHIP: (
        (
            *(
                MATCHES_FOR_PLACE,
                NEEDS_DECLINED,
                NEEDS_TAKEN_UP,
                VISITS_TO_CONFIRM,
                VISITS_RETURNED,
                VISITS_DISPUTED,
                *PROBLEMS_TO_SETTLE,
            ),
            *(MILESTONES_OVERDUE, NEEDS_OPEN),
        ),
        (
            *(TERMS_ENDING, MILESTONES_SOON, POSTINGS_GAP, POSTINGS_UNVISITED, VISITS_WITHOUT_OUTCOME),
            *(OPINION_WANTED, PLACES_UNPLACED),
        ),
    ),
    Role.COMMISSIONER: (
        (
            *(MATCHES_FOR_ME, REPORT_WANTED, STEPS_RETURNED, VISITS_RETURNED, OWN_VISITS_DISPUTED),
            *(PROBLEMS_MINE, PROBLEMS_ANSWERED),
            *(UPDATES_RETURNED, UPDATES_DUE, MILESTONES_OVERDUE, MILESTONES_SOON, PROBLEMS_OPEN),
        ),
        (UPDATES_DRAFTED, TERMS_ENDING, PROJECTS_SILENT, VISITS_WITHOUT_OUTCOME),
    ),
    Role.INSTITUTION: (
        (VISITS_WAITING, PROBLEMS_ANSWERED, MILESTONES_OVERDUE, MILESTONES_SOON),
        (TERMS_ENDING, POSTINGS_UNVISITED, PROJECTS_SILENT),
    ),
    Role.LEADER: ((INSTRUCTIONS_OPEN, PROBLEMS_ANSWERED, PROBLEMS_OVERDUE), (TOWNSHIPS_UNSERVED, POSTINGS_UNVISITED)),
}
FIGURES = (
    Line(text=N_("实施项目"), subject="projects", filters={"year": "{year}"}),
    Line(text=NC_("list", "走访"), subject="visits", filters={"year": "{year}"}),
    Line(text=NC_("list", "示范基地"), subject="bases"),
    Line(text=NC_("list", "引进新品种新技术新产品"), subject="introductions", filters={"year": "{year}"}),
)


ON_THE_DAY = (
    Line(text=N_("在岗派驻"), subject="postings", filters={"on": "{day}"}),
    Line(text=N_("在岗特派员"), subject="commissioners", filters={"on": "{day}"}),
    Line(text=N_("有特派员的乡镇"), subject="places", filters={"on": "{day}", "level": "township"}),
    Line(text=N_("没有特派员的乡镇"), subject="places", filters={"unserved": "{day}"}),
    Line(text=N_("有派驻指到的村"), subject="places", filters={"on": "{day}", "level": "village"}),
    Line(text=NC_("list", "结对帮扶"), subject="pairings", filters={"on": "{day}"}),
    Line(text=NC_("list", "示范基地"), subject="bases", filters={"on": "{day}"}),
    Line(text=N_("还没解决的需求"), subject="needs", filters={"on": "{day}"}),
)


def figures_on(actor: Actor, day: date) -> Sequence[Counted]:
    """Who served and what was paired on ``day``: one query. Who sees only the own people cannot tell who else comes."""
    told = [one for one in ON_THE_DAY if actor.can(SUBJECTS[one.subject].see)]
    if not actor.is_territorial:
        told = [one for one in told if one.subject not in {"places", "pairings"}]
    return _counted(actor, _filled(actor, told, day.year, day.isoformat()))


def home(actor: Actor) -> Home:
    """The home page of ``actor``'s role; at most eight queries."""
    waiting, missing = (_asked_for(lines) for lines in LINES[actor.role])
    year = latest_year(actor)
    present = today().year
    lines = [*_filled(actor, (*waiting, *missing), present), *_filled(actor, FIGURES, year)]
    counted = _counted(actor, lines)
    first, second = len(waiting), len(waiting) + len(missing)
    return Home(
        waiting=[one for one in counted[:first] if one.count],
        missing=[one for one in counted[first:second] if one.count],
        figures=counted[second:],
        calls=running_calls(actor) if actor.can(Permission.RAISE_NEED) else (),
        recent_visits=peek(actor, SUBJECTS["visits"].listing, ListQuery(), RECENT),
        year=year,
        employed_persons=int(employment_in(actor, year).total_persons),
    )


def latest_year(actor: Actor) -> int:
    """The year of the last visit in scope; the present year if there is none."""
    last = db.session.scalar(
        select(Visit.starts_on).where(scope(actor, Visit)).order_by(Visit.starts_on.desc()).limit(1)
    )
    return last.year if last else today().year


def _filled(actor: Actor, lines: Sequence[Line], year: int, day: str = "") -> list[tuple[Line, dict[str, str]]]:
    known = {"year": year, "me": actor.account_id or 0, "day": day}
    return [
        (line, {key: value.format(**known, days=_days(line)) for key, value in line.filters.items()}) for line in lines
    ]


def _asked_for(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without those for which nobody has set a number of days."""
    return tuple(line for line in lines if line.needs is None or _days(line) is not None)


def _days(line: Line) -> int | None:
    return days_of(line.needs) if line.needs is not None else None


def _counted(actor: Actor, lines: Sequence[tuple[Line, dict[str, str]]]) -> list[Counted]:
    counts = [
        counting(actor, SUBJECTS[line.subject].listing, ListQuery(filters=filters)).scalar_subquery()
        for line, filters in lines
    ]
    row = db.session.execute(select(*counts)).one()
    return [Counted(line=line, filters=filters, count=count) for (line, filters), count in zip(lines, row, strict=True)]

"""What is kept ready for matching gives the same answer as reading and counting everything anew, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import asin, cos, isclose, radians, sin, sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from commissioner.domain import matching, matching_rows, records
from commissioner.domain.commissioners import COMMISSIONERS, ORGANISATIONS
from commissioner.domain.matching_past import NOTHING, Past
from commissioner.domain.matching_places import Spot, spot_of
from commissioner.domain.matching_rows import Asked, Candidate, Run
from commissioner.domain.matching_scores import Pairs, scores
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.matching_words import help_words, pairs, raw_pairs, thesaurus, trade_words, wanted
from commissioner.domain.memory import ReadyRows
from commissioner.domain.needs import NEEDS
from commissioner.domain.place_changes import PlaceChange, rename_place
from commissioner.domain.visit_log import record_visit
from commissioner.models import Commissioner, Need, Organisation, Place, Posting, db
from commissioner.problems import Problem
from commissioner.units import today
from commissioner.vocabulary import HelpKind, Industry, Level, NeedState
from tests.domain.test_matching import a_need, a_specialist
from tests.factories import NEXT_TOWNSHIP, a_posting, a_village, a_visit, an_officer

WORDS = ("茶叶加工", "茶树", "金线莲", "石斛", "GAP2", "稻田养鱼", "病虫害", "保鲜", "技术指导", "")
texts = st.lists(st.sampled_from(WORDS), max_size=3).map("、".join)
spots = st.one_of(st.none(), st.builds(spot_of, st.floats(27.4, 27.7), st.floats(120.0, 120.7)))
maybe_days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
runs = st.builds(
    Run,
    st.integers(1, 9),
    spots,
    maybe_days,
    st.one_of(st.none(), st.integers(0, 366)),
    st.sampled_from(Level),
)


def a_candidate(
    speciality: str, about: str, industry: Industry | None, level: Level | None, own: list[Run]
) -> Candidate:
    row = type("Row", (), {})()
    row.id, row.name, row.title, row.note, row.organisation, row.illustrative = 1, "示例", about, "", "", False
    row.speciality, row.industry = speciality, industry
    return matching_rows._candidate(row, level, tuple(own))


def a_wish(title: str, industry: Industry, wanted_by: date | None, spot: Spot | None) -> Asked:
    return Asked(
        1, title, "", 1, "330326102201", industry, wanted_by, NeedState.OPEN, spot, wanted(industry, None, title), False
    )


people = st.builds(
    a_candidate,
    texts,
    texts,
    st.one_of(st.none(), st.sampled_from(Industry)),
    st.one_of(st.none(), st.sampled_from(Level)),
    st.lists(runs, max_size=3),
)
wishes = st.builds(a_wish, texts, st.sampled_from(Industry), maybe_days, spots)
pasts = st.one_of(st.just(NOTHING), st.builds(Past, visits=st.integers(0, 9), postings=st.integers(0, 3)))
weights = st.lists(st.integers(0, 100), min_size=7, max_size=7).filter(any)


def plain_km(need: Asked, person: Candidate) -> float | None:
    """The nearest posting, by the formula as it stands in books."""
    if need.spot is None:
        return None
    found = []
    for run in person.runs:
        if run.spot is not None:
            high, low = need.spot.north, run.spot.north
            half = sin((high - low) / 2) ** 2 + cos(high) * cos(low) * sin((need.spot.east - run.spot.east) / 2) ** 2
            found.append(2 * 6371.0 * asin(sqrt(half)))
    return min(found, default=None)


def plain_overlap(need: Asked, text: str) -> float:
    words = pairs(text)
    shared = len(words & need.words.own) + len(words & need.words.related) / 2
    return min(1.0, shared / max(1, min(len(words), len(need.words.own)))) if shared else 0.0


def plain_industry(need: Asked, person: Candidate) -> float:
    if person.industry is not None:
        return 1.0 if person.industry is need.industry else 0.0
    return 0.75 if pairs(person.speciality) & trade_words(need.industry) else 0.5


def plain_load(person: Candidate) -> float:
    days = [run.required_days for run in person.runs]
    if any(one is None for one in days):
        return 0.5 / len(days)
    return max(0.0, 1 - sum(one for one in days if one is not None) / 365)


def plain_term(need: Asked, person: Candidate) -> float:
    if need.wanted_by is None or not person.runs:
        return 0.5
    return 1.0 if any(run.ends_on is None or run.ends_on >= need.wanted_by for run in person.runs) else 0.0


def plain_score(pair: tuple[Asked, Candidate, Past], farthest: float, weights: dict[Criterion, int]) -> float:
    """One pair, each criterion by its own words, in the order in which they are written down."""
    need, person, past = pair
    km = plain_km(need, person)
    times = past.visits + past.postings + past.projects
    level = {Level.PROVINCIAL: 1.0, Level.MUNICIPAL: 0.75, Level.COUNTY: 0.5}
    fits = {
        Criterion.SPECIALITY: max(plain_overlap(need, person.speciality), plain_overlap(need, person.about) / 2),
        Criterion.INDUSTRY: plain_industry(need, person),
        Criterion.EARLIER: times / (times + 1),
        Criterion.DISTANCE: 0.5 if km is None else 1 - km / farthest if farthest else 1.0,
        Criterion.LOAD: plain_load(person),
        Criterion.LEVEL: 0.5 if person.level is None else level[person.level],
        Criterion.TERM: plain_term(need, person),
    }
    return sum(weights[one] * fits[one] for one in Criterion) / sum(weights.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(wishes, people, pasts), max_size=8), weights)
def test_scores_by_column_are_the_scores_pair_by_pair(
    drawn: Sequence[tuple[Asked, Candidate, Past]], weighed: list[int]
):
    weights = dict(zip(Criterion, weighed, strict=True))
    columns = Pairs([one[0] for one in drawn], [one[1] for one in drawn], [one[2] for one in drawn])
    found, metres = scores(columns, weights)
    plain = [plain_km(need, person) for need, person, _past in drawn]
    farthest = max((km for km in plain if km is not None), default=0.0)
    assert [km is None for km in metres] == [km is None for km in plain]
    for score, pair in zip(found, drawn, strict=True):
        assert isclose(score, plain_score(pair, farthest, weights), abs_tol=1e-9)


@given(texts, texts, st.one_of(st.none(), st.sampled_from(Industry)), st.one_of(st.none(), st.sampled_from(HelpKind)))
def test_related_words_are_those_of_every_group_named(
    title: str, problem: str, industry: Industry | None, kind: HelpKind | None
):
    near = set(trade_words(industry) | help_words(kind))
    for group in thesaurus().groups:
        if any(word in f"{title}\n{problem}".lower() for word in group):
            near.update(pairs(*group))
    own = (raw_pairs(title) | raw_pairs(problem)) - thesaurus().ordinary
    assert wanted(industry, kind, title, problem) == (own, near - own, own | near)


def test_a_point_is_measured_in_degrees():
    spot = spot_of(27.6, 120.3)
    assert spot is not None
    assert isclose(spot.north, radians(27.6))
    assert spot_of(None, 120.3) is None


def forget() -> None:
    """As in a process that has just begun."""
    matching_rows._people, matching_rows._needs = ReadyRows(4), ReadyRows(4)


def told(ranking: matching.Ranking) -> list[tuple[object, ...]]:
    """A ranking as it can be compared: reasons by their words."""
    return [(one.person, one.need, one.score, matching.reason_text(one)) for one in ranking.fits]


def amended(subject: object, row_id: int, **values: object) -> None:
    officer = an_officer()
    old = records.record(officer, subject, row_id)  # type: ignore[arg-type]
    draft = {**old.values, "confirmed": True, **values}
    records.amend(officer, subject, row_id, draft, old.version)  # type: ignore[arg-type]


def some(model: type, number: int) -> int:
    ids = db.session.scalars(select(model.id).order_by(model.id)).all()  # type: ignore[attr-defined]
    return int(ids[number % len(ids)])


def _post(number: int) -> None:
    a_posting(some(Commissioner, number), a_village(number=number % 3), today() - timedelta(days=number + 1))
    a_need(title="另一个")


def _end(number: int) -> None:
    with db.engine.begin() as connection:
        ended = today() - timedelta(days=1)
        connection.execute(
            update(Posting).where(Posting.id == some(Posting, number), Posting.starts_on <= ended).values(ends_on=ended)
        )
    a_need(title="又一个")


def _move(number: int) -> None:
    village = a_village(number=number % 4)
    point = {"latitude_deg": 27.5 + number / 1000, "longitude_deg": 120.3}
    with db.engine.begin() as connection:
        connection.execute(
            update(Place).where(Place.id == village).values(coordinate_source="import", accuracy_m=9, **point)
        )
    a_need(title="再一个")


def _remove(number: int) -> None:
    person = a_specialist("只来一天", "茶树")
    matching.people_for(an_officer(), a_need())
    with db.engine.begin() as connection:
        connection.execute(delete(Commissioner).where(Commissioner.id == person))
    a_need(title="还有一个")


STEPS = {
    "a speciality": lambda n: amended(COMMISSIONERS, some(Commissioner, n), speciality=WORDS[n % len(WORDS)]),
    "an organisation": lambda n: amended(ORGANISATIONS, some(Organisation, n), name=f"示例单位{n}号"),
    "a need": lambda n: amended(NEEDS, some(Need, n), title=f"{WORDS[n % len(WORDS)]}怎么办"),
    "a new need": lambda n: a_need(title=WORDS[n % len(WORDS)] or "求助", place_id=a_village(NEXT_TOWNSHIP)),
    "a visit": lambda n: record_visit(an_officer(), a_visit(confirmed=True)),
    "a posting": _post,
    "an end": _end,
    "a place": _move,
    "a removal": _remove,
    "a name": lambda n: rename_place(
        an_officer(), a_village(number=n % 4), PlaceChange(happened_on=today(), new_name=f"示例{n}村")
    ),
}


@pytest.mark.usefixtures("pingyang")
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 30)), min_size=1, max_size=6))
def test_after_any_change_what_is_kept_answers_as_if_read_anew(steps: list[tuple[str, int]]):
    officer = an_officer()
    need = a_need()
    person = a_specialist("甲", "金线莲", Industry.MEDICINAL)
    for name, number in steps:
        try:
            STEPS[name](number)
        except (Problem, IntegrityError):  # what the rules refuse is no change
            db.session.rollback()
            continue
        db.session.rollback()
        kept = matching.people_for(officer, need, 1000), matching.needs_for(officer, person, 1000)
        forget()
        anew = matching.people_for(officer, need, 1000), matching.needs_for(officer, person, 1000)
        assert [told(ranking) for ranking in kept] == [told(ranking) for ranking in anew], name

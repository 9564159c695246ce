"""What the form posts and what the phone sends are read alike: the same draft, or a refusal of the same fields."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioner.problems import Invalid
from commissioner.vocabulary import CoordinateSource, RaisedProblemCategory, VisitKind
from commissioner.web.forms.base import LONG, SHORT
from commissioner.web.forms.visit_records import LABELS, draft_of, record_of
from commissioner.web.forms.visits import VisitForm
from tests.factories import INSIDE_DEG, a_visit

CLIENT_ID = str(uuid.UUID(int=5))
BASE = {"starts_on": "2026-06-15", "place_id": 3, "commissioner_ids": [1, 2], "topic": "茶园管理", "outcome": ""}
texts = st.text(alphabet=st.sampled_from("茶园a1 \n\r\t\x00\u202e\u3000é'\"<&"), max_size=30)


def by_form(app, said):
    """The draft of the form that posts ``said``, or the fields it refuses."""
    posted = {key: value for key, value in said.items() if value not in (None, [])}
    point, problem = posted.pop("point", None), posted.pop("problem", None)
    for name, value in (problem or {}).items():
        posted[f"problem_{name}"] = value
    for name, value in (point or {}).items():
        posted["coordinate_source" if name == "source" else name] = value
    with app.test_request_context("/visits/log", method="POST", data=posted):
        form = VisitForm(meta={"csrf": False})
        return form.draft(CLIENT_ID) if form.validate() else set(form.errors)


def by_record(said):
    """The draft of the record that says ``said``, or the fields it refuses."""
    try:
        return draft_of({"client_id": CLIENT_ID, **said})
    except Invalid as refused:
        return set(refused.fields)


ALIKE = {
    "the plainest": {},
    "several days": {"ends_on": "2026-06-17"},
    "no topic": {"topic": "  "},
    "nobody": {"commissioner_ids": []},
    "nowhere": {"place_id": None},
    "no day": {"starts_on": None},
    "a day that is none": {"starts_on": "2026-02-30"},
    "space around": {"topic": "  茶园 \n"},
    "line ends of Windows": {"outcome": "一\r\n二"},
    "a decomposed letter": {"topic": "e\u0301"},
    "just short enough": {"topic": "长" * SHORT, "outcome": "长" * LONG},
    "too long": {"topic": "长" * (SHORT + 1)},
    "much too long": {"outcome": "长" * (LONG + 1)},
    "a control character": {"outcome": "a\x07b"},
    "a care visit": {"kind": "care", "campaign_id": 2},
    "a problem": {"problem": {"category": "technology", "description": "虫害", "due_on": "2026-07-01"}},
    "a problem of no category": {"problem": {"description": "虫害"}},
    "a point": {
        "point": {"latitude_deg": INSIDE_DEG[0], "longitude_deg": INSIDE_DEG[1], "accuracy_m": 12, "source": "gps"}
    },
    "a point by hand": {"point": {"latitude_deg": 27.5, "longitude_deg": 120.25, "source": "map_click"}},
}


@pytest.mark.parametrize("name", ALIKE)
def test_form_and_record_are_read_alike(standing, name):
    said = {**BASE, **ALIKE[name]}
    assert by_record(said) == by_form(standing, said)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(topic=texts, outcome=texts)
def test_any_text_is_read_alike(standing, topic, outcome):
    said = {**BASE, "topic": topic, "outcome": outcome}
    assert by_record(said) == by_form(standing, said)


def test_a_draft_becomes_a_record_and_the_same_draft_again(standing):
    draft = a_visit(kind=VisitKind.CARE)
    assert draft_of(record_of(draft)) == draft


def test_words_of_vocabularies_are_known_by_their_values():
    problem = {"description": "虫害"}
    for category in RaisedProblemCategory:
        found = draft_of({"client_id": CLIENT_ID, **BASE, "problem": {**problem, "category": category.value}})
        assert found.problem.category is category
    point = {"latitude_deg": 27.5, "longitude_deg": 120.25}
    for source in (CoordinateSource.GPS, CoordinateSource.MAP_CLICK):
        found = draft_of({"client_id": CLIENT_ID, **BASE, "point": {**point, "source": source.value}})
        assert found.point.source is source


def test_the_labels_are_those_of_the_form(standing):
    with standing.test_request_context("/visits/log"):
        form = VisitForm(meta={"csrf": False})
        assert {name: str(form[name].label.text) for name in LABELS} == LABELS

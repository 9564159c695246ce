"""Which rows somebody may see: by region for those who answer for one, by name for those who serve or send."""

import pytest
from sqlalchemy import func, select

from commissioner.access import Actor, scope, visible
from commissioner.access.scopes import SCOPES, UNSHOWN
from commissioner.models import (
    Base,
    Commissioner,
    Place,
    Posting,
    Project,
    ProjectPlace,
    SignInTry,
    TeamMember,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import Role
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU, posted_commissioner

REGIONAL = sorted(
    (model for model in SCOPES if hasattr(model, "place_id") and hasattr(model, "region_code")),
    key=lambda model: model.__name__,
)


def rows(actor, model):
    return list(db.session.scalars(visible(actor, model)))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_every_table_has_a_scope_or_is_shown_to_nobody():
    mapped = {mapper.class_ for mapper in Base.registry.mappers}
    without = {model.__tablename__ for model in mapped - SCOPES.keys()}

    assert without == set(UNSHOWN)


def test_a_table_without_a_scope_cannot_be_asked():
    with pytest.raises(KeyError):
        scope(Actor(role=Role.ADMINISTRATOR), SignInTry)


@pytest.mark.parametrize("model", REGIONAL, ids=lambda model: model.__name__)
def test_staff_of_a_township_see_what_lies_in_it(pingyang, model):
    township = Actor(role=Role.TOWNSHIP, region_code=SHUITOU)
    abroad = [row for row in rows(township, model) if not row.region_code.startswith(SHUITOU)]

    if model is Project:
        works_here = select(ProjectPlace.project_id).where(ProjectPlace.region_code.startswith(SHUITOU))
        assert {row.id for row in abroad} <= set(db.session.scalars(works_here))
    else:
        assert abroad == []
    here = select(func.count()).select_from(model).where(model.region_code.startswith(SHUITOU))
    assert len(rows(township, model)) - len(abroad) == db.session.scalar(here)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OFFICER, Role.TOWNSHIP, Role.LEADER])
def test_another_county_sees_no_row_of_ours(pingyang, role):
    stranger = Actor(role=role, region_code=NEXT_COUNTY)
    seen = {model.__name__ for model in SCOPES if rows(stranger, model)}

    # Settings say whose programme the installation is: everybody who is signed in reads that on every page.
    assert seen <= {"ProgrammeSetting"}


def test_a_county_sees_all_that_lies_in_it(pingyang):
    officer = Actor(role=Role.OFFICER, region_code=COUNTY)

    for model in REGIONAL:
        assert len(rows(officer, model)) == count(model), model


def test_the_nation_sees_every_place(pingyang):
    assert len(rows(Actor(role=Role.OFFICER), Place)) == count(Place)


def test_a_commissioner_sees_the_visits_that_name_the_own_person_or_a_team_of_it(pingyang):
    member = db.session.scalars(select(TeamMember).order_by(TeamMember.id)).first()
    actor = Actor(role=Role.COMMISSIONER, region_code=COUNTY, commissioner_id=member.member_id)
    own = {member.member_id, *db.session.scalars(select(TeamMember.team_id).filter_by(member_id=member.member_id))}
    naming = select(VisitCommissioner.visit_id).where(VisitCommissioner.commissioner_id.in_(own))

    seen = {row.id for row in rows(actor, Visit)}

    assert seen == set(db.session.scalars(naming))
    assert 0 < len(seen) < count(Visit)


def test_a_commissioner_without_a_person_sees_nobody(pingyang):
    nobody = Actor(role=Role.COMMISSIONER, region_code=COUNTY)

    assert [model.__name__ for model in (Visit, Posting, Project, Commissioner) if rows(nobody, model)] == []


def test_an_institution_sees_its_own_people_and_no_others(pingyang):
    person = db.session.get_one(Commissioner, posted_commissioner())
    sender = Actor(role=Role.INSTITUTION, region_code=COUNTY, organisation_id=person.organisation_id)

    seen = rows(sender, Commissioner)

    assert person in seen
    assert {row.organisation_id for row in seen} == {person.organisation_id}
    assert {row.commissioner_id for row in rows(sender, Posting)} <= {row.id for row in seen}


def test_an_institution_without_an_organisation_sees_nobody(pingyang):
    nobody = Actor(role=Role.INSTITUTION, region_code=COUNTY)

    assert [model.__name__ for model in (Visit, Posting, Project, Commissioner) if rows(nobody, model)] == []


def test_only_an_administrator_sees_other_accounts(pingyang, people):
    officer, administrator = people.as_officer.actor, people.as_administrator.actor
    accounts = next(model for model in SCOPES if model.__name__ == "Account")

    assert [row.id for row in rows(officer, accounts)] == [officer.account_id]
    assert {officer.account_id, administrator.account_id} <= {row.id for row in rows(administrator, accounts)}


def test_the_administrator_of_a_county_sees_no_account_above_it(pingyang, people):
    above = people.sign_in(Role.ADMINISTRATOR, "").actor
    accounts = next(model for model in SCOPES if model.__name__ == "Account")

    assert above.account_id not in {row.id for row in rows(people.as_administrator.actor, accounts)}

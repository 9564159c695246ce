"""The administrator's pages: accounts opened, amended, kept out and let in again; the programme's settings."""

import re

import pytest
from sqlalchemy import select

from commissioner.domain import programme
from commissioner.models import Account, AuditEntry, Commissioner, Organisation, Place, db
from commissioner.vocabulary import Role, SettingKey
from tests.factories import a_person, a_village
from tests.people import COUNTY, NEXT_COUNTY, SHUITOU, People


def account(username: str):
    db.session.rollback()
    return db.session.execute(select(Account.__table__).where(Account.username == username)).one_or_none()


def coverage_days() -> int | None:
    db.session.rollback()
    programme.forget()
    return programme.coverage_days()


def township(code: str = "330326102000") -> int:
    return db.session.scalar(select(Place.id).where(Place.code == code))


def first_password(page) -> str:
    return page.soup.select_one("code.secret").get_text()


class TestOpening:
    def test_township_staff_get_an_account_of_their_township_and_a_password_told_once(self, people: People):
        administrator = people.as_administrator

        told = administrator.submit(
            "/accounts/new", 200, username="shuitou.lin", display_name="示例", role="township", place_id=township()
        )

        made = account("shuitou.lin")
        assert (made.role, made.region_code, made.must_change_password) == (Role.TOWNSHIP, SHUITOU, True)
        assert re.fullmatch(r"(\w{4}-){3}\w{4}", first_password(told))
        assert first_password(told) not in administrator.get(f"/accounts/{made.id}").plain
        assert told.response.headers["Cache-Control"] == "no-store"

    def test_without_a_place_the_region_is_the_administrators_own(self, people: People):
        people.as_administrator.submit("/accounts/new", 200, username="kjj.wang", display_name="示例", role="officer")

        assert account("kjj.wang").region_code == COUNTY

    @pytest.mark.parametrize(
        ("role", "field", "words"),
        [
            ("township", "place_id", "选一个乡镇"),
            ("commissioner", "commissioner_id", "对应到一位特派员"),
            ("institution", "organisation_id", "对应到一个单位"),
        ],
    )
    def test_a_role_needs_whom_or_what_it_stands_for(self, people: People, role, field, words):
        page = people.as_administrator.submit("/accounts/new", 422, username="someone", display_name="示例", role=role)

        assert any(words in error for error in page.errors())
        assert page.field("username") == "someone"
        assert account("someone") is None

    def test_a_commissioners_account_names_its_person_and_no_other_role_does(self, people: People):
        administrator, person = people.as_administrator, a_person()
        organisation = db.session.scalar(select(Organisation.id))
        common = {"display_name": "示例", "commissioner_id": person, "organisation_id": organisation}

        administrator.submit("/accounts/new", 200, username="tepai.yuan", role="commissioner", **common)
        administrator.submit("/accounts/new", 200, username="ling.dao", role="leader", **common)

        assert (account("tepai.yuan").commissioner_id, account("tepai.yuan").organisation_id) == (person, None)
        assert (account("ling.dao").commissioner_id, account("ling.dao").organisation_id) == (None, None)

    @pytest.mark.parametrize("username", ["ab", "有中文", "a b c", "UPPER!", "x" * 41, ".dot"])
    def test_a_username_is_short_and_plain(self, people: People, username):
        page = people.as_administrator.submit(
            "/accounts/new", 422, username=username, display_name="示例", role="officer"
        )

        assert page.errors()

    def test_a_username_belongs_to_one(self, people: People):
        administrator = people.as_administrator
        said = {"username": "kjj.wang", "display_name": "示例", "role": "officer"}
        administrator.submit("/accounts/new", 200, **said)

        page = administrator.submit("/accounts/new", 422, **{**said, "username": "KJJ.Wang"})

        assert any("用户名" in error for error in page.errors())

    def test_no_account_reaches_beyond_the_administrators_region(self, people: People):
        other = people.sign_in(Role.ADMINISTRATOR, NEXT_COUNTY)
        said = {"username": "intruder", "display_name": "示例"}

        other.submit("/accounts/new", 422, **said, role="township", place_id=township())
        other.submit("/accounts/new", 422, **said, role="commissioner", commissioner_id=a_person())

        assert account("intruder") is None

    def test_a_village_is_no_accounts_region(self, people: People):
        people.as_administrator.submit(
            "/accounts/new", 422, username="someone", display_name="示例", role="township", place_id=a_village()
        )


class TestKeeping:
    def test_keeping_out_ends_the_sessions_and_letting_in_does_not_open_them_again(self, people: People):
        administrator, officer = people.as_administrator, people.as_officer
        officer.get("/places/")

        administrator.post(f"/accounts/{officer.actor.account_id}/deactivate", {})
        assert "sign-in" in officer.get("/places/", 302).location

        administrator.post(f"/accounts/{officer.actor.account_id}/reactivate", {})
        officer.get("/places/", 302)

    def test_nobody_keeps_out_the_own_account(self, people: People):
        administrator = people.as_administrator

        administrator.post(f"/accounts/{administrator.actor.account_id}/deactivate", {}, 400)

        administrator.get("/accounts/")

    def test_nobody_changes_the_own_role(self, people: People):
        administrator = people.as_administrator

        page = administrator.submit(f"/accounts/{administrator.actor.account_id}/edit", 422, role="officer")

        assert any("自己的角色" in error for error in page.errors())

    def test_a_new_password_replaces_the_old_and_ends_the_sessions(self, people: People):
        administrator, officer = people.as_administrator, people.as_officer
        before = db.session.scalar(select(Account.password_hash).where(Account.id == officer.actor.account_id))

        told = administrator.post(f"/accounts/{officer.actor.account_id}/password", {}, 200)

        db.session.rollback()
        after = db.session.get_one(Account, officer.actor.account_id)
        assert first_password(told)
        assert after.password_hash != before
        assert after.must_change_password
        officer.get("/places/", 302)

    def test_rights_change_with_the_account_at_the_next_request(self, people: People):
        administrator, person = people.as_administrator, people.as_officer
        person.get("/commissioners/new")

        administrator.submit(f"/accounts/{person.actor.account_id}/edit", role="leader")

        person.get("/commissioners/new", 404)

    def test_two_administrators_at_once(self, people: People):
        administrator, officer = people.as_administrator, people.as_officer
        url = f"/accounts/{officer.actor.account_id}/edit"
        stale = administrator.get(url).form_values()
        administrator.submit(url, display_name="先改的")

        page = administrator._answer("POST", url, 409, data={**stale, "display_name": "后改的"})

        assert page.field("display_name") == "后改的"
        db.session.rollback()
        assert db.session.get_one(Account, officer.actor.account_id).display_name == "先改的"

    def test_an_administrator_of_another_county_finds_no_account_of_ours(self, people: People):
        officer, other = people.as_officer, people.sign_in(Role.ADMINISTRATOR, NEXT_COUNTY)

        other.get(f"/accounts/{officer.actor.account_id}", 404)
        for verb in ("deactivate", "password", "reactivate"):
            other.post(f"/accounts/{officer.actor.account_id}/{verb}", {}, 404)
        assert other.get("/accounts/").heading.split()[-1] == "1"

    def test_nobody_else_finds_these_pages(self, people: People):
        for person in (people.as_officer, people.as_township, people.as_leader, people.as_commissioner):
            for url in (
                "/accounts/",
                "/accounts/new",
                f"/accounts/{person.actor.account_id}",
                "/settings",
                "/patterns",
            ):
                person.get(url, 404)

    def test_no_page_of_an_account_and_no_audit_line_tells_a_secret(self, people: People):
        administrator = people.as_administrator
        told = administrator.submit("/accounts/new", 200, username="kjj.wang", display_name="示例", role="officer")

        made = account("kjj.wang")
        page = administrator.get(f"/accounts/{made.id}")
        changes = db.session.scalar(select(AuditEntry.changes).where(AuditEntry.action == "account.open"))

        for secret in (made.password_hash, made.session_stamp, first_password(told)):
            assert secret not in page.response.get_data(as_text=True)
            assert secret not in str(changes)


class TestSettings:
    def test_an_administrator_sets_and_unsets(self, people: People):
        administrator = people.as_administrator

        administrator.submit("/settings", coverage_days="90", map_approval_number="浙S(2022)1号")
        assert coverage_days() == 90
        administrator.submit("/settings", coverage_days="")

        assert coverage_days() is None
        assert programme.setting(SettingKey.MAP_APPROVAL_NUMBER) == "浙S(2022)1号"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("coverage_days", "0"), ("coverage_days", "很多"), ("region_code", "33032"), ("tile_address", "javascript:x")],
    )
    def test_what_cannot_be_meant_is_refused(self, people: People, field, value):
        page = people.as_administrator.submit("/settings", 422, **{field: value})

        assert page.errors()
        assert page.field(field) == value

    def test_every_component_is_on_one_page(self, people: People):
        assert people.as_administrator.get("/patterns").heading


def test_the_list_says_whom_an_account_stands_for(people: People):
    person = db.session.scalar(
        select(Commissioner.name).where(Commissioner.id == people.as_commissioner.actor.commissioner_id)
    )

    assert person in people.as_administrator.get("/accounts/?role=commissioner").plain

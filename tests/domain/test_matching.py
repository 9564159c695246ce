"""Who fits a need and why: words, work in the township before, distance, load, level and term; weights are data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from commissioner.domain import matching, programme, records
from commissioner.domain.matching_reasons import Sign
from commissioner.domain.matching_weights import Criterion
from commissioner.domain.matching_words import pairs, raw_pairs, shared_words, wanted
from commissioner.domain.needs import MATCHES
from commissioner.domain.visit_log import record_visit
from commissioner.models import Commissioner, Place, Posting, ProgrammeSetting, db
from commissioner.problems import Invalid, NotFound
from commissioner.units import today
from commissioner.vocabulary import CommissionerKind, HelpKind, Industry, NeedState, Role, SettingKey
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, a_visit, an_actor, an_officer, written
from tests.needs import a_need as opened
from tests.people import COUNTY, NEXT_COUNTY

OF_THE_COUNTY = COUNTY.ljust(12, "0")


def a_specialist(name: str, speciality: str, industry: Industry | None = None, region_code: str = OF_THE_COUNTY) -> int:
    values = {"speciality": speciality, "industry": industry, "region_code": region_code}
    return written(Commissioner, kind=CommissionerKind.INDIVIDUAL, name=name, **values)


def a_need(state: NeedState = NeedState.OPEN, **changes: object) -> int:
    said = {"title": "金线莲怎样过冬", "industry": Industry.MEDICINAL, "problem": "", "wanted_speciality": ""}
    return opened(state, **{**said, "raised_on": today() - timedelta(days=30), **changes})


def reasons(need: int, person: int) -> dict[Criterion, list[tuple[Sign, str]]]:
    told: dict[Criterion, list[tuple[Sign, str]]] = {}
    for one in matching.fit_of(an_officer(), need, person).reasons:
        told.setdefault(one.criterion, []).append((one.sign, one.text()[1:]))
    return told


def weigh(text: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(insert(ProgrammeSetting).values(key=SettingKey.MATCH_WEIGHTS, value=text))
    programme.forget()


class TestWords:
    def test_chinese_is_read_in_pairs_and_other_words_whole(self):
        assert raw_pairs("茶叶加工 GAP2、藻") == {"茶叶", "叶加", "加工", "gap2", "藻"}

    def test_words_that_everybody_uses_tell_nothing(self):
        assert pairs("技术指导") == {"术指"}

    def test_related_words_are_found_and_told_apart_from_the_same_ones(self):
        asked = wanted(None, None, "金线莲")
        assert "金线" in asked.own
        assert "石斛" in asked.related
        assert not asked.own & asked.related

    def test_the_words_of_an_industry_are_related_to_every_need_of_it(self):
        asked = wanted(Industry.TEA, None, "黄化怎么办")
        assert {"茶树", "茶园"} <= asked.related
        assert wanted(Industry.OTHER, HelpKind.TRAINING, "黄化怎么办").related == frozenset()

    def test_so_are_those_of_the_kind_of_help_where_it_names_a_trade(self):
        asked = wanted(None, HelpKind.BRANDING, "卖不出去")
        assert {"品牌", "电商"} <= asked.related
        assert "农药" in wanted(None, HelpKind.PESTS, "叶子黄了").related

    def test_the_words_shared_are_told_as_a_person_would_read_them(self):
        assert shared_words("高山茶叶加工、植保", {"茶叶", "叶加", "加工"}) == ["茶叶加工"]

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_every_word_shared_stands_in_the_text(self, text, other):
        found = raw_pairs(text) & raw_pairs(other)
        words = shared_words(text, found)
        assert bool(words) == bool(found)
        assert set().union(*(raw_pairs(word) for word in words)) <= raw_pairs(text)


@pytest.mark.usefixtures("pingyang")
class TestRanking:
    def test_speciality_and_industry_bring_somebody_to_the_top_and_say_why(self):
        fitting = a_specialist("甲", "金线莲种苗", Industry.MEDICINAL)
        a_specialist("乙", "海带养殖", Industry.AQUATIC)
        need = a_need()
        weigh("speciality=3 industry=2")

        best = matching.people_for(an_officer(), need).fits[0]

        assert best.person.id == fitting
        assert "＋专长对得上：金线莲" in matching.reason_text(best)
        assert "＋同一产业：中药材" in matching.reason_text(best)

    def test_what_speaks_against_somebody_is_told_too(self):
        told = reasons(a_need(), a_specialist("乙", "海带养殖", Industry.AQUATIC))

        assert told[Criterion.SPECIALITY] == [(Sign.AGAINST, "专长是“海带养殖”，和需求写的对不上")]
        assert told[Criterion.INDUSTRY] == [(Sign.AGAINST, "产业不同：水产")]
        assert told[Criterion.EARLIER] == [(Sign.AGAINST, "没有在这个乡镇工作过")]
        assert told[Criterion.DISTANCE] == [(Sign.UNKNOWN, "现在没有派驻，距离无从算起")]
        assert told[Criterion.LOAD] == [(Sign.FOR, "现在没有别的派驻")]
        assert told[Criterion.LEVEL] == [(Sign.UNKNOWN, "还没有派驻过，层级未定")]
        assert Criterion.TERM not in told

    def test_related_words_count_and_are_named_as_related(self):
        told = reasons(a_need(), a_specialist("丙", "铁皮石斛"))

        assert told[Criterion.SPECIALITY] == [(Sign.FOR, "专长相近：铁皮石斛")]
        assert told[Criterion.INDUSTRY] == [(Sign.FOR, "没有写产业，专长里提到铁皮石斛")]

    def test_who_names_no_industry_but_works_in_it_is_told_so(self):
        told = reasons(a_need(title="黄化怎么办", industry=Industry.TEA), a_specialist("丁", "茶树栽培"))

        assert told[Criterion.SPECIALITY] == [(Sign.FOR, "专长相近：茶树")]
        assert told[Criterion.INDUSTRY] == [(Sign.FOR, "没有写产业，专长里提到茶树")]

    def test_nothing_written_is_not_known_rather_than_wrong(self):
        told = reasons(a_need(), a_person())
        assert told[Criterion.SPECIALITY] == [(Sign.UNKNOWN, "没有写专长")]
        assert told[Criterion.INDUSTRY] == [(Sign.UNKNOWN, "没有写产业")]

    def test_work_in_the_township_before_is_counted(self):
        person = a_person()
        a_posting(person, a_village(number=1), date(2020, 1, 1), date(2020, 12, 31))
        need = a_need()
        assert reasons(need, person)[Criterion.EARLIER] == [(Sign.FOR, "在这个乡镇有过 1 次派驻")]

        record_visit(an_officer(), a_visit(commissioner_ids=(person,), confirmed=True))

        assert (Sign.FOR, "在这个乡镇走访过 1 次") in reasons(need, person)[Criterion.EARLIER]

    def test_a_village_without_a_point_takes_its_townships_and_a_township_without_one_is_said_so(self):
        person, village = a_person(), a_village()
        a_posting(person, a_village(number=1), today())
        township = db.session.get_one(Place, village).parent_id
        nowhere = {"latitude_deg": None, "longitude_deg": None, "coordinate_source": None, "accuracy_m": None}
        with db.engine.begin() as connection:
            connection.execute(update(Place).where(Place.parent_id == township).values(nowhere))
        need = a_need()
        assert reasons(need, person)[Criterion.DISTANCE] == [(Sign.FOR, "离现在派驻的地方约 0.0 公里")]

        with db.engine.begin() as connection:
            connection.execute(update(Place).where(Place.id == township).values(nowhere))
        a_need()  # a change of the records: what was kept is read anew

        assert reasons(need, person)[Criterion.DISTANCE] == [(Sign.UNKNOWN, "需求所在地没有位置，距离不详")]

    def test_load_term_and_level_come_from_the_postings_that_run(self):
        person = a_person()
        posting = a_posting(person, a_village(NEXT_TOWNSHIP), today(), today() + timedelta(days=10))
        with db.engine.begin() as connection:
            connection.execute(update(Posting).where(Posting.id == posting).values(required_days=60))

        told = reasons(a_need(wanted_by=today() + timedelta(days=11)), person)

        assert told[Criterion.LOAD] == [(Sign.AGAINST, "现有 1 处派驻，每年应服务 60 天")]
        assert told[Criterion.LEVEL] == [(Sign.FOR, "最近一次是县派")]
        until = (today() + timedelta(days=10)).isoformat()
        assert told[Criterion.TERM] == [(Sign.AGAINST, f"现在的任期 {until} 到期，早于希望解决的日期")]

    def test_weights_turn_the_order_and_a_township_nearby_wins_where_only_distance_counts(self):
        near, far = a_specialist("近", "海带养殖"), a_specialist("远", "金线莲")
        a_posting(near, a_village(), today())
        a_posting(far, a_village(NEXT_TOWNSHIP), today())
        need = a_need()
        weigh("distance=1")
        ids = [one.person.id for one in matching.people_for(an_officer(), need, 1000).fits]
        assert ids.index(near) < ids.index(far)

    def test_without_a_setting_all_weigh_the_same(self):
        assert set(programme.match_weights().values()) == {1}

    @pytest.mark.parametrize(
        "text",
        [
            "speciality",
            "speciality=x",
            "speciality=1 speciality=2",
            "beauty=3",
            "load=0",
            "load=101",
            "load=-1",
            "load=²",
        ],
    )
    def test_weights_that_cannot_be_meant_are_refused(self, text):
        administrator = an_actor(Role.ADMINISTRATOR, COUNTY)

        with pytest.raises(Invalid) as refusal:
            programme.keep_settings(administrator, {SettingKey.MATCH_WEIGHTS: text})

        assert set(refusal.value.fields) == {"match_weights"}

    def test_who_was_proposed_already_is_left_out(self):
        person, need = a_person(), a_need()
        before = matching.people_for(an_officer(), need, 1000).total
        draft = {"need_id": need, "commissioner_id": person, "state": "proposed", "proposed_on": today()}
        records.create(an_officer(), MATCHES, draft)

        after = matching.people_for(an_officer(), need, 1000)

        assert after.total == before - 1
        assert person not in {one.person.id for one in after.fits}

    def test_the_other_way_open_needs_are_ranked_for_somebody(self):
        person = a_specialist("甲", "金线莲", Industry.MEDICINAL)
        wanted_here, done = a_need(), a_need(state=NeedState.DONE)
        weigh("speciality=1 industry=1")

        ranking = matching.needs_for(an_officer(), person, 1000)

        assert ranking.fits[0].need.id == wanted_here
        assert done not in {one.need.id for one in ranking.fits}

    def test_only_the_bureau_seeks_and_only_among_its_own(self):
        need, person = a_need(), a_person()
        stranger = a_specialist("外县", "金线莲", region_code=NEXT_COUNTY.ljust(12, "0"))
        for actor in (an_actor(), an_actor(Role.LEADER, COUNTY), an_actor(Role.OFFICER, NEXT_COUNTY)):
            with pytest.raises(NotFound):
                matching.people_for(actor, need)
            with pytest.raises(NotFound):
                matching.needs_for(actor, person)
        with pytest.raises(NotFound):
            matching.fit_of(an_officer(), need, stranger)
        assert stranger not in {one.person.id for one in matching.people_for(an_officer(), need, 1000).fits}

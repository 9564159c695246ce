"""The tile service is a setting: checked by its form without being asked, its key never told again."""

from __future__ import annotations

from sqlalchemy import func, select

from commissioner.domain import programme
from commissioner.models import AuditEntry, db
from commissioner.vocabulary import SettingKey
from tests.people import People

KEY = "0123456789abcdef0123456789abcdef"


def lines() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id))) or 0


def kept(key: SettingKey) -> str:
    db.session.rollback()
    programme.forget()
    return programme.setting(key)


def test_a_key_is_kept_and_never_shown_again(people: People, capfd, caplog):
    caplog.set_level("DEBUG")
    administrator = people.as_administrator
    administrator.submit("/settings", tile_address="天地图", tile_key=KEY)

    shown = administrator.get("/settings").response.get_data(as_text=True)
    told = administrator.get("/audit/").response.get_data(as_text=True)

    assert kept(SettingKey.TILE_KEY) == KEY
    assert KEY not in shown + told + "".join(capfd.readouterr()) + caplog.text
    assert "•••" in told
    assert KEY in administrator.get("/map/frame?year=2022").response.get_data(as_text=True)


def test_a_key_stays_while_nobody_touches_it_and_goes_when_told_to(people: People):
    administrator = people.as_administrator
    administrator.submit("/settings", tile_address="天地图", tile_key=KEY)

    administrator.submit("/settings", coverage_days="90")
    assert kept(SettingKey.TILE_KEY) == KEY

    refused = administrator.submit("/settings", 422, forget_tile_key="y")
    assert "请填密钥" in refused.plain
    administrator.submit("/settings", tile_address="", forget_tile_key="y")
    assert kept(SettingKey.TILE_KEY) == ""


def test_a_key_written_into_the_address_is_kept_apart(people: People):
    people.as_administrator.submit("/settings", tile_address=f"https://t0.example.cn/{{z}}/{{x}}/{{y}}?tk={KEY}")

    assert kept(SettingKey.TILE_ADDRESS) == "https://t0.example.cn/{z}/{x}/{y}?tk={tk}"
    assert kept(SettingKey.TILE_KEY) == KEY
    assert KEY not in str(db.session.scalars(select(AuditEntry.changes)).all())


def test_the_check_says_what_would_be_asked_and_writes_nothing(people: People):
    administrator = people.as_administrator
    before = lines()

    good = administrator.submit("/settings", 200, check="tiles", tile_address="天地图", tile_key=KEY)
    assert "写法没有问题" in good.plain
    assert "https://t7.tianditu.gov.cn" in good.plain
    assert KEY not in good.plain
    assert (good.field("tile_address"), good.field("tile_key")) == ("天地图", KEY)  # what was typed is not lost

    bad = administrator.submit("/settings", 200, check="tiles", tile_address="https://a.cn/{z}/{x}")
    assert "地址里要有" in bad.plain
    none = administrator.submit("/settings", 200, check="tiles", tile_address="")
    assert "不连外网" in none.plain
    assert lines() == before
    assert kept(SettingKey.TILE_ADDRESS) == ""


def test_faults_stand_beside_their_fields(people: People):
    page = people.as_administrator.submit(
        "/settings",
        422,
        tile_address="https://{s}.example.cn/{z}/{x}/{y}",
        tile_subdomains="",
        tile_least_zoom="12",
        tile_deepest_zoom="8",
    )

    assert len(page.errors()) == 2
    assert page.field("tile_least_zoom") == "12"


def test_the_frame_alone_may_ask_the_hosts(people: People):
    people.as_administrator.submit("/settings", tile_address="天地图", tile_key=KEY)
    leader = people.as_leader

    policy = leader.get("/map/frame?year=2022").response.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://t0.tianditu.gov.cn https://t1" in policy
    for url in ("/map?year=2022", "/settings", "/places/"):
        page = leader._answer("GET", url, None)
        assert "tianditu" not in page.response.headers["Content-Security-Policy"]
    assert KEY not in leader.get("/map?year=2022").response.get_data(as_text=True)

"""What a browser may keep of the site's own files, and for how long."""

from commissioner.web.headers import A_YEAR
from commissioner.web.releases import release

MODULE = "js/modules/filters.js"


def kept(answer):
    answer.response.close()
    return answer.response.headers["Cache-Control"]


def test_a_page_names_its_modules_below_its_release_and_its_styles_by_their_content(people):
    page = people.as_leader.get("/map")

    module = page.soup.select_one("script[type=module]")["src"]
    styles = [one["href"] for one in page.soup.select("link[rel=stylesheet]")]
    assert module == f"/static/of-{release()}/js/app.js"
    assert styles
    assert all("?v=" in one for one in styles)
    for address in (module, *styles):
        assert kept(people.as_nobody.get(address)) == A_YEAR


def test_what_a_module_imports_is_kept_as_long_as_itself(people):
    for address in (MODULE, "vendor/idb/index.js"):
        assert kept(people.as_nobody.get(f"/static/of-{release()}/{address}")) == A_YEAR


def test_todays_file_is_not_kept_as_that_of_another_release(people):
    today = people.as_nobody.get(f"/static/{MODULE}")
    former = people.as_nobody.get(f"/static/of-0123456789abcdef/{MODULE}")

    assert today.plain == former.plain
    assert kept(today) == kept(former) == "no-cache"


def test_what_is_not_there_is_not_kept_for_a_year(people):
    for address in (
        f"/static/of-{release()}/js/nothing.js",
        "/static/js/nothing.js?v=1",
        f"/static/of-{release()}/../x",
    ):
        assert kept(people.as_nobody.get(address, 404)) != A_YEAR

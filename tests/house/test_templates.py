"""Every template can be read, is reached from somewhere, and has a title; whatever it says goes through the catalogue."""

import re
from pathlib import Path

import pytest
from jinja2 import meta

from commissioner import create_app
from commissioner.domain.subjects import SUBJECTS
from tests.conftest import settings_of

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
NAMED_IN_CODE = re.compile(r'"([a-z_0-9]+(?:/[a-z_0-9]+)*\.html)"')
# A screen on a wall has a frame of its own: whoever stands before it can go nowhere else.
FRAMES = {"base.html", "walls/frame.html"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXT = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
SAID = re.compile(rf"\bpgettext\(\s*{TEXT},\s*{TEXT}|(?:\b_|\bngettext)\(\s*{TEXT}")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# A language is offered in its own words, whatever the page speaks.
IN_ITS_OWN_WORDS = {"components/frame.html": {"中文"}}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unused")
    return create_app(settings_of(f"sqlite:///{folder / 'none.sqlite3'}", folder)).jinja_env


def source(name):
    return (TEMPLATES / name).read_text(encoding="utf-8")


def referred_to(environment, name):
    """The templates that one extends, includes or imports from."""
    return {other for other in meta.find_referenced_templates(environment.parse(source(name))) if other}


def is_part(name):
    """A partial, a component, or the frame itself: not a page of its own."""
    return Path(name).name.startswith("_") or name.startswith("components/") or name in FRAMES


def test_every_template_can_be_read(environment):
    for name in NAMES:
        environment.get_template(name)


def test_every_template_is_reached(environment):
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "commissioner").rglob("*.py"))
    reached = {*NAMED_IN_CODE.findall(code), *(f"{name}/page.html" for name in SUBJECTS)}
    for name in NAMES:
        reached |= referred_to(environment, name)

    assert set(NAMES) - reached == set()


def test_every_template_that_is_named_is_there(environment):
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "commissioner" / "web").rglob("*.py"))
    named = set(NAMED_IN_CODE.findall(code)).union(*(referred_to(environment, name) for name in NAMES))

    assert named - set(NAMES) == set()


def test_every_page_stands_in_the_frame_and_has_a_title(environment):
    for name in NAMES:
        if is_part(name):
            continue
        line = [name]
        while (above := referred_frame(environment, line[-1])) is not None:
            line.append(above)
        assert line[-1] in FRAMES, f"{name} stands in no frame"
        assert any("{% block heading %}" in re.sub(r"\{%-|-%\}", trimmed, source(one)) for one in line[:-1]), name


def trimmed(sign):
    return sign.group().replace("-", "")


def referred_frame(environment, name):
    found = re.search(r'\{%-?\s*extends\s+"([^"]+)"', source(name))
    return found.group(1) if found else None


@pytest.mark.parametrize("name", NAMES)
def test_every_word_goes_through_the_catalogue(name):
    if name == "patterns.html":
        return  # shows components with facts of the programme in them, which no language changes
    left = SAID.sub("", COMMENT.sub("", source(name)))
    for allowed in IN_ITS_OWN_WORDS.get(name, ()):
        left = left.replace(allowed, "")

    assert [line.strip() for line in left.splitlines() if CHINESE.search(line)] == []


def test_scripts_say_nothing_of_their_own():
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))
    remark = re.compile(r"^\s*//.*$", re.MULTILINE)
    talking = [path.name for path in scripts if CHINESE.search(remark.sub("", path.read_text(encoding="utf-8")))]

    assert scripts
    assert talking == []

"""What each step of a project needs, as data: the bureau's own rules, and where it has none, those of a readable file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission
from commissioner.domain.changes import change
from commissioner.domain.listing import Column, ColumnKind, Listing
from commissioner.domain.places import county_code
from commissioner.domain.seeding.cells import read_cell
from commissioner.domain.seeding.files import read_lines
from commissioner.domain.subject import Field, Kind, Subject, illustrative_column, word_column, words_filter
from commissioner.models import StepRule, db
from commissioner.models.base import REGION_CODE_LENGTH, table_of
from commissioner.problems import Invalid
from commissioner.shipped import shipped
from commissioner.vocabulary import N_, NC_, DocumentKind, Level, ProjectKind, ProjectStage

FILE = "step-rules.csv"
# How many digits name a nation, a province, a city, a county and a township: whoever owns a rule is one of them.
DIGITS = (0, 2, 4, 6, 9)
ASKED = ("needs_opinion", "needs_decider", "needs_number", "needs_mid_term", "may_ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a step needs; without a rule it needs nothing but its date, and only the bureau takes it."""

    documents: tuple[DocumentKind, ...] = ()
    needs_opinion: bool = False
    needs_decider: bool = False
    needs_number: bool = False
    needs_mid_term: bool = False
    may_ask: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedRule:
    """A rule with what it is for."""

    region_code: str
    stage: ProjectStage
    level: Level | None
    kind: ProjectKind | None
    rule: Rule


Rules = Mapping[ProjectStage, Rule]


def rules_for(region_code: str, level: Level, kind: ProjectKind) -> Rules:
    """The rules of a project of this level and kind in a region, in one query: for each stage the most specific one.

    A nearer owner goes before a farther one, a rule for level and kind before one for either, a level before a kind.
    """
    owners = [region_code[:digits].ljust(REGION_CODE_LENGTH, "0") for digits in DIGITS]
    rows = db.session.scalars(select(StepRule).where(StepRule.region_code.in_(owners)).order_by(StepRule.id))
    return rules_among([_scoped(row) for row in rows], level, kind)


def rules_among(kept: Sequence[ScopedRule], level: Level, kind: ProjectKind) -> Rules:
    """For each stage the most specific of ``kept`` that fits; where nobody keeps any, of the shipped ones."""
    found: dict[ProjectStage, Rule] = {}
    for one in sorted(kept or shipped_rules(), key=_how_near):
        if one.level in {None, level} and one.kind in {None, kind}:
            found[one.stage] = one.rule
    return found


def _how_near(one: ScopedRule) -> tuple[int, bool, bool, bool]:
    digits = next(count for count in DIGITS if not one.region_code[count:].strip("0"))
    return digits, one.level is not None and one.kind is not None, one.level is not None, one.kind is not None


def _scoped(row: Any) -> ScopedRule:
    rule = Rule(documents=row.documents, note=row.note, **{key: getattr(row, key) for key in ASKED})
    return ScopedRule(region_code=row.region_code, stage=row.stage, level=row.level, kind=row.kind, rule=rule)


@lru_cache(maxsize=1)
def shipped_rules() -> tuple[ScopedRule, ...]:
    """The rules of ``seeds/step-rules.csv``, which hold until the bureau keeps its own."""
    return tuple(_scoped(StepRule(region_code="0" * REGION_CODE_LENGTH, **values)) for values in _read())


def _read() -> list[dict[str, Any]]:
    columns = {column.name: column for column in table_of(StepRule).columns}
    lines = read_lines(shipped("seeds") / FILE, columns)
    return [{name: read_cell(columns[name], text, line) for name, text in line.cells.items()} for line in lines]


def keep_shipped_rules(actor: Actor, region_code: str) -> int:
    """Write the shipped rules down as a region's own, to be changed there; nothing where it has some. How many."""
    actor.must(Permission.KEEP_SETTINGS)
    code = region_code.ljust(REGION_CODE_LENGTH, "0")
    with change(actor, "step_rules.load") as entry:
        if db.session.scalar(select(StepRule.id).where(StepRule.region_code == code).limit(1)) is not None:
            entry.silent = True
            return 0
        # Under the names that data sets give them too, so that one which brings rules changes these and adds no twins.
        named = set(db.session.scalars(select(StepRule.seed_key)))
        read = [
            {**values, "seed_key": None if values["seed_key"] in named else values["seed_key"]} for values in _read()
        ]
        rows = [StepRule(region_code=code, **values) for values in read]
        db.session.add_all(rows)
        entry.about("step_rules", None, {"rows": len(rows)}, code)
        return len(rows)


def _check(actor: Actor, draft: Mapping[str, Any], row_id: int | None) -> None:
    if draft.get("needs_mid_term") and draft["stage"] is not ProjectStage.ACCEPTANCE:
        raise Invalid({"needs_mid_term": N_("只有“验收”这一步可以要求先做中期检查。")})
    same = [StepRule.region_code == county_code(actor), StepRule.stage == draft["stage"], StepRule.id != (row_id or 0)]
    same += [StepRule.level == draft["level"] if draft.get("level") else StepRule.level.is_(None)]
    same += [StepRule.kind == draft["kind"] if draft.get("kind") else StepRule.kind.is_(None)]
    if db.session.scalar(select(StepRule.id).where(*same).limit(1)) is not None:
        raise Invalid({"stage": N_("这一步对这类项目已经有要求，请修改原来的那条。")})


def _complete(actor: Actor, row: Any, draft: Mapping[str, Any]) -> None:
    row.region_code = row.region_code or county_code(actor)
    row.documents = tuple(row.documents or ())


def _flag_column(key: str, label: str) -> Column:
    return Column(key=key, label=label, value=getattr(StepRule, key), kind=ColumnKind.FLAG)


STEP_RULES = Subject(
    name="step_rules",
    model=StepRule,
    title=NC_("list", "项目各步要求"),
    one=NC_("one", "项目步骤要求"),
    heading=StepRule.stage,
    fields=(
        Field(key="stage", label=N_("哪一步"), kind=Kind.WORD, words=ProjectStage, required=True),
        Field(key="level", label=N_("级别"), kind=Kind.WORD, words=Level, help=N_("空着就是各级项目")),
        Field(key="kind", label=N_("类别"), kind=Kind.WORD, words=ProjectKind, help=N_("空着就是各类项目")),
        Field(
            key="documents",
            label=N_("必须有的材料"),
            kind=Kind.WORDS,
            words=DocumentKind,
            help=N_("缺了就不能办这一步"),
        ),
        Field(key="needs_opinion", label=N_("要写意见"), kind=Kind.FLAG),
        Field(key="needs_decider", label=N_("要写由谁决定"), kind=Kind.FLAG),
        Field(key="needs_number", label=N_("要有文号和发文日期"), kind=Kind.FLAG),
        Field(key="needs_mid_term", label=N_("先要做过中期检查"), kind=Kind.FLAG, help=N_("只用于“验收”")),
        Field(
            key="may_ask",
            label=N_("特派员可以申请"),
            kind=Kind.FLAG,
            help=N_("不勾选就只由县科技局直接办理"),
        ),
        Field(key="note", label=N_("给办事人的说明"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=StepRule,
        columns=(
            word_column("stage", N_("哪一步"), StepRule.stage),
            word_column("level", N_("级别"), StepRule.level),
            word_column("kind", N_("类别"), StepRule.kind),
            Column(key="documents", label=N_("必须有的材料"), value=StepRule.documents, kind=ColumnKind.WORDS),
            _flag_column("needs_opinion", N_("意见")),
            _flag_column("needs_decider", N_("谁决定")),
            _flag_column("needs_number", N_("文号")),
            _flag_column("needs_mid_term", N_("先中期")),
            _flag_column("may_ask", N_("特派员可申请")),
            illustrative_column(StepRule),
        ),
        filters=(
            words_filter("stage", N_("哪一步"), StepRule.stage, ProjectStage),
            words_filter("level", N_("级别"), StepRule.level, Level),
            words_filter("kind", N_("类别"), StepRule.kind, ProjectKind),
        ),
        search=(StepRule.note,),
        order=(StepRule.id.asc(),),
    ),
    check=_check,
    complete=_complete,
)

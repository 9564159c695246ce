"""The annual summary: a year's figures, the sentence of domain.md §4, and the outline around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commissioner.access import Actor, Permission
from commissioner.domain import annual_rows as rows
from commissioner.domain import annual_words as words
from commissioner.domain.annual_figures import AnnualFigures, Behind, is_illustrative
from commissioner.domain.employment import impacts_in
from commissioner.domain.subjects import SUBJECTS
from commissioner.vocabulary import N_, NC_

FIRST_YEAR, LAST_YEAR = 1999, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of the summary with the lists behind it; ``topic`` is what it is about."""

    topic: str
    text: str
    behind: tuple[Behind, ...] = ()
    illustrative: bool = False


def figures(actor: Actor, year: int) -> AnnualFigures:
    """Everything a year amounts to, in nine queries."""
    actor.must(Permission.LOOK)
    registers = actor.can(Permission.SEE_REGISTERS)
    return AnnualFigures(
        year=year,
        projects=rows.project_counts(actor, year),
        impacts=impacts_in(actor, year),
        new_areas=rows.new_areas(actor, year),
        introductions=rows.introductions(actor, year),
        instructions=rows.instructions(actor, year) if registers else (),
        recognitions=rows.recognitions(actor, year) if registers else (),
        pairings=rows.pairings(actor, year) if registers else (),
        indicators=rows.indicator_figures(actor, year) if registers else (),
        tally=rows.tally(actor, year),
    )


def summary_sentence(actor: Actor, year: int) -> str:
    """The sentence that any release must give back from "Pingyang 2022", character for character."""
    return words.implemented_sentence(figures(actor, year))


def annual_outline(actor: Actor, year: int) -> tuple[Paragraph, ...]:
    """The paragraphs of the summary, each with the rows behind it."""
    return tuple(
        one for one in outline_of(figures(actor, year)) if all(actor.can(SUBJECTS[b.subject].see) for b in one.behind)
    )


def outline_of(year: AnnualFigures) -> tuple[Paragraph, ...]:
    """The paragraphs that ``year`` gives; one without data is left out."""
    paragraphs = (*_opening(year), *_indicators(year), *_work(year), *_results(year), *_registers(year))
    return tuple(one for one in paragraphs if one.text)


def _opening(year: AnnualFigures) -> Sequence[Paragraph]:
    headlines = [one for one in year.instructions if one.headline]
    text = words.headline_sentence(year)
    return [_paragraph(N_("批示肯定"), text, year, headlines, ("instructions",))]


def _indicators(year: AnnualFigures) -> Sequence[Paragraph]:
    text = "".join(words.indicator_sentence(one) for one in year.indicators)
    return [_paragraph(N_("年度任务"), text, year, year.indicators, ("indicators",))]


def _work(year: AnnualFigures) -> Sequence[Paragraph]:
    implemented = [one for one in year.projects if one.implemented]
    employment = year.employment
    corps = [one for one in year.projects if one.receiving_unit and one.approved]
    corps_behind = Behind(subject="projects", filters={"approved": str(year.year), "kind": "corps"})
    return [
        _paragraph(N_("选派"), words.selection_sentence(year), year, implemented, ("batches", "needs")),
        _paragraph(
            N_("实施项目"), words.implemented_sentence(year), year, [*implemented, *employment.rows], ("projects",)
        ),
        _paragraph(N_("关爱活动"), words.care_sentence(year), year, implemented, ("visits", "problems")),
        Paragraph(
            topic=N_("特派团"),
            text=words.corps_sentence(year),
            behind=(corps_behind,),
            illustrative=is_illustrative(corps),
        ),
    ]


def _results(year: AnnualFigures) -> Sequence[Paragraph]:
    quoted = [one for one in year.instructions if one.quote]
    text = "".join(words.instruction_sentence(one) for one in quoted)
    return [
        _paragraph(N_("领导批示"), text, year, quoted, ("instructions",)),
        _paragraph(N_("结对帮扶"), words.pairing_sentence(year), year, year.pairings, ("pairings",)),
        _paragraph(N_("引进"), words.introduction_sentence(year), year, year.introductions, ("introductions",)),
        _paragraph(NC_("list", "示范基地"), words.base_sentence(year), year, year.new_areas, ("bases",)),
        _paragraph(N_("培训"), words.training_sentence(year), year, year.projects, ("trainings",)),
    ]


def _registers(year: AnnualFigures) -> Sequence[Paragraph]:
    text = "".join(words.recognition_sentence(one) for one in year.recognitions)
    return [_paragraph(N_("试点与荣誉"), text, year, year.recognitions, ("recognitions",))]


def _paragraph(
    topic: str, text: str, year: AnnualFigures, counted: Sequence[Any], subjects: Sequence[str]
) -> Paragraph:
    behind = tuple(Behind(subject=subject, filters={"year": str(year.year)}) for subject in subjects)
    return Paragraph(topic=topic, text=text, behind=behind, illustrative=is_illustrative(counted))

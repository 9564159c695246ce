"""Briefings and the written instructions that leaders gave on them."""

from __future__ import annotations

from commissioner.access import Permission
from commissioner.domain.listing import Filter, Listing
from commissioner.domain.subject import (
    Field,
    Kind,
    Related,
    Subject,
    date_column,
    illustrative_column,
    link_column,
    names_through,
    place_column,
    text_column,
    township_filter,
    year_filter,
)
from commissioner.models import Briefing, BriefingCommissioner, Commissioner, Instruction
from commissioner.vocabulary import N_, NC_

BRIEFINGS = Subject(
    name="briefings",
    model=Briefing,
    title=NC_("list", "简报"),
    one=NC_("one", "简报"),
    heading=Briefing.title,
    see=Permission.SEE_REGISTERS,
    fields=(
        Field(key="title", label=N_("标题"), required=True),
        Field(key="year", label=N_("年份"), kind=Kind.YEAR, required=True),
        Field(key="issued_on", label=N_("印发日期"), kind=Kind.DATE, past=True),
        Field(key="issuer", label=N_("印发单位")),
        Field(key="number", label=N_("期号")),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(key="base_id", label=N_("示范基地"), kind=Kind.REFERENCE, refers="bases"),
        Field(
            key="commissioners",
            label=N_("涉及的特派员"),
            kind=Kind.REFERENCES,
            refers="commissioners",
            link=BriefingCommissioner,
        ),
        Field(key="summary", label=N_("内容"), kind=Kind.PROSE),
    ),
    listing=Listing(
        model=Briefing,
        columns=(
            link_column("title", N_("标题"), Briefing.title),
            text_column("year", N_("年份"), Briefing.year),
            place_column(Briefing),
            text_column(
                "people",
                N_("涉及的特派员"),
                names_through(
                    BriefingCommissioner,
                    BriefingCommissioner.briefing_id,
                    BriefingCommissioner.commissioner_id,
                    Commissioner.name,
                    Briefing.id,
                ),
            ),
            illustrative_column(Briefing),
        ),
        filters=(year_filter(Briefing.year), township_filter(Briefing)),
        search=(Briefing.title, Briefing.summary, Briefing.issuer),
        order=(Briefing.year.desc(),),
    ),
    related=(
        Related(
            subject="instructions",
            title=NC_("list", "领导批示"),
            condition=lambda row_id: Instruction.briefing_id == row_id,
            field="briefing_id",
        ),
    ),
)

INSTRUCTIONS = Subject(
    name="instructions",
    model=Instruction,
    title=NC_("list", "领导批示"),
    one=NC_("one", "领导批示"),
    heading=Instruction.subject,
    see=Permission.SEE_REGISTERS,
    fields=(
        Field(key="subject", label=N_("批示事项"), required=True),
        Field(key="leader", label=N_("批示领导"), required=True),
        Field(key="post", label=N_("职务"), required=True, help=N_("照批示时的写法，一字不改")),
        Field(key="year", label=N_("年份"), kind=Kind.YEAR, required=True),
        Field(key="given_on", label=N_("批示日期"), kind=Kind.DATE, past=True),
        Field(key="quote", label=N_("批示原文"), kind=Kind.PROSE),
        Field(key="briefing_id", label=N_("所批简报"), kind=Kind.REFERENCE, refers="briefings"),
        Field(key="place_id", label=N_("地点"), kind=Kind.PLACE, required=True),
        Field(key="follow_up", label=N_("落实情况"), kind=Kind.PROSE),
        Field(key="due_on", label=N_("应办结日期"), kind=Kind.DATE),
        Field(key="done_on", label=N_("办结日期"), kind=Kind.DATE, past=True),
        Field(key="headline", label=N_("写进总结开头"), kind=Kind.FLAG),
    ),
    listing=Listing(
        model=Instruction,
        columns=(
            link_column("subject", N_("批示事项"), Instruction.subject),
            text_column("leader", N_("批示领导"), Instruction.leader),
            text_column("year", N_("年份"), Instruction.year),
            date_column("given_on", N_("批示日期"), Instruction.given_on),
            date_column("done_on", N_("办结日期"), Instruction.done_on),
            illustrative_column(Instruction),
        ),
        filters=(
            year_filter(Instruction.year),
            township_filter(Instruction),
            Filter(
                key="open",
                label=N_("还在落实"),
                predicate=lambda value: Instruction.done_on.is_(None),
                kind="hidden",
            ),
        ),
        search=(Instruction.subject, Instruction.leader, Instruction.quote),
        order=(Instruction.year.desc(),),
    ),
)

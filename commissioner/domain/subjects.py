"""Every declared subject by its name: the name is its address, its folder of templates and its word in the audit."""

from __future__ import annotations

from collections.abc import Mapping

from commissioner.domain.bases import BASES, MEASUREMENTS
from commissioner.domain.briefings import BRIEFINGS, INSTRUCTIONS
from commissioner.domain.campaigns import CAMPAIGNS, STOPS
from commissioner.domain.commissioners import COMMISSIONERS, ORGANISATIONS, TEAM_MEMBERS
from commissioner.domain.evaluation_schemes import SCHEMES
from commissioner.domain.impacts import IMPACTS
from commissioner.domain.indicators import INDICATORS
from commissioner.domain.introductions import INTRODUCTIONS, TRAININGS
from commissioner.domain.needs import MATCHES, NEEDS
from commissioner.domain.periods import PERIODS
from commissioner.domain.places import PLACES
from commissioner.domain.postings import BATCHES, POSTINGS
from commissioner.domain.problems import PROBLEMS
from commissioner.domain.projects import FUNDINGS, MILESTONES, PROJECT_PLACES, PROJECTS, TARGETS
from commissioner.domain.recognitions import PAIRINGS, RECOGNITIONS
from commissioner.domain.scheme_lines import CRITERIA, GRADES
from commissioner.domain.step_rules import STEP_RULES
from commissioner.domain.subject import Subject
from commissioner.domain.updates import UPDATES
from commissioner.domain.visits import VISITS

SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for subject in (
        PLACES,
        ORGANISATIONS,
        COMMISSIONERS,
        TEAM_MEMBERS,
        BATCHES,
        POSTINGS,
        NEEDS,
        MATCHES,
        PROJECTS,
        PROJECT_PLACES,
        FUNDINGS,
        TARGETS,
        MILESTONES,
        UPDATES,
        PERIODS,
        STEP_RULES,
        BASES,
        MEASUREMENTS,
        INTRODUCTIONS,
        TRAININGS,
        VISITS,
        CAMPAIGNS,
        STOPS,
        PROBLEMS,
        IMPACTS,
        BRIEFINGS,
        INSTRUCTIONS,
        PAIRINGS,
        RECOGNITIONS,
        INDICATORS,
        SCHEMES,
        CRITERIA,
        GRADES,
    )
}

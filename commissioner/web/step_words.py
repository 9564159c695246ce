"""How a project's way is told on pages: the track from the first stage to the last, and what a step needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from commissioner.domain.project_stages import ORDER, PATH
from commissioner.domain.project_track import Track
from commissioner.vocabulary import ProjectStage
from commissioner.web.errors import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stage on the track; ``state`` is done, now, next, skipped, later or ended."""

    stage: ProjectStage
    label: str
    state: str
    reached_on: date | None
    asked: bool


def path_told(track: Track) -> list[Stop]:
    """Every stage of the way: those behind, where the project stands, and those before it unless it is over."""
    taken = {step.stage: step.reached_on for step in track.steps}
    ended_early = track.facts.stage is ProjectStage.TERMINATED
    stages: list[ProjectStage] = [stage for stage in PATH if stage in taken or not ended_early]
    stages += [ProjectStage.TERMINATED] if ended_early else []
    asked = track.waiting.stage if track.waiting is not None else None
    if asked is ProjectStage.TERMINATED:
        stages.append(asked)
    return [
        Stop(
            stage=stage,
            label=_(track.label(stage)),
            state=_state(track, stage, taken),
            reached_on=taken.get(stage),
            asked=stage is asked,
        )
        for stage in stages
    ]


def _state(track: Track, stage: ProjectStage, taken: dict[ProjectStage, date]) -> str:
    stands = track.facts.stage
    if stage is stands:
        return "ended" if stage is ProjectStage.TERMINATED else "done" if track.is_over else "now"
    if stage in taken:
        return "done"
    if stage is track.likely:
        return "next"
    return "skipped" if ORDER[stage] < ORDER[stands] else "later"


def needs_told(track: Track, stage: ProjectStage) -> list[dict[str, Any]]:
    """What a step needs, in the reader's language, with whether it is there."""
    return [{"text": told(one.text), "met": one.met} for one in track.needs(stage)]

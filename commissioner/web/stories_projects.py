"""What a project's page is given beside its facts: money, targets, milestones, and what happened over time."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.access import Actor, Permission
from commissioner.domain.applications import may_mend
from commissioner.domain.pages import RecordPage
from commissioner.domain.project_history import Change, Report
from commissioner.domain.project_money import ProjectMoney
from commissioner.domain.project_stages import StageStep
from commissioner.domain.project_story import ProjectStory, project_story
from commissioner.domain.project_track import Track
from commissioner.domain.step_requests import askable, may_ask
from commissioner.domain.target_standing import targets_of
from commissioner.units import fen_to_yuan, today
from commissioner.vocabulary import ProjectStage, Unit, UpdateState
from commissioner.web.filters import number, shown, yuan
from commissioner.web.step_words import needs_told, path_told
from commissioner.web.stories_targets import bars
from commissioner.web.subjects import STORIES

MOST_EVENTS = 12
STATE_TONES = {
    UpdateState.DRAFT: "quiet",
    UpdateState.SUBMITTED: "warn",
    UpdateState.RETURNED: "bad",
    UpdateState.APPROVED: "good",
}
TONES = {ProjectStage.TERMINATED: "bad", ProjectStage.CLOSED: "good", ProjectStage.ACCEPTANCE: "good"}


def register() -> None:
    """Tell the page of every record how a project's is told."""
    STORIES["projects"] = _story


def measured(value: Any, unit: Unit | None) -> str:
    """A number with its unit; nothing is an empty text."""
    if value is None:
        return ""
    return f"{number(value)} {_(unit.label)}" if unit else number(value)


def differences(report: Report) -> list[dict[str, str]]:
    """What an update changed, as pages show it: before and after."""
    return [
        {"label": _(one.label), "before": _value(one, one.before), "after": _value(one, one.after)}
        for one in report.changes
    ]


def _value(one: Change, value: Any) -> str:
    if value is None:
        return ""
    if one.kind == "money":
        return _("%(amount)s 元", amount=number(fen_to_yuan(value)))
    return measured(value, one.unit) if one.kind == "number" else shown(value)


def _story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    story = project_story(reader, page.id)
    money, track = story.money, story.track
    return {
        "told": story,
        "tone": TONES.get(story.history.stage, ""),
        "money": money,
        "money_bar": _money_bar(money),
        "targets": bars(reader, targets_of(reader, page.id)),
        "events": _events(story),
        "way": _way(reader, track),
        "today": today(),
        "most_events": MOST_EVENTS,
    }


def _way(reader: Actor, track: Track) -> dict[str, Any]:
    """Where the project stands, what comes next and what that needs, and what this reader may do about it."""
    following, waiting = track.likely, track.waiting
    wanted = waiting.stage if waiting is not None else following
    askable_now = askable(reader, track)
    return {
        "track": track,
        "path": path_told(track),
        "next": wanted,
        "needs": needs_told(track, wanted) if wanted is not None else [],
        "may_take": reader.can(Permission.KEEP_REGISTRY) and wanted is not None,
        "may_ask": wanted in askable_now,
        "may_ask_end": ProjectStage.TERMINATED in askable_now,
        "may_end": reader.can(Permission.KEEP_REGISTRY) and not track.is_over,
        "may_withdraw": waiting is not None and may_ask(reader),
        "may_mend": may_mend(reader, track),
    }


def _money_bar(money: ProjectMoney) -> dict[str, Any]:
    """Spent beside granted, for the bar under the targets."""
    words = _("%(spent)s / %(granted)s", spent=yuan(money.spent_fen), granted=yuan(money.granted_fen))
    return {"spent": money.spent_fen, "granted": money.granted_fen, "said": words}


def _events(story: ProjectStory) -> list[dict[str, Any]]:
    """Reports and stages, the latest first."""
    events = [
        *(_step(story.track, step) for step in story.track.steps),
        *(_report(one) for one in story.history.reports),
    ]
    # Turned around after sorting, so that of one day, too, the latest comes first.
    return sorted(events, key=lambda event: event["on"])[::-1]


def _step(track: Track, step: StageStep) -> dict[str, Any]:
    decided = _("%(who)s决定", who=step.decided_by) if step.decided_by else ""
    words = [part for part in (step.note, decided, step.decision_number, step.opinion) if part]
    return {
        "on": step.reached_on,
        "title": _(track.label(step.stage)),
        "text": " · ".join(words),
        "href": url_for("project_steps.page", project_id=track.facts.id, stage=step.stage.value),
        "is_stage": True,
    }


def _report(one: Report) -> dict[str, Any]:
    author = one.author_name or _("项目组")
    return {
        "on": one.reported_on,
        "title": _("%(name)s 更新进展", name=author),
        "text": one.progress,
        "href": url_for("subjects.page", name="updates", row_id=one.id),
        "state": None if one.state is UpdateState.APPROVED else one.state,
        "tone": STATE_TONES[one.state],
        "returned_for": one.returned_for,
        "changes": differences(one),
        "overspent_for": one.overspent_for,
        "illustrative": one.illustrative,
    }

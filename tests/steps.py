"""What stories about a project's way need: rules that ask for nothing, files of every kind, a track as it stands."""

from __future__ import annotations

import uuid
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from commissioner.access import Actor
from commissioner.domain.file_store import FileStore
from commissioner.domain.project_documents import add_document
from commissioner.domain.project_steps import StepDraft, take_step
from commissioner.domain.project_track import Track, project_track
from commissioner.domain.step_requests import AskDraft
from commissioner.models import StepRule
from commissioner.units import today
from commissioner.vocabulary import DocumentKind, ProjectStage
from tests.factories import written
from tests.pages import Page
from tests.people import COUNTY, Person

CODE = COUNTY.ljust(12, "0")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def a_rule(stage: ProjectStage, **said: Any) -> int:
    """A rule of the county; one rule of its own, and the shipped ones hold no more."""
    return written(StepRule, region_code=CODE, stage=stage, **said)


def no_rules() -> None:
    """A county that asks for nothing, and lets its commissioners ask for every step."""
    for stage in ProjectStage:
        a_rule(stage, may_ask=True)


def a_step(actor: Actor, project_id: int, stage: ProjectStage, **said: Any) -> StepDraft:
    """A step on the project as it stands, today, with everything that the shipped rules ask for but documents."""
    boring = {"reached_on": today(), "opinion": "同意", "decided_by": "县科技局", "client_id": str(uuid.uuid4())}
    return StepDraft(stage=stage, **{"version": track(actor, project_id).facts.version, **boring, **said})


def a_request(actor: Actor, project_id: int, stage: ProjectStage | None = None, **said: Any) -> AskDraft:
    """A request on the project as it stands."""
    version = track(actor, project_id).facts.version
    return AskDraft(**{"stage": stage, "version": version, "client_id": str(uuid.uuid4()), "words": "请审", **said})


def track(actor: Actor, project_id: int) -> Track:
    """The way of a project as it stands now."""
    from commissioner.models import db

    db.session.rollback()
    return project_track(actor, project_id)


def go(actor: Actor, project_id: int, *stages: ProjectStage, **said: Any) -> None:
    """Take one step after another."""
    for stage in stages:
        take_step(actor, project_id, a_step(actor, project_id, stage, **said))


def a_store(folder: Path) -> FileStore:
    """A folder for documents."""
    return FileStore(folder=folder / "documents")


def a_document(actor: Actor, project_id: int, stage: ProjectStage, kind: DocumentKind, folder: Path) -> int:
    """A document of a step."""
    name = f"{kind.label}.pdf"
    receipt = add_document(actor, project_id, stage, kind, name, PDF + kind.value.encode() + PDF, a_store(folder))
    return receipt.document_id


def office(main_part: str = "word/document.xml", **more: bytes) -> bytes:
    """A Word or Excel file, as far as anybody looks."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main_part, "<x/>")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def upload(person: Person, url: str, *files: tuple[str, bytes], kind: str = "other", status: int = 303) -> Page:
    """Send files with the form of a step's page."""
    token = person.get("/password").field("csrf_token")
    data = {"csrf_token": token, "kind": kind, "files": [(BytesIO(data), name) for name, data in files]}
    answer = person._answer("POST", f"{url}/documents", status, data=data, content_type="multipart/form-data")
    answer.response.request.environ["wsgi.input"].close()
    return answer

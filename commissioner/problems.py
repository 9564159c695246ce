"""Everything that can go wrong, by name, with its HTTP answer: raised low, answered once in ``web/errors.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commissioner.vocabulary import N_


class Problem(Exception):
    """A refusal in words: ``message`` is a catalogue id, ``values`` fill it, ``http_status`` is its answer."""

    http_status = 400
    message = N_("这件事没有办成。")

    def __init__(self, message: str | None = None, **values: Any) -> None:
        self.message = message or type(self).message
        self.values = values
        super().__init__(self.message % values if values else self.message)


class NotFound(Problem):
    """It is not there, or not for this actor: the two are told apart to nobody."""

    http_status = 404
    message = N_("没有找到您要的内容。它可能已被删除，或不在您的范围内。")


class SignInNeeded(Problem):
    """Nobody is signed in, or the session has run out."""

    http_status = 401
    message = N_("请先登录。")


class Invalid(Problem):
    """A draft breaks a rule: ``fields`` maps a field's name to its message (a catalogue id or a Problem)."""

    http_status = 422
    message = N_("请检查标出的内容。")

    def __init__(self, fields: Mapping[str, str | Problem] | None = None, message: str | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class NeedsConfirmation(Problem):
    """Allowed, but unusual: the person must say yes to ``warnings`` (field name → message) first."""

    http_status = 422
    message = N_("请确认下面的提醒。")

    def __init__(self, warnings: Mapping[str, Problem]) -> None:
        super().__init__()
        self.warnings = dict(warnings)


class Conflict(Problem):
    """Somebody else has changed it meanwhile: ``theirs`` and ``ours`` are lists of (label, value)."""

    http_status = 409
    message = N_("别人刚刚修改过这条记录。请对照后再保存。")

    def __init__(self, theirs: Any = None, ours: Any = None, current_version: int | None = None) -> None:
        super().__init__()
        self.theirs = theirs
        self.ours = ours
        self.current_version = current_version


class PlanChanged(Problem):
    """What was shown before the yes is not what would be written now: nothing was."""

    http_status = 409
    message = N_("刚才看过以后又有变动，没有保存。请再看一遍。")


class AlreadyDone(Problem):
    """The same form was sent before: ``subject_id`` is what it made then."""

    http_status = 303

    def __init__(self, subject_id: int | None) -> None:
        super().__init__()
        self.subject_id = subject_id


class Taken(Problem):
    """A unique key is taken already."""

    http_status = 422
    message = N_("已经有同样的记录，没有重复保存。")


class Settled(Problem):
    """What is asked for has been decided another way meanwhile: nothing was written."""

    http_status = 409
    message = N_("这次对接已经有了结果，您的答复没有保存。")


class PeriodClosed(Problem):
    """What is to be changed lies in a closed reporting period: it stands as it is until the period is opened again."""

    http_status = 409
    message = N_("%(day)s 在“%(name)s”里，这个时段已经关闭，没有改动。确要改动，请县科技局先重新打开。")


class InUse(Problem):
    """It cannot be removed because other records point to it."""

    http_status = 409
    message = N_("还有其他记录在用它，不能删除。")


class NotAPhoto(Problem):
    """The bytes are no picture of a kind that is taken, or one that cannot be read to its end."""

    http_status = 422
    message = N_("这不是能用的照片。请用 JPEG、PNG 或 WebP 格式，再传一次。")


class NotADocument(Problem):
    """The bytes are no document of a kind that is taken."""

    http_status = 422
    message = N_("这不是能用的文件。请用 PDF、Word（docx）、Excel（xlsx）、JPEG 或 PNG。")


class TooLarge(Problem):
    """More bytes or pixels than are taken."""

    http_status = 413
    message = N_("内容太大了，没有保存。")


class TooManyPhotos(Problem):
    """A record has as many photos as it may."""

    http_status = 409
    message = N_("最多 %(most)s 张照片。")


class TooManyDocuments(Problem):
    """The step has as many documents as it may."""

    http_status = 409
    message = N_("一步最多 %(most)s 份材料。")


class TooManyTries(Problem):
    """Sign-in is throttled or locked for a while."""

    http_status = 429
    message = N_("尝试次数太多，请 %(minutes)s 分钟后再试。")


class Busy(Problem):
    """The database could not take the write now; nothing was written."""

    http_status = 503
    message = N_("系统正忙，您的内容没有保存。请稍后再试一次。")


class Misconfigured(Problem):
    """The installation must not serve as it is; the message says what to do."""

    http_status = 500
    message = N_("系统设置不完整。")


def message_of(text: str) -> Problem:
    """A bare problem carrying ``text``, for one field of ``Invalid``."""
    return Problem(text)

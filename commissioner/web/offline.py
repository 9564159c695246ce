"""What works without a network: the worker that keeps pages on the phone, the page of unsent visits, and what to say instead."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.accounts import SignedIn
from commissioner.shipped import shipped
from commissioner.vocabulary import N_
from commissioner.web.language import language
from commissioner.web.preferences import wants_large_type
from commissioner.web.releases import release
from commissioner.web.session import maybe_signed_in, requires

bp = Blueprint("offline", __name__)

WORKER = "js/offline/worker.js"
# Nobody reads these without a network: a screen on a wall, the leader's map (but its ground and what that asks for, which
# the small map of a visit stands on), the licences, the report's font, and the worker itself.
LEADERS_MAP = (
    "alone",
    "alone-map",
    "crowd",
    "frame",
    "hover",
    "margin",
    "marks",
    "page",
    "picture",
    "snapshot",
    "story",
    "story-figures",
    "talk",
    "tiles",
    "time",
)
NOT_KEPT = (
    *(f"js/map/{name}.js" for name in LEADERS_MAP),
    *(
        "js/modules/leader-map.js",
        "js/modules/map-picture.js",
        "js/modules/map-take.js",
        "css/map.css",
        "js/modules/wall.js",
        "css/wall.css",
        "vendor/fonts/",
        WORKER,
    ),
)
KEPT_KINDS = {".css", ".js", ".svg", ".png"}


@bp.get("/sw.js")
@requires(None)
def worker() -> Response:
    """The service worker, with the release it belongs to and the files of that release before it."""
    files = [url_for("static", filename=name) for name in kept_files()]
    head = f"const RELEASE = {json.dumps(release())};\nconst FILES = {json.dumps([*files, url_for('offline.page')])};\n"
    text = (Path(current_app.static_folder or "") / WORKER).read_text(encoding="utf-8")
    answer = Response(head + text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@bp.get("/offline")
@requires(None)
def page() -> str:
    """What is shown where a page cannot be fetched; it is kept on the phone, so it names nobody."""
    nobody: dict[str, Any] = {"me": None, "nav": [], "quick_log_url": None, "feedback_url": None, "phone": None}
    return render_template("offline/page.html", **nobody)


@bp.get("/visits/waiting")
@requires(Permission.LOG_VISIT)
def waiting() -> str:
    """Visits that this device has not sent yet; the device itself fills the page in."""
    return render_template("offline/waiting.html", words=waiting_words())


def kept_files() -> list[str]:
    """The static files that a phone keeps, as names below static/."""
    static = shipped("static")
    names = (path.relative_to(static).as_posix() for path in sorted(static.rglob("*.*")) if path.suffix in KEPT_KINDS)
    return [name for name in names if not name.startswith(NOT_KEPT) and not name.startswith("vendor-")]


@bp.app_context_processor
def _phone() -> dict[str, Any]:
    """For the frame of every page: whose phone this is, if that person logs visits."""
    person = maybe_signed_in()
    works = person is not None and person.actor.can(Permission.LOG_VISIT) and not person.must_change_password
    return {
        "phone": _phone_of(person) if person is not None and works else None,
        "waiting_url": url_for("offline.waiting"),
    }


def _phone_of(person: SignedIn) -> dict[str, str]:
    return {
        "account": str(person.actor.account_id),
        "name": person.display_name,
        "release": release(),
        "shell": _shell_of(person),
    }


def _shell_of(person: SignedIn) -> str:
    """What a kept page depends on: when this changes, the phone fetches its pages anew."""
    actor = person.actor
    facts = [
        release(),
        language(),
        str(wants_large_type()),
        str(actor.account_id),
        person.display_name,
        actor.scope_key,
    ]
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]


@bp.after_app_request
def _name_release(answer: Response) -> Response:
    """A worker of another release must not mix its files with this page's."""
    if answer.mimetype == "text/html":
        answer.headers["X-Release"] = release()
    return answer


WORDS = {
    "waiting": N_("等待发送"),
    "sending": N_("正在发送"),
    "refused": N_("被退回"),
    "ask": N_("要您说一句"),
    "conflict": N_("和已有的不一样"),
    "again_at": N_("服务器没有收下，{time} 再自动试一次。"),
    "photos": N_("{n} 张照片"),
    "no_people": N_("没有写谁来了"),
    "newer": N_("这条是用更新的页面写的，请联网打开一次网站再发。"),
    "nothing_typed": N_("（还没写事由）"),
    "summary": N_("{n} 条走访在这台设备上等待发送。"),
    "summary_refused": N_("其中 {n} 条被退回，请看一下。"),
    "all_sent": N_("都发送了，这台设备上没有等待的走访。"),
    "done": N_("刚刚发送过。"),
    "offline": N_("现在连不上服务器。有网络时会自动发送，不用守着。"),
    "signed-out": N_("登录已过期。这些走访都还在，重新登录后会接着发送。"),
    "not-allowed": N_("这个账号现在不能登记走访，请联系县科技局。这些走访都还在，可以先导出。"),
    "other-account": N_("这台设备上现在登录的是另一个账号，请刷新页面。"),
    "busy": N_("服务器正忙，过一会儿会自动再试。"),
    "others": N_("这台设备上还有别的账号（{names}）的 {n} 条走访没有发出。用那个账号登录后会接着发送。"),
    "exported": N_("已导出 {n} 条。文件里有走访内容和照片，请妥善保管。"),
    "nothing_to_export": N_("没有可以导出的走访。"),
    "imported": N_("导入了 {added} 条，{already} 条本来就在这里。"),
    "import_fault": N_("第 {entry} 条没有导入：{why}"),
    "import_file_fault": N_("这个文件没有导入：{why}"),
    "too_large": N_("文件太大了。"),
    "too_many": N_("里面的走访太多，请分几个文件。"),
    "not_ours": N_("不是从“待同步”导出的文件。"),
    "fault_newer": N_("它是更新的版本写的，请先联网刷新网站。"),
    "not_a_visit": N_("内容不完整，不是一条走访。"),
    "photo": N_("照片读不出来，或者超过 4 张。"),
    "full": N_("这台设备没有空间了，没有保存。请先删掉一些照片或文件，再试一次。"),
    "empty_value": N_("空"),
    "photo_left": N_("{place} {date} 的一张照片"),
    "photo_waiting": N_("走访已登记，照片等待发送。"),
    "photo_refused": N_("走访已登记，照片没有收下：{why}"),
    "broken": N_("这台设备上的存储打不开，看不到等待的走访。请刷新，或换一个浏览器窗口（不要用无痕模式）。"),
}


def waiting_words() -> dict[str, str]:
    """What the page of unsent visits says, in the reader's language."""
    return {key: _(word) for key, word in WORDS.items()}

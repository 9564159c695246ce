"""The service entrance: set up, serve, look after and report on an installation from the terminal."""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, url_for

from commissioner import create_app
from commissioner.access import Actor
from commissioner.config import SECRET_FILE, Settings, read_settings
from commissioner.domain import installation
from commissioner.domain.accounts import NewAccount, open_account, reset_password
from commissioner.domain.digest_sending import Addresses, send_digests
from commissioner.domain.file_store import FileStore
from commissioner.domain.photo_store import PhotoStore
from commissioner.domain.programme import keep_settings, setting
from commissioner.domain.project_documents import missing_documents
from commissioner.domain.seeds import load_dataset
from commissioner.domain.step_rules import keep_shipped_rules
from commissioner.domain.visit_photos import missing_files
from commissioner.mail import post_office
from commissioner.models import db, schema
from commissioner.problems import Misconfigured, Problem
from commissioner.shipped import shipped
from commissioner.vocabulary import N_, Role, SettingKey

DEMO_DATASET = "pingyang-2022"
DEFAULT_PORT = 8000


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """Tell a problem as one line on the terminal, not as a traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Problem as problem:
            details = "; ".join(f"{key}: {fault}" for key, fault in getattr(problem, "fields", {}).items())
            raise click.ClickException(f"{problem}{' ' + details if details else ''}") from problem

    return told


@click.group()
@click.version_option(package_name="science-commissioner")
def main() -> None:
    """The science & technology commissioner programme of a county (科技特派员工作台)."""


def _settings(folder: Path | None = None) -> Settings:
    return read_settings(dir=folder) if folder else read_settings()


def _ready(settings: Settings) -> Flask:
    """The application over a migrated database."""
    app = create_app(settings)
    with app.app_context():
        if not schema.is_current(db.engine):
            raise Misconfigured("数据库还没有更新到这个版本：请先运行 commissioner upgrade。")
    return app


def _set_up(settings: Settings) -> Flask:
    """Make the folder, the secret key and the tables, whatever of them is missing."""
    settings.dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.dir / SECRET_FILE
    if not settings.secret:
        # Created unreadable for others from the first moment, never written and then narrowed.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
    return app


def _system() -> Actor:
    return Actor(role=Role.ADMINISTRATOR, region_code=setting(SettingKey.REGION_CODE), name=N_("命令行"))


@main.command()
@click.option("--region", default="", help="Division-code prefix of the owner, e.g. 330326 for a county.")
@click.option("--owner", default="", help="Name of the owner, e.g. 平阳县科学技术局.")
@in_words
def init(region: str, owner: str) -> None:
    """Create the data folder, the secret key and the tables."""
    app = _set_up(_settings())
    with app.app_context():
        given = {SettingKey.REGION_CODE: region, SettingKey.OWNER_NAME: owner}
        keep_settings(_system(), {key: value for key, value in given.items() if value})
        _keep_rules()
    click.echo("已就绪。下一步：commissioner user add，然后 commissioner serve。")


def _keep_rules() -> None:
    """What each step of a project needs is the owner's own to change, as soon as it is known who that is."""
    region = setting(SettingKey.REGION_CODE)
    if region:
        keep_shipped_rules(_system(), region)


@main.command()
@in_words
def upgrade() -> None:
    """Bring the tables to this release."""
    app = create_app(_settings())
    with app.app_context():
        schema.upgrade(db.engine)
        _keep_rules()
        click.echo(f"数据库版本：{schema.revision_of(db.engine)}")


@main.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@in_words
def seed(dataset: Path) -> None:
    """Load a data set: a folder, or the name of one that is shipped. Loading twice changes nothing."""
    app = _ready(_settings())
    with app.app_context():
        click.echo(_load(dataset))


def _load(dataset: Path) -> str:
    folder = dataset if dataset.is_dir() else shipped("seeds") / dataset.name
    if not folder.is_dir():
        raise Misconfigured("没有这个数据集：%(name)s", name=str(dataset))
    report = load_dataset(_system(), folder)
    return f"数据集 {folder.name}：新增 {report.created}，更新 {report.updated}，不变 {report.unchanged}，保留人工修改 {report.kept}。"


@main.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("commissioner-demo"))
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@in_words
def demo(folder: Path, port: int) -> None:
    """Try it: a database with "Pingyang 2022", one account per role, and the server on 127.0.0.1."""
    settings = _settings(folder)
    app = _set_up(settings)
    with app.app_context():
        click.echo(_load(Path(DEMO_DATASET)))
        accounts = installation.demonstration_accounts()
    click.echo(f"\n  地址 http://127.0.0.1:{port}\n")
    for one in accounts:
        click.echo(f"  {one.username:<14}{one.password:<24}{one.role.label}（{one.display_name}）")
    click.echo(
        "\n  初始密码只显示这一次，首次登录时要改。"
        if accounts
        else "  账号和已录入的内容都还在。忘记密码：commissioner user reset 用户名"
    )
    _serve(settings, "127.0.0.1", port)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@in_words
def serve(host: str, port: int) -> None:
    """Serve an installation that init and upgrade made ready."""
    settings = _settings()
    settings.refuse_if_unsafe()
    _ready(settings)
    _serve(settings, host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with create_app(settings).app_context():
        db.engine.dispose()
    # The workers read their settings from the environment, as every installation does.
    os.environ["COMMISSIONER_DIR"] = str(settings.dir.resolve())
    sys.stdout.flush()
    logging.getLogger("granian").setLevel(settings.log_level)
    Granian(
        "commissioner.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        log_level=LogLevels(settings.log_level.lower()),
        log_access=False,
    ).serve()


@main.group()
def user() -> None:
    """Accounts: add one, or give somebody a new first password."""


@user.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="The name shown on pages.")
@click.option("--region", default=None, help="Division-code prefix; the installation's own if left out.")
@click.option("--commissioner-id", type=int, default=None)
@click.option("--organisation-id", type=int, default=None)
@in_words
def add_user(
    username: str, role: str, name: str, region: str | None, commissioner_id: int | None, organisation_id: int | None
) -> None:
    """Open an account and print its first password, once."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{2,60}", username):
        raise click.ClickException("用户名用 2 到 60 个字母、数字、点、横线或下划线。")
    with _ready(_settings()).app_context():
        draft = NewAccount(
            username=username,
            display_name=name,
            role=Role(role),
            region_code=setting(SettingKey.REGION_CODE) if region is None else region,
            commissioner_id=commissioner_id,
            organisation_id=organisation_id,
        )
        _account_id, password = open_account(_system(), draft)
    click.echo(f"{username}  {password}")


@user.command("reset")
@click.argument("username")
@in_words
def reset_user(username: str) -> None:
    """Give an account a new first password, end its sessions and lift its lock."""
    with _ready(_settings()).app_context():
        account_id = installation.account_called(username)
        click.echo(f"{username}  {reset_password(_system(), account_id)}")


@main.command()
@click.argument("year", type=click.IntRange(1999, 2100))
@click.option("--full", is_flag=True, help="Every paragraph that the records give, not only the first sentence.")
@in_words
def report(year: int, full: bool) -> None:
    """Print the sentence of the annual summary, each figure from the query that the pages show."""
    from commissioner.domain.annual import annual_outline, summary_sentence

    with _ready(_settings()).app_context():
        click.echo(summary_sentence(_system(), year))
        if full:
            for paragraph in annual_outline(_system(), year):
                click.echo(paragraph.text)


def _addresses() -> Addresses:
    return Addresses(
        record=lambda subject, row_id: url_for("subjects.page", name=subject, row_id=row_id, _external=True),
        todo=url_for("todo.index", _external=True),
        unsubscribe=lambda token: url_for("todo.unsubscribe", token=token, _external=True),
    )


@main.command()
@in_words
def digest() -> None:
    """Send the weekly mail to those who asked for it and had none for a week; what fails is tried again next time."""
    settings = _settings()
    office = post_office(settings.smtp_url, settings.mail_from)
    if office is None or not settings.public_url:
        raise Misconfigured(
            "没有设置发邮件：请设置 COMMISSIONER_SMTP_URL、COMMISSIONER_MAIL_FROM 和 COMMISSIONER_PUBLIC_URL。"
        )
    app = _ready(settings)
    with app.test_request_context(base_url=settings.public_url):
        tally = send_digests(office, settings.secret, _addresses())
    click.echo(f"发出 {tally.sent}，没有事情不用发 {tally.empty}，没发出去 {tally.failed}。")
    if tally.failed:
        raise click.ClickException(f"邮件服务器没有接受：{tally.fault}。下次运行时再发。")


def _mail_finding(settings: Settings) -> tuple[str, bool, str]:
    try:
        office = post_office(settings.smtp_url, settings.mail_from)
    except Problem as problem:
        return "mail", False, str(problem)
    if office is None:
        return "mail", True, "没有设置，不发邮件"
    return "mail", bool(settings.public_url), "ok" if settings.public_url else "请设置 COMMISSIONER_PUBLIC_URL"


@main.command()
@in_words
def doctor() -> None:
    """Look the installation over; exit status 1 when something needs care."""
    settings = _settings()
    findings: list[tuple[str, bool, str]] = []
    try:
        settings.refuse_if_unsafe()
        findings.append(("secret", True, "ok"))
    except Problem as problem:
        findings.append(("secret", False, str(problem)))
    with create_app(settings).app_context():
        current = schema.is_current(db.engine)
        findings.append(("tables", current, schema.revision_of(db.engine) or "commissioner init"))
        if current:
            findings += [(one.subject, one.good, one.said) for one in installation.health()]
            lost = missing_files(PhotoStore(folder=settings.photo_folder))
            findings.append(("photos", not lost, f"缺 {lost} 个文件：{settings.photo_folder}" if lost else "ok"))
            gone = missing_documents(FileStore(folder=settings.document_folder))
            findings.append(("documents", not gone, f"缺 {gone} 个文件：{settings.document_folder}" if gone else "ok"))
    findings.append(_mail_finding(settings))
    for subject, good, said in findings:
        click.echo(f"{'好' if good else '请处理':<4}{subject:<14}{said}")
    if not all(good for _subject, good, _said in findings):
        raise SystemExit(1)

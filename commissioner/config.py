"""``Settings``: frozen, typed, read once from ``COMMISSIONER_*``; says aloud what is unsafe and refuses to serve with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from commissioner.problems import Misconfigured
from commissioner.vocabulary import N_

SHORTEST_SECRET = 32
SECRET_FILE = "secret.key"  # noqa: S105 - a file's name
DATABASE_FILE = "commissioner.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an installation decides outside its database; each field is the variable ``COMMISSIONER_<NAME>``."""

    dir: Path = field(
        default=Path("commissioner-data"),
        metadata={"description": N_("数据目录：内置数据库、密钥、照片和材料都在这里")},
    )
    database_url: str = field(default="", metadata={"description": N_("数据库地址；空着就用数据目录里的 SQLite")})
    secret_key: str = field(
        default="", repr=False, metadata={"description": N_("会话密钥；空着就读数据目录里的 secret.key")}
    )
    https: bool = field(default=False, metadata={"description": N_("前面有 HTTPS 时设为 1:Cookie 只走加密连接")})
    behind_proxy: bool = field(
        default=False, metadata={"description": N_("前面有一层反向代理时设为 1：采信它转来的来访地址")}
    )
    idle_minutes: int = field(default=120, metadata={"description": N_("多少分钟不用就自动退出")})
    # Processes rather than threads: a thread that holds the write lock would wait for the others' turn to compute.
    workers: int = field(default=4, metadata={"description": N_("服务进程数；PostgreSQL 可设为处理器核数")})
    threads: int = field(default=1, metadata={"description": N_("每个进程同时处理的请求数")})
    smtp_url: str = field(
        default="",
        repr=False,
        metadata={"description": N_("邮件服务器：smtp://user:password@host:port；空着就不发邮件")},
    )
    mail_from: str = field(default="", metadata={"description": N_("邮件的发件人")})
    public_url: str = field(default="", metadata={"description": N_("从外面打开工作台的网址，写进邮件和日历")})
    log_level: str = field(default="INFO", metadata={"description": N_("日志级别")})

    @property
    def sqlalchemy_url(self) -> str:
        """The database address as SQLAlchemy reads it: psycopg 3 for PostgreSQL, a file under ``dir`` otherwise."""
        if not self.database_url:
            return f"sqlite:///{(self.dir / DATABASE_FILE).resolve()}"
        for short in ("postgres://", "postgresql://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def photo_folder(self) -> Path:
        """Where photos lie, whichever database is used: a backup needs this folder too."""
        return self.dir / "photos"

    @property
    def document_folder(self) -> Path:
        """Where documents of projects lie: a backup needs this folder too."""
        return self.dir / "documents"

    @property
    def secret(self) -> str:
        """The secret key from the environment or the file; an empty text if there is none."""
        if self.secret_key:
            return self.secret_key
        path = self.dir / SECRET_FILE
        return path.read_text(encoding="ascii").strip() if path.is_file() else ""

    def refuse_if_unsafe(self) -> None:
        """Raise ``Misconfigured``, in words, where serving would be unsafe."""
        secret = self.secret
        if not secret:
            raise Misconfigured(
                N_("没有会话密钥：请先运行 commissioner init，或设置 COMMISSIONER_SECRET_KEY（至少 32 个字符）。")
            )
        if len(secret) < SHORTEST_SECRET or len(set(secret)) < SHORTEST_SECRET // 4:
            raise Misconfigured(N_("会话密钥太弱：请换成至少 32 个随机字符。"))
        path = self.dir / SECRET_FILE
        if not self.secret_key and os.name == "posix" and path.stat().st_mode & 0o077:
            raise Misconfigured(N_("密钥文件 %(path)s 别人也能读：请运行 chmod 600。"), path=str(path))


def read_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from ``COMMISSIONER_*``; a value that cannot be read raises ``Misconfigured``."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for spec in fields(Settings):
        raw = environ.get(f"COMMISSIONER_{spec.name.upper()}")
        if raw is not None:
            values[spec.name] = _read(spec.name, raw, spec.default)
    return Settings(**{**values, **overrides})  # type: ignore[arg-type]


def _read(name: str, raw: str, default: object) -> object:
    if isinstance(default, bool):
        return raw.strip().lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise Misconfigured(N_("设置 %(name)s 应当是整数。"), name=f"COMMISSIONER_{name.upper()}") from None
    return Path(raw) if isinstance(default, Path) else raw

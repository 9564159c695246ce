"""Mail by SMTP: plain text, from the installation's own sender, to one person at a time."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from commissioner.problems import Misconfigured
from commissioner.vocabulary import N_

PATIENCE_S = 20
PORTS = {"smtp": 25, "smtps": 465}
MailFault = (smtplib.SMTPException, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in plain text; ``unsubscribe_url`` stands in its header too, where mail programs look for it."""

    to: str
    subject: str
    text: str
    unsubscribe_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """The mail server and the sender."""

    host: str
    port: int
    secure: bool
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)

    @contextmanager
    def opened(self) -> Iterator[Callable[[Letter], None]]:
        """A connection over which letters go; one of ``MailFault`` says that it fails."""
        context = ssl.create_default_context()
        if self.secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_S)
        with server:
            server.ehlo()
            if not self.secure and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif not self.secure and self.username:
                raise smtplib.SMTPNotSupportedError("no encryption: the password is not sent")
            if self.username:
                server.login(self.username, self.password)
            yield lambda letter: self._send(server, letter)

    def _send(self, server: smtplib.SMTP, letter: Letter) -> None:
        server.send_message(message_of(letter, self.sender))


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it travels. No text of a record can begin a header of its own: line ends in headers are taken out."""
    message = EmailMessage()
    message["From"] = _one_line(sender)
    message["To"] = _one_line(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["List-Unsubscribe"] = f"<{_one_line(letter.unsubscribe_url)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def post_office(smtp_url: str, sender: str) -> PostOffice | None:
    """The post office of the settings; none if no server is named. Raises ``Misconfigured`` for half an address."""
    if not smtp_url:
        return None
    try:
        parts = urlsplit(smtp_url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    # The address may hold a password: what is wrong with it is told without it.
    if parts.scheme not in PORTS or not parts.hostname:
        raise Misconfigured(N_("COMMISSIONER_SMTP_URL 应写成 smtp://user:password@host:port 或 smtps://…。"))
    if "@" not in sender:
        raise Misconfigured(N_("请设置 COMMISSIONER_MAIL_FROM：发件人的邮箱。"))
    return PostOffice(
        host=parts.hostname,
        port=port,
        secure=parts.scheme == "smtps",
        sender=sender,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )

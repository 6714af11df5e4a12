"""A real SMTP server in this process (aiosmtpd) whose answers a test can choose."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.config import Smtp, SmtpSecurity

OK = "250 OK"
USER, PASSWORD = "thuisroute", "geheim"
TLS = Path(__file__).parent / "tls"
CERTIFICATE = TLS / "certificate.pem"


@dataclass
class Postman:
    """Answers as told, and keeps what was accepted."""

    answer: str = OK
    refused: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay_seconds)
        if self.answer == OK:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))
        return self.answer

    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]


@contextmanager
def mail_server(postman: Postman, port: int | None = None) -> Iterator[Smtp]:
    """Runs until the block ends; gives the settings with which to reach it."""
    with _serving(Controller(postman, hostname="127.0.0.1", port=port or free_port())) as port:
        yield settings_for(port)


@contextmanager
def protected_mail_server(postman: Postman, security: SmtpSecurity) -> Iterator[Smtp]:
    """The same over TLS, with the certificate beside the tests, for user ``thuisroute`` only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    options: dict[str, Any] = {
        "hostname": "127.0.0.1",
        "port": free_port(),
        "authenticator": _authenticate,
        "auth_required": True,
    }
    if security is SmtpSecurity.TLS:
        # The connection is protected already, which this server cannot see.
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    with _serving(Controller(postman, **options)) as port:
        yield replace(settings_for(port, security), user=USER, password=PASSWORD)


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right)


@contextmanager
def _serving(controller: Controller) -> Iterator[int]:
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def settings_for(port: int, security: SmtpSecurity = SmtpSecurity.NONE) -> Smtp:
    return Smtp(host="127.0.0.1", port=port, user="", password="", security=security)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""How a mail message leaves: into a folder (the default), or to a mail server.

A transport answers with silence (it has left) or with one of three exceptions, which say whether
trying again makes sense. Their Dutch texts go into the database and hold no address: what a mail
server answers often repeats one.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from engine.config import Settings, Smtp, SmtpSecurity
from scheduler.message import Mail

# Per network operation. A letter needs some eight of them, far within the lease of its claim.
SMTP_TIMEOUT_SECONDS = 10.0
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


class MailProblem(Exception):
    """The message has not left (or not surely); ``text`` says why in Dutch, without addresses."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class MailUnavailable(MailProblem):
    """No message can leave now: no connection, no sign-in, no room. Try all again later."""


class MailDeferred(MailProblem):
    """This message cannot leave now (the server said "later"). Others may."""


class MailRejected(MailProblem):
    """The mail server refuses this message for good. Trying again is useless."""


class Transport(Protocol):
    """Something that takes messages."""

    def send(self, mail: Mail) -> None:
        """Return when the message has been taken; raises a MailProblem when it has not."""


def transport_for(settings: Settings) -> Transport:
    """The mail server of the settings, or the folder ``mail`` in the var directory."""
    if settings.smtp is None:
        return FolderTransport(settings.var / "mail")
    return SmtpTransport(settings.smtp)


class FolderTransport:
    """Writes each message as ``<message id>.eml``. Nothing leaves the machine.

    The same message twice is one file. A file is there whole or not at all, and only for the
    owner of the process: letters are personal.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(mail.as_bytes())
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self._folder / file_name(mail.message_id))
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise MailUnavailable("De map voor de post kan niet worden beschreven.") from error


def file_name(message_id: str) -> str:
    """The file of a message in the folder: from its Message-ID, never from a name or address."""
    return _UNSAFE.sub("_", message_id.strip("<>")).lstrip(".") + ".eml"


class SmtpTransport:
    """Hands each message to a mail server over a connection of its own (RFC 5321)."""

    def __init__(self, smtp: Smtp, timeout: float = SMTP_TIMEOUT_SECONDS) -> None:
        self._smtp = smtp
        self._timeout = timeout

    def send(self, mail: Mail) -> None:
        try:
            connection = self._connect()
            try:
                self._prepare(connection)
                refused = connection.send_message(
                    mail.content, from_addr=mail.sender, to_addrs=list(mail.recipients)
                )
            finally:
                # The answer to QUIT says nothing about the message, which has been taken or not.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(list(error.recipients.values())) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refusal([(error.smtp_code, b"")]) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRejected("De mailserver kan dit e-mailadres niet verwerken.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable("De mailserver is niet bereikbaar.") from error
        if refused:
            raise _refusal(list(refused.values()))

    def _connect(self) -> smtplib.SMTP:
        host, port = self._smtp.host, self._smtp.port
        if self._smtp.security is SmtpSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=context)
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _prepare(self, connection: smtplib.SMTP) -> None:
        """Protect the connection and sign in. Never falls back to plain text."""
        try:
            if self._smtp.security is SmtpSecurity.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if self._smtp.user:
                connection.login(self._smtp.user, self._smtp.password)
        except (
            smtplib.SMTPNotSupportedError,
            smtplib.SMTPAuthenticationError,
            ssl.SSLError,
        ) as error:
            raise MailUnavailable(
                "De mailserver weigert de verbinding. Controleer de SMTP-instellingen."
            ) from error


def _refusal(answers: list[tuple[int, bytes]]) -> MailProblem:
    """What the codes mean (RFC 5321, 4.2.1): 4xx "later", 5xx "never".

    When one address says "later", the whole message is tried again: a receiver that has it already
    recognises the Message-ID.
    """
    codes = sorted({code for code, _answer in answers})
    later = [code for code in codes if code < 500]
    if later:
        return MailDeferred(f"De mailserver vraagt om later te proberen (code {later[0]}).")
    return MailRejected(f"De mailserver weigert de brief (code {codes[0]}).")

"""Settings of the installation, read once from the environment at the edge."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

DEFAULT_PORT = 8000
DEFAULT_MAX_UPLOAD_MB = 20
MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 32
# What may be given as a file instead: NAME_FILE, as container platforms hand over secrets.
_SECRETS = ("DATABASE_URL", "METRICS_TOKEN", "SECRET_KEY", "SMTP_PASSWORD")
_TRUE = frozenset({"1", "true", "yes", "ja", "on"})
_FALSE = frozenset({"", "0", "false", "no", "nee", "off"})


class SettingInvalid(Exception):
    """An environment variable holds what it cannot hold; ``text`` says so in Dutch."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(name, expected)
        self.name = name
        self.expected = expected

    @property
    def text(self) -> str:
        return f"De instelling {self.name} klopt niet. Verwacht: {self.expected}."


class SmtpSecurity(StrEnum):
    """How the connection with the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class Smtp:
    """The mail server. The password never appears in a representation of these settings."""

    host: str
    port: int
    user: str
    password: str
    security: SmtpSecurity

    def __repr__(self) -> str:
        return f"Smtp(host={self.host!r}, port={self.port}, security={self.security.value!r})"


@dataclass(frozen=True)
class DatabaseOptions:
    """How one process uses PostgreSQL (SQLite has one writer and needs none of this).

    ``pooler``: a pooler in transaction mode (PgBouncer) stands in between. A server session is then
    ours for one transaction only, so nothing is prepared or set beyond it. ``connections`` is the
    most that this process ever opens. Times are in seconds; ``lock_timeout`` lies above the half
    minute after which the server ends a session that sleeps in a transaction, so that who waits for
    a process that stands still is served, and not refused.
    """

    pooler: bool = False
    connections: int = 15
    statement_timeout: int = 60
    lock_timeout: int = 40
    pool_timeout: int = 15


@dataclass(frozen=True)
class Status:
    """Where a process tells how it is: a port of its own, and a token for figures on the web."""

    host: str = "127.0.0.1"
    port: int | None = None
    metrics_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """What differs from one installation to another. ``smtp`` None: nothing is really sent.

    ``trusted_proxy`` is the address of the reverse proxy in front, whose ``X-Forwarded-For`` is
    believed. Without it everybody behind the proxy shares one address, also for the throttle.
    ``secret_key`` signs sessions; None: a file in ``var`` holds it, made at the first start.
    """

    database_url: str
    is_default_database: bool
    host: str
    port: int
    var: Path
    public_url: str
    smtp: Smtp | None
    mail_from: str
    secure_cookies: bool
    trusted_hosts: tuple[str, ...]
    max_upload_bytes: int
    trusted_proxy: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    database: DatabaseOptions = DatabaseOptions()
    status: Status = Status()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; raises SettingInvalid for a value that cannot be used."""
        environ = _with_secrets(environ)
        var = Path(environ.get("THUISROUTE_VAR") or "var")
        host = environ.get("HOST") or "127.0.0.1"
        port = _number(environ, "PORT", DEFAULT_PORT, highest=65535)
        public_url = (environ.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/")
        url = environ.get("DATABASE_URL") or ""
        return cls(
            database_url=url or f"sqlite:///{var / 'thuisroute.db'}",
            is_default_database=not url,
            host=host,
            port=port,
            var=var,
            public_url=public_url,
            smtp=_smtp(environ),
            mail_from=environ.get("MAIL_FROM") or "thuisroute@example.org",
            secure_cookies=_flag(environ, "SECURE_COOKIES", public_url.startswith("https://")),
            trusted_hosts=tuple(
                name.strip()
                for name in (environ.get("TRUSTED_HOSTS") or "").split(",")
                if name.strip()
            ),
            max_upload_bytes=_number(environ, "MAX_UPLOAD_MB", DEFAULT_MAX_UPLOAD_MB) * MEGABYTE,
            trusted_proxy=_address(environ, "TRUSTED_PROXY"),
            secret_key=_secret_key(environ),
            database=_database(environ),
            status=Status(
                host=environ.get("STATUS_HOST") or Status.host,
                port=_number(environ, "STATUS_PORT", 0, highest=65535) or None,
                metrics_token=environ.get("METRICS_TOKEN") or None,
            ),
        )


def _with_secrets(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The settings with ``NAME_FILE`` read: files do not show in a list of processes."""
    found = dict(environ)
    for name in _SECRETS:
        file = environ.get(f"{name}_FILE")
        if not file:
            continue
        if environ.get(name):
            raise SettingInvalid(f"{name}_FILE", f"niet allebei: {name} en {name}_FILE")
        try:
            found[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingInvalid(f"{name}_FILE", "een bestand dat gelezen kan worden") from None
    return found


def _secret_key(environ: Mapping[str, str]) -> str | None:
    key = environ.get("SECRET_KEY") or None
    if key is not None and len(key) < SHORTEST_SECRET:
        raise SettingInvalid(
            "SECRET_KEY", f"ten minste {SHORTEST_SECRET} tekens, door toeval gekozen"
        )
    return key


def _database(environ: Mapping[str, str]) -> DatabaseOptions:
    standard = DatabaseOptions()
    return DatabaseOptions(
        pooler=_flag(environ, "DATABASE_POOLER", standard.pooler),
        connections=_number(environ, "DATABASE_CONNECTIONS", standard.connections, highest=1000),
        statement_timeout=_number(
            environ, "DATABASE_STATEMENT_TIMEOUT", standard.statement_timeout, highest=3600
        ),
        lock_timeout=_number(environ, "DATABASE_LOCK_TIMEOUT", standard.lock_timeout, highest=3600),
    )


def _smtp(environ: Mapping[str, str]) -> Smtp | None:
    host = environ.get("SMTP_HOST")
    if not host:
        return None
    text = environ.get("SMTP_SECURITY") or SmtpSecurity.STARTTLS.value
    try:
        security = SmtpSecurity(text.lower())
    except ValueError:
        raise SettingInvalid("SMTP_SECURITY", "starttls, tls of none") from None
    default = 465 if security is SmtpSecurity.TLS else 587
    return Smtp(
        host=host,
        port=_number(environ, "SMTP_PORT", default, highest=65535),
        user=environ.get("SMTP_USER") or "",
        password=environ.get("SMTP_PASSWORD") or "",
        security=security,
    )


def _number(
    environ: Mapping[str, str], name: str, default: int, *, highest: int = 1_000_000
) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= highest):
        raise SettingInvalid(name, f"een getal van 1 tot en met {highest}")
    return int(text)


def _address(environ: Mapping[str, str], name: str) -> str | None:
    text = environ.get(name)
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        raise SettingInvalid(name, "het IP-adres van de proxy, bijvoorbeeld 127.0.0.1") from None


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name)
    if text is None:
        return default
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise SettingInvalid(name, "ja of nee")

"""What protects every answer: headers, cookies, the secret key, the size of what is sent in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from engine.config import Settings

MAX_FORM_BYTES = 2 * 1024 * 1024
MAX_FORM_PARTS = 3_000
SECRET_BYTES = 32
OK = 200
# Only this view takes files; elsewhere a large request is a mistake or an attack.
_WITH_FILES = {"task.submit"}

_WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# For programs that look again and again, and hold nothing personal.
_CALENDAR = "reminders.feed"

# Measured with the diagram viewer: it needs no exception for styles or scripts.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def protect(app: Flask) -> None:
    """Limit every request, and set the headers of every answer."""

    @app.before_request
    def _limit() -> None:
        if request.endpoint not in _WITH_FILES:
            request.max_content_length = MAX_FORM_BYTES

    @app.after_request
    def _keeping(response: Response) -> Response:
        endpoint = request.endpoint
        if endpoint == _CALENDAR and response.status_code == OK:
            response.headers["Cache-Control"] = "private, max-age=600"
        elif endpoint != "static":
            # Pages hold personal data: no copy stays behind in a browser or on the way.
            response.headers["Cache-Control"] = "no-store"
        return response

    fixed = list(HEADERS.items())
    if app.config["SESSION_COOKIE_SECURE"]:
        fixed.append(("Strict-Transport-Security", "max-age=31536000"))
    app.wsgi_app = _Protected(app.wsgi_app, fixed)  # type: ignore[method-assign]


class _Protected:
    """WSGI: adds the headers that are the same in every answer, whoever made it.

    Here, because one by one in a response they cost more than the view's own answer.
    No view sets any of them.
    """

    def __init__(self, app: _WsgiApp, headers: list[tuple[str, str]]) -> None:
        self._app = app
        self._headers = headers

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: object) -> object:
            return start_response(status, headers + self._headers, *failure)

        return self._app(environ, start)


def trusted_hosts(settings: Settings) -> list[str]:
    """The names by which this site may be called; another `Host` header is refused.

    A made-up host would otherwise end up in the links that we write.
    """
    own = urlsplit(settings.public_url).hostname
    return [*settings.trusted_hosts, *([own] if own else []), "localhost", "127.0.0.1", "[::1]"]


def secret_key(folder: Path) -> str:
    """The key that signs sessions: made once, readable by this user only (mode 0600).

    Two processes that start at once end up with the same key: the file appears whole, by a link.
    """
    path = folder / "secret-key"
    if path.exists():
        return path.read_text().strip()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".secret-key-{secrets.token_hex(8)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()

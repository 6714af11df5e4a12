"""``/healthz``, ``/readyz`` and ``/metrics``: asked by machines, without sign-in or cookie.

They stand in front of the pages (`StatusPages`), so that no session, no form and no look at a
person has part in them; and on a port of their own (`StatusListener`) in every process that is
given one, so that the scheduler can be asked too. On the port of the pages, where the whole world
may come, the figures want a token; the port of their own is for the inner network.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from engine.server.health import Findings, Health
from engine.server.metrics import CONTENT_TYPE, Metrics
from engine.server.runtime import address_refused
from engine.server.services import Service
from engine.server.vitals import PROCESS

PATHS = ("/healthz", "/readyz", "/metrics")
_JSON = "application/json"
_SLOW_CLIENT_SECONDS = 5
_WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    content_type: str
    body: bytes


class StatusDesk:
    """Answers for one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._health = Health(database, PROCESS)
        self._metrics = Metrics(database, clock, self._health)

    def answer(self, path: str) -> Answer:
        """The answer for one of ``PATHS``."""
        if path == "/metrics":
            return Answer(HTTPStatus.OK, CONTENT_TYPE, self._metrics.text())
        return _told(self._health.alive() if path == "/healthz" else self._health.ready())


def _told(findings: Findings) -> Answer:
    status = HTTPStatus.OK if findings.is_good else HTTPStatus.SERVICE_UNAVAILABLE
    told = {"ok": findings.is_good, "parts": dict(findings.parts)}
    return Answer(status, _JSON, json.dumps(told).encode() + b"\n")


class StatusPages:
    """WSGI: answers the paths of the machines, and leaves all else to ``app``."""

    def __init__(self, app: _WsgiApp, desk: StatusDesk, metrics_token: str | None) -> None:
        self._app = app
        self._desk = desk
        self._expected = f"Bearer {metrics_token}".encode() if metrics_token else None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path not in PATHS or not self._may_ask(path, environ):
            # Without the token the figures do not exist: the page says "not found", as any other.
            return self._app(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            answer = Answer(HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", b"")
        else:
            answer = self._desk.answer(path)
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _may_ask(self, path: str, environ: dict[str, Any]) -> bool:
        if path != "/metrics":
            return True
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        return self._expected is not None and hmac.compare_digest(given, self._expected)


class StatusListener:
    """A service: the same answers at an address of their own, figures included."""

    def __init__(self, desk: StatusDesk, host: str, port: int) -> None:
        """Listens at once, so that an address that is taken is known; raises ServiceRefused."""
        try:
            self._server = _Server((host, port), _handler(desk))
        except OSError as error:
            raise address_refused(error, host, port) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="status", daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def with_helpers(
    services: Sequence[Service], settings: Settings, database: Database, clock: Clock
) -> list[Service]:
    """``services`` with what every process has beside them, started before and stopped after.

    The listener of ``STATUS_PORT`` when there is one; on PostgreSQL the watch over connections.
    """
    status, helpers = settings.status, list[Service]()
    if not database.is_sqlite:
        from engine.patience import GRACE, PatienceWatch

        patience = timedelta(seconds=settings.database.statement_timeout) + GRACE
        helpers.append(PatienceWatch(database.engine, patience))
    if status.port is not None:
        desk = StatusDesk(database, clock)
        helpers.append(StatusListener(desk, status.host, status.port))
    return [*helpers, *services]


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _handler(desk: StatusDesk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOW_CLIENT_SECONDS

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path not in PATHS:
                self._send(Answer(HTTPStatus.NOT_FOUND, "text/plain", b""))
                return
            self._send(desk.answer(path))

        def do_HEAD(self) -> None:
            self.do_GET()

        def _send(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_args: object) -> None:
            """Nothing: this is asked every few seconds."""

    return Handler

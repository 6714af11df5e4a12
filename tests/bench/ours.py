"""An installation with the routes of the bench and one person, and what is measured on it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from flask import Flask
from sqlalchemy import event, select

from engine.actors import Actor
from engine.clock import SystemClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.definitions import deploy, latest, latest_all, load
from engine.edge import run_step
from engine.migrate import migrate
from engine.models import Case, Person, UserTask, UserTaskStatus
from engine.server.services import setup
from engine.steps import complete_user_task, start_case
from engine.triggers import CompleteTrigger
from tasks import completion
from tasks.access import Viewer, load_viewer
from tasks.completion import Completed
from tasks.submission import Submission
from tests.bench import routes
from webui.app import create_app
from webui.server import make_server

START: Mapping[str, object] = {"clientNaam": "Zoë Bakker", "clientEmail": ""}
ANSWERS: Mapping[str, object] = {
    "opmerking": "Alles is besproken.",
    "datum": date(2026, 5, 18),
    "akkoord": False,
}
TYPED = {"v.opmerking": "Alles is besproken.", "v.datum": "2026-05-18", "_knop": "afronden"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(r"\r\nSet-Cookie: ([^;\r]+)")
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)")
_NOT_STATEMENTS = ("BEGIN", "COMMIT", "ROLLBACK")


class Ours:
    """One database with the routes of the bench; every verb goes as the hands do it."""

    def __init__(self, url: str, *, synced: bool = True) -> None:
        self.database = open_database(url)
        if not synced:
            event.listen(self.database.engine, "connect", _without_sync)
        migrate(self.database)
        now = self.now()
        with self.database.transaction() as session:
            for files in (
                routes.three_tasks(),
                routes.large(),
                routes.looping(),
                routes.with_timer(),
            ):
                deploy(session, files, now, Actor.system())
        with self.database.transaction() as session:
            configs = [load(session, found.id).config for found in latest_all(session)]
            self.demonstration = setup("demonstration")(session, now, configs)
        self.viewers = {key: self._viewer(name) for key, name in routes.USERS.items()}
        self.viewer = self.viewers[routes.THREE]
        (organisation,) = self.viewer.organisations
        self.actor = self.viewer.actor(organisation)

    def close(self) -> None:
        self.database.close()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    def _viewer(self, username: str) -> Viewer:
        with self.database.reading() as session:
            person = session.scalars(select(Person).where(Person.username == username)).one()
            found = load_viewer(session, person.id, person.session_epoch)
        assert found is not None
        return found

    def begin(self, key: str = routes.THREE, at: datetime | None = None) -> int:
        """A new case of that route; gives its id."""
        with self.database.transaction() as session:
            definition = latest(session, key)
            return start_case(session, definition, START, self.actor, at or self.now()).case.id

    def waiting(self, case_id: int) -> int:
        """The open user task of a case."""
        with self.database.reading() as session:
            return session.scalars(
                select(UserTask.id).where(
                    UserTask.case_id == case_id, UserTask.status == UserTaskStatus.OPEN
                )
            ).one()

    def number(self, case_id: int) -> str:
        with self.database.reading() as session:
            return session.get_one(Case, case_id).number

    def step(self, task_id: int) -> None:
        """The engine's verb alone, through the edge."""
        run_step(
            self.database,
            lambda session: complete_user_task(session, task_id, ANSWERS, self.actor, self.now()),
            trigger=CompleteTrigger(task_id, ANSWERS, self.actor),
            now=self.now(),
        )

    def submit(self, task_id: int, key: str = routes.THREE) -> None:
        """The service layer: access, form, four eyes, the step, and what comes next."""
        sent = Submission.of([(name, [value]) for name, value in TYPED.items()])
        done = completion.submit(self.database, task_id, sent, self.viewers[key], self.now())
        assert isinstance(done, Completed), done


def each_step(
    ours: Ours, complete: Callable[[int], object], steps: int, key: str = routes.THREE
) -> Callable[[], Callable[[], None]]:
    """The first, second, ... completion of a case, each of a case of its own that stands there."""

    def prepare() -> Callable[[], None]:
        ready = []
        for done in range(steps):
            case_id = ours.begin(key)
            for _ in range(done):
                ours.step(ours.waiting(case_id))
            ready.append(ours.waiting(case_id))

        def work() -> None:
            for task_id in ready:
                complete(task_id)

        return work

    return prepare


class Browser:
    """Somebody signed in, over one connection that stays open, with the site's own CSRF token.

    A plain socket: the bench wants to know what the server costs, and a client that is written in
    Python would add a tenth to it. An answer is read whole, and its status is checked.
    """

    def __init__(self, port: int, username: str, password: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"
        self.cookie = ""
        self.token = ""
        self._find_token("/inloggen")
        self.post("/inloggen", {"gebruiker": username, "wachtwoord": password})
        self._find_token("/account")

    def close(self) -> None:
        self._socket.close()

    def _find_token(self, path: str) -> None:
        found = _TOKEN.search(self.get(path))
        assert found is not None, path
        self.token = found.group(1)

    def get(self, path: str) -> str:
        return self._ask("GET", path, "", 200)

    def post(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form that is right, and so leads on to another page."""
        self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}), 302)

    def press(self, path: str, fields: Mapping[str, str]) -> None:
        """As ``post``, without following: so the message that waits for the next page (it is in
        the cookie) does not pile up as it never does for people."""
        cookie = self.cookie
        self.post(path, fields)
        self.cookie = cookie

    def _ask(self, method: str, path: str, body: str, expected: int) -> str:
        self._socket.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nCookie: {self.cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii")
        )
        head, text = self._answer()
        set_cookie = _COOKIE.search(head)
        if set_cookie is not None:
            self.cookie = set_cookie[1]
        assert head.startswith(f"HTTP/1.1 {expected} "), f"{method} {path}: {head} {text[:2000]}"
        return text

    def _answer(self) -> tuple[str, str]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length is not None, head
        while len(body) < int(length[1]):
            body += self._more()
        return head.decode("latin-1"), body.decode()

    def _more(self) -> bytes:
        received = self._socket.recv(65_536)
        assert received, "the server ended the connection"
        return received


class Desk:
    """The person of a browser, who asks the application itself: a whole request, from its bytes to
    those of the answer, without a socket and a hand-over to other threads and back."""

    def __init__(self, app: Flask, browser: Browser) -> None:
        self._app = app
        self._browser = browser

    def press(self, path: str, fields: Mapping[str, str]) -> None:
        """As ``Browser.press``."""
        body = urlencode({"csrf_token": self._browser.token, **fields}).encode()
        request: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self._browser.cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        setup_testing_defaults(request)
        heads: list[object] = []
        answer = self._app(request, lambda *head: heads.append(head[0]))
        text = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        assert heads == ["302 FOUND"], f"{path}: {heads} {text[:2000]!r}"


@contextmanager
def browsing(ours: Ours, folder: Path, key: str = routes.THREE) -> Iterator[tuple[Browser, Desk]]:
    """The web application on ``ours``, and that route's person in it: behind its real server, and
    without."""
    settings = Settings.from_environment({"THUISROUTE_VAR": str(folder)})
    app = create_app(settings, ours.database, SystemClock())
    server = make_server(app, "127.0.0.1", 0)
    server.start()
    browser = Browser(server.port, routes.USERS[key], ours.demonstration.password)
    try:
        yield browser, Desk(app, browser)
    finally:
        browser.close()
        server.stop()


class Counts:
    """Statements and commits on one database since it was made."""

    def __init__(self, database: Database) -> None:
        self.texts: list[str] = []
        self.commits = 0
        event.listen(database.engine, "before_cursor_execute", self._statement)
        event.listen(database.engine, "commit", self._commit)

    def _statement(self, _c: object, _u: object, text: str, *_rest: object) -> None:
        if not text.startswith(_NOT_STATEMENTS):
            self.texts.append(text)

    def _commit(self, _connection: object) -> None:
        self.commits += 1

    def stop(self, database: Database) -> None:
        event.remove(database.engine, "before_cursor_execute", self._statement)
        event.remove(database.engine, "commit", self._commit)


def counting(ours: Ours, work: Callable[[], object]) -> Counts:
    """What ``work`` asks of the database."""
    counts = Counts(ours.database)
    try:
        work()
    finally:
        counts.stop(ours.database)
    return counts


def _without_sync(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

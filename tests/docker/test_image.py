"""What the image holds runs: not as root, on a read-only system, two of each at once."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from engine.db import Database
from tests.docker import image
from tests.house.sources import ROOT
from tests.scheduler.mailserver import free_port
from tests.server.wire import wire_to
from tests.waiting import PATIENCE, SOON

START_SECONDS = 60


@pytest.fixture(scope="module")
def build() -> Iterator[image.Build]:
    made = image.Build(Path(tempfile.mkdtemp(prefix="thuisroute-image-")))
    yield made
    made.close()


@pytest.fixture(scope="module")
def secrets(build: image.Build) -> Path:
    """The secrets, made by the script that an administrator uses."""
    folder = build.folder / "secrets"
    for _twice in range(2):
        subprocess.run([ROOT / "docker" / "make-secrets.sh", folder], check=True)
    return folder


class Room:
    """Processes of the image that share one database."""

    def __init__(self, build: image.Build, url: str, secrets: Path) -> None:
        self._build = build
        self._base = {
            **image.environment(),
            "DATABASE_URL": url,
            "SECRET_KEY_FILE": str(secrets / "secret-key"),
            "METRICS_TOKEN_FILE": str(secrets / "metrics-token"),
            "THUISROUTE_VAR": "/data",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(free_port()),
            "SMTP_SECURITY": "none",
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        number = len(self._running)
        log = self._build.folder / f"{words[0]}-{number}.log"
        command = image.confined(self._build, f"tmp-{number}", "thuisroute", *words)
        process = image.start(command, {**self._base, **settings}, log)
        self._running.append(process)
        return process

    def told(self) -> str:
        return "\n".join(log.read_text() for log in sorted(self._build.folder.glob("*.log")))

    def close(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()


@contextmanager
def room(build: image.Build, database: Database, secrets: Path) -> Iterator[Room]:
    url = database.engine.url.render_as_string(hide_password=False)
    with wire_to(url) as (address, _wire):
        made = Room(build, address, secrets)
        try:
            yield made
        finally:
            made.close()


def ask(
    port: int, path: str, method: str = "GET", body: str = "", **headers: str
) -> tuple[int, str, str]:
    """Status, text, and the cookie that came along."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    found = answer.status, answer.read().decode(), cookie
    connection.close()
    return found


def until(holds: Callable[[], bool], room: Room) -> None:
    end = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < end, room.told()
        time.sleep(0.2)


def test_the_image_holds_the_program_and_nothing_that_installs(build: image.Build) -> None:
    names = {path.name for path in (build.prefix / "bin").iterdir()}
    assert "thuisroute" in names
    assert not any(name.startswith(("pip", "easy_install")) for name in names)
    packages = next(build.prefix.glob("lib/python3*/site-packages"))
    for part in ("webui/static/dist/manifest.json", "webui/templates", "engine/migrations"):
        assert (packages / part).exists(), part
    assert list(packages.glob("processes/*/route.toml")) != []
    assert not (packages / "tests").exists()
    assert not (packages / "pytest").exists()


def test_secrets_are_made_once_and_long(secrets: Path) -> None:
    found = {path.name: path.read_text() for path in secrets.iterdir()}
    assert set(found) == {"database-password", "database-url", "secret-key", "metrics-token"}
    assert all(len(text) >= 64 for text in found.values())
    assert found["database-password"] in found["database-url"]
    assert len({found[name] for name in ("database-password", "secret-key", "metrics-token")}) == 3
    assert secrets.stat().st_mode & 0o077 == 0


def test_two_webs_and_two_schedulers_share_the_work_on_a_read_only_system(
    build: image.Build, postgres: Database, secrets: Path
) -> None:
    webs, statuses = [free_port(), free_port()], [free_port() for _ in range(4)]
    with room(build, postgres, secrets) as inside:
        prepared = inside.start("prepare")
        assert prepared.wait(START_SECONDS) == 0, inside.told()
        assert "De database is klaar." in inside.told()
        processes = [
            inside.start("serve", PORT=str(webs[0]), STATUS_PORT=str(statuses[0])),
            inside.start("serve", PORT=str(webs[1]), STATUS_PORT=str(statuses[1])),
            inside.start("scheduler", STATUS_PORT=str(statuses[2])),
            inside.start("scheduler", STATUS_PORT=str(statuses[3])),
        ]
        for status in statuses:
            until(lambda port=status: _is_well(inside, port), inside)  # type: ignore[misc]
        until(lambda: '"timers": "ok"' in ask(statuses[2], "/readyz")[1], inside)
        for process in processes:
            facts = Path(f"/proc/{process.pid}/status").read_text()
            privileged = not re.search(r"^CapEff:\s+0+$", facts, re.MULTILINE)
            assert not (privileged and image.can_confine()), facts

        _assert_one_session_for_both(*webs)
        assert ask(webs[0], "/metrics")[0] == 404
        token = f"Bearer {(secrets / 'metrics-token').read_text()}"
        figures = [ask(web, "/metrics", Authorization=token)[1] for web in webs]
        # Each counts what it did itself: the form came from the one and went to the other.
        assert [_pages(text) for text in figures] == [{"GET"}, {"POST"}]
        assert all("\nthuisroute_timers_due 0.0\n" in text for text in figures)
        assert "thuisroute_scheduler_pulse_age_seconds{" in ask(statuses[3], "/metrics")[1]

        for process in processes:
            process.terminate()
            assert process.wait(SOON) == 0, inside.told()
        assert "Read-only file system" not in inside.told()
        assert "Traceback" not in inside.told()


def _pages(figures: str) -> set[str]:
    """The methods of the requests for pages of signing in."""
    counted = r'^thuisroute_http_requests_total\{endpoint="session\.[^}]*method="(\w+)"'
    return set(re.findall(counted, figures, re.MULTILINE))


def _is_well(inside: Room, port: int) -> bool:
    """What the container's own health check says."""
    return inside.start("health", STATUS_PORT=str(port)).wait(PATIENCE) == 0


def _assert_one_session_for_both(one: int, other: int) -> None:
    """A form that came from one web can be sent to the other: they share the key."""
    _status, page, cookie = ask(one, "/inloggen")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    body = f"csrf_token={token[1]}&username=niemand&password=fout"
    status, page, _ = ask(other, "/inloggen", "POST", body, **form)
    assert "stond te lang open" not in page
    assert status in (401, 422), page

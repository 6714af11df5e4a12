"""The commands as real processes: start, answer, end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from engine.db import open_database
from engine.models import ProcessDefinition
from tests.scheduler.mailserver import free_port
from tests.scheduler.test_preparing import number
from tests.waiting import SOON

COMMAND = Path(sys.executable).with_name("thuisroute")
START_SECONDS = 60
_SETTINGS = ("DATABASE_URL", "PUBLIC_URL", "THUISROUTE_VAR", "HOST", "SMTP_HOST")


class Running:
    """A command under way; what it prints so far is in ``output``."""

    def __init__(self, folder: Path, arguments: list[str], environment: dict[str, str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
        self.log = folder / f"{arguments[0]}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [COMMAND, *arguments],
                cwd=folder,
                env={**inherited, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + START_SECONDS
        while words not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < end, self.output
            time.sleep(0.05)

    def end(self, by: signal.Signals = signal.SIGINT) -> int:
        """The exit code; it ends soon."""
        self.process.send_signal(by)
        return self.process.wait(SOON)


@contextmanager
def command(folder: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    running = Running(folder, list(arguments), environment)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def page(address: str) -> str:
    with urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
        assert answer.status == 200
        return str(answer.read().decode())


def refusal(folder: Path, *arguments: str, **environment: str) -> str:
    """What a start that is not possible says; it ends by itself with code 1."""
    with command(folder, *arguments, **environment) as running:
        assert running.process.wait(START_SECONDS) == 1
        assert "Traceback" not in running.output
        return running.output


def test_run_answers_pages_ends_by_ctrl_c_and_starts_again(tmp_path: Path) -> None:
    port = free_port()
    with command(tmp_path, "run", PORT=str(port)) as first:
        first.wait_for("Stoppen: Ctrl-C.")
        assert f"Thuisroute draait op http://127.0.0.1:{port}" in first.output
        assert "(wachtwoord voor iedereen: demonstratie)" in first.output
        assert "brieven komen in var/mail" in first.output
        assert "wachtwoord" in page(f"http://127.0.0.1:{port}/inloggen").casefold()
        assert first.end(signal.SIGINT) == 0, first.output
        assert "Traceback" not in first.output
    database = open_database(f"sqlite:///{tmp_path / 'var' / 'thuisroute.db'}")
    for personal in (tmp_path / "var").iterdir():
        assert personal.stat().st_mode & 0o077 == 0, personal
    deployed = number(database, ProcessDefinition)
    assert deployed > 0

    with command(tmp_path, "run", "--port", str(port)) as second:
        second.wait_for("Stoppen: Ctrl-C.")
        assert "brieven komen in var/mail" in second.output
        assert number(database, ProcessDefinition) == deployed
        told = refusal(tmp_path, "scheduler")
        assert "draait al een planner" in told
        assert f"proces {second.process.pid}" in told
        assert f"Poort {port} op 127.0.0.1 is al in gebruik" in refusal(
            tmp_path, "run", PORT=str(port)
        )
        assert second.end(signal.SIGTERM) == 0, second.output


def test_on_another_database_the_first_administrator_gets_a_link_and_two_schedulers_may_run(
    tmp_path: Path, postgres_url: str
) -> None:
    environment = {"DATABASE_URL": postgres_url, "PORT": str(free_port())}
    with command(tmp_path, "run", **environment) as running:
        running.wait_for("Stoppen: Ctrl-C.")
        assert "demonstratie" not in running.output
        link = re.search(r"http://\S+/welkom/\S+", running.output)
        assert link is not None, running.output
        assert "wachtwoord" in page(link[0]).casefold()
        with command(tmp_path, "scheduler", **environment) as scheduler:
            scheduler.wait_for("De planner draait")
            assert scheduler.end(signal.SIGTERM) == 0, scheduler.output
        assert running.end() == 0


def test_a_database_that_is_not_there_is_said_in_plain_words_without_the_password(
    tmp_path: Path,
) -> None:
    url = f"postgresql://thuisroute:geheim@127.0.0.1:{free_port()}/thuisroute"
    told = refusal(tmp_path, "run", DATABASE_URL=url, PORT=str(free_port()))
    assert "De database is niet bereikbaar" in told
    assert "geheim" not in told


def test_a_database_that_makes_no_sense_is_said_in_plain_words(tmp_path: Path) -> None:
    told = refusal(tmp_path, "scheduler", DATABASE_URL="telex://jan:geheim@nergens")
    assert "DATABASE_URL" in told
    assert "geheim" not in told


def test_web_and_scheduler_may_run_apart_after_prepare(tmp_path: Path, postgres_url: str) -> None:
    environment = {"DATABASE_URL": postgres_url, "PORT": str(free_port())}
    with command(tmp_path, "prepare", "--demo", **environment) as preparing:
        assert preparing.process.wait(START_SECONDS) == 0
        assert "De database is klaar." in preparing.output
        assert "(wachtwoord voor iedereen: demonstratie)" in preparing.output
    with (
        command(tmp_path, "serve", **environment) as web,
        command(tmp_path, "scheduler", **environment) as scheduler,
    ):
        scheduler.wait_for("De planner draait")
        web.wait_for("Thuisroute staat op")
        assert "wachtwoord" in page(f"http://127.0.0.1:{environment['PORT']}/inloggen").casefold()
        assert (web.end(), scheduler.end()) == (0, 0)


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    assert "De instelling PORT klopt niet" in refusal(tmp_path, "run", PORT="deur")


def test_a_start_that_is_broken_off_leaves_a_database_that_starts(tmp_path: Path) -> None:
    port = free_port()
    with command(tmp_path, "run", PORT=str(port)) as broken:
        while not (tmp_path / "var" / "thuisroute.db").exists():
            time.sleep(0.01)
        broken.process.kill()
        broken.process.wait()
    with command(tmp_path, "run", PORT=str(port)) as again:
        again.wait_for("Stoppen: Ctrl-C.")
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        assert again.end() == 0

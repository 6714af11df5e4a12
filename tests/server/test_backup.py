"""A copy that is made while people work, put back somewhere else: nothing half, nothing twice."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text

from engine.cli import main
from engine.clock import TurnedClock
from engine.db import Database, open_database
from engine.migrate import Standing, standing
from engine.models import (
    Attachment,
    AuditEvent,
    Case,
    CaseStatus,
    UserTask,
    UserTaskStatus,
)
from scheduler.letters import LetterRound
from scheduler.transports import FolderTransport
from tests.databases import PostgresServer, sqlite_url
from tests.engine.conftest import furnished
from tests.engine.world import INTAKE, World
from tests.house.sources import ROOT

HANDS = 3


@dataclass
class Work:
    """People who start cases and complete tasks, and what was acknowledged to them, and when."""

    world: World
    acknowledged: list[tuple[float, int, int]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        self.world.deploy()
        self._threads = [threading.Thread(target=self._hand) for _ in range(HANDS)]
        for one in self._threads:
            one.start()

    def end(self) -> None:
        self._over.set()
        for one in self._threads:
            one.join(30)
        assert self.trouble == []

    def wait_for(self, number: int) -> None:
        end = time.monotonic() + 60
        while len(self.acknowledged) < number:
            assert time.monotonic() < end
            assert self.trouble == []
            time.sleep(0.01)

    def done_before(self, moment: float) -> set[tuple[int, int]]:
        return {(case, steps) for at, case, steps in self.acknowledged if at < moment}

    def _hand(self) -> None:
        try:
            while not self._over.is_set():
                case = self.world.start()
                self._note(case, 1)
                self._attach(case)
                self.world.complete(case, "Intake", **INTAKE)
                self._note(case, 2)
                if case.id % 2:
                    self.world.complete(case, "Beoordelen", "fatima", akkoord=True)
                    self._note(case, 3)
        except Exception as error:
            self.trouble.append(error)

    def _note(self, case: Case, steps: int) -> None:
        self.acknowledged.append((time.monotonic(), case.id, steps))

    def _attach(self, case: Case) -> None:
        content = os.urandom(20_000)
        with self.world.database.transaction() as session:
            session.add(
                Attachment(
                    case_id=case.id,
                    field="stuk",
                    filename="brief.pdf",
                    media_type="application/pdf",
                    size=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                    uploaded_by_id=self.world.actors["sanne"].person_id,
                    uploaded_at=self.world.now,
                    content=content,
                )
            )


def under_load(
    database: Database, make_copy: Callable[[], object], put_back: Callable[[], object]
) -> tuple[Work, set[object]]:
    """Work goes on before, while and after the copy is made and put back elsewhere.

    Gives what must be in the copy.
    """
    work = Work(furnished(database))
    work.begin()
    try:
        work.wait_for(20)
        begun = time.monotonic()
        make_copy()
        made = time.monotonic()
        put_back()
        done = time.monotonic()
        work.wait_for(len(work.acknowledged) + 5)
    finally:
        work.end()
    counts = [len(work.done_before(moment)) for moment in (begun, made, done)]
    assert counts[0] < counts[1] < counts[2], "nobody worked meanwhile: this showed nothing"
    return work, set(work.done_before(begun))


STEPS = {"case_started": 1, "task_completed": 1}


def assert_good_copy(copy: Database, work: Work, promised: set[object]) -> None:
    """Everything acknowledged before is there, nothing is half, and every case can go on."""
    assert standing(copy) is Standing.PRESENT
    world = World(copy, work.world.actors, work.world.now, work.world.definition)
    with copy.reading() as session:
        counted = session.execute(
            select(AuditEvent.case_id, func.count())
            .where(AuditEvent.kind.in_(STEPS))
            .group_by(AuditEvent.case_id)
        ).all()
        steps = {row[0]: row[1] for row in counted}
        open_tasks = session.execute(
            select(UserTask.case_id, func.max(UserTask.element_id))
            .where(UserTask.status == UserTaskStatus.OPEN)
            .group_by(UserTask.case_id)
            .having(func.count() == 1)
        ).all()
        waiting = {row[0]: row[1] for row in open_tasks}
        cases = {case.id: case for case in session.scalars(select(Case))}
        attachments = list(session.execute(select(Attachment.sha256, Attachment.content)))
    assert {(case, done) for case, done in promised if steps.get(case, 0) < done} == set()  # type: ignore[misc]
    assert set(steps) == set(cases)
    expected = {1: "Intake", 2: "Beoordelen", 3: None}
    assert {case: waiting.get(case) for case in cases} == {
        case: expected[number] for case, number in steps.items()
    }
    assert attachments != []
    assert all(hashlib.sha256(content).hexdigest() == sha for sha, content in attachments)
    for case in cases.values():
        _go_on(world, case, steps[case.id])
    assert {world.case(case).status for case in cases.values()} == {CaseStatus.COMPLETED}


def _go_on(world: World, case: Case, steps: int) -> None:
    if steps < 2:
        world.complete(case, "Intake", **INTAKE)
    if steps < 3:
        world.complete(case, "Beoordelen", "fatima", akkoord=True)


def command(url: str, *words: object) -> Result:
    runner = CliRunner(env={"DATABASE_URL": url})
    return runner.invoke(main, [str(word) for word in words])


def test_a_copy_of_an_sqlite_database_that_is_worked_on_can_be_put_back(
    sqlite: Database, tmp_path: Path
) -> None:
    url = sqlite.engine.url.render_as_string()
    copy, elsewhere = tmp_path / "kopie.db", sqlite_url(tmp_path / "elders" / "thuisroute.db")
    program = [Path(sys.executable).with_name("thuisroute"), "backup", copy]
    environment = {**os.environ, "DATABASE_URL": url}
    putting = [program[0], "restore", copy]
    work, promised = under_load(
        sqlite,
        lambda: subprocess.run(program, env=environment, check=True),
        lambda: subprocess.run(putting, env={**environment, "DATABASE_URL": elsewhere}, check=True),
    )
    assert copy.stat().st_mode & 0o077 == 0
    restored = open_database(elsewhere)
    assert_good_copy(restored, work, promised)
    restored.close()


def documented(words: str) -> str:
    """The one command with these words in the manual for administrators."""
    manual = (ROOT / "docker" / "README.md").read_text()
    found = re.findall(rf"^({words} [^\n]*)$", manual, re.MULTILINE)
    assert len(found) == 1, f"{words}: {len(found)} times in docker/README.md"
    return str(found[0])


def run_documented(words: str, url: str, folder: Path, programs: Path) -> None:
    path = f"{programs}:{os.environ['PATH']}"
    address = url.replace("postgresql+psycopg", "postgresql")
    environment = {**os.environ, "PATH": path, "DATABASE_URL": address}
    subprocess.run(["sh", "-euc", documented(words)], cwd=folder, env=environment, check=True)


def test_a_copy_of_a_postgresql_that_is_worked_on_can_be_put_back_with_the_documented_commands(
    postgres: Database, postgres_url: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url, programs = (
        postgres.engine.url.render_as_string(hide_password=False),
        postgres_server.programs,
    )

    def put_back() -> None:
        for _twice in range(2):  # into an empty database, and over one that is there
            run_documented("pg_restore", postgres_url, tmp_path, programs)

    work, promised = under_load(
        postgres, lambda: run_documented("pg_dump", url, tmp_path, programs), put_back
    )
    restored = open_database(postgres_url)
    assert_good_copy(restored, work, promised)
    restored.close()


def test_a_letter_that_left_after_the_copy_leaves_again_as_the_same_message(
    sqlite: Database, tmp_path: Path, clock: TurnedClock
) -> None:
    """A mail server that was asked cannot be asked back; who receives it twice can see that."""
    world = furnished(sqlite)
    clock.turn_to(world.now + timedelta(days=1))
    url, copy = sqlite.engine.url.render_as_string(), tmp_path / "kopie.db"
    _finish_a_case(world)
    left_before = _send(sqlite, tmp_path / "mail", clock)
    _finish_a_case(world)
    assert command(url, "backup", copy).exit_code == 0
    left_after = _send(sqlite, tmp_path / "mail", clock) - left_before
    assert len(left_before) == len(left_after) == 1

    elsewhere = sqlite_url(tmp_path / "elders.db")
    assert command(elsewhere, "restore", copy).exit_code == 0
    restored = open_database(elsewhere)
    assert _send(restored, tmp_path / "again", clock) == left_after
    restored.close()


def _finish_a_case(world: World) -> None:
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    world.complete(case, "Beoordelen", "fatima", akkoord=True)


def _send(database: Database, folder: Path, clock: TurnedClock) -> set[str]:
    """Send what is due; gives all that has been sent to that folder, by Message-ID."""
    transport = FolderTransport(folder)
    LetterRound(database, transport, "post@example.org", clock, threading.Event()).run()
    return {path.name for path in folder.iterdir()}


def test_a_copy_is_never_put_over_a_file_that_is_there(sqlite: Database, tmp_path: Path) -> None:
    there = tmp_path / "belangrijk.txt"
    there.write_text("niet weggooien")
    told = command(sqlite.engine.url.render_as_string(), "backup", there)
    assert told.exit_code == 1
    assert "bestaat al" in told.output
    assert there.read_text() == "niet weggooien"


def test_a_copy_that_has_no_room_leaves_nothing_half(sqlite: Database, tmp_path: Path) -> None:
    told = command(sqlite.engine.url.render_as_string(), "backup", "/proc/kopie.db")
    assert told.exit_code == 1
    assert "Is er genoeg ruimte?" in told.output


@pytest.fixture
def copy(sqlite: Database, tmp_path: Path) -> Path:
    made = tmp_path / "kopie.db"
    furnished(sqlite).start()
    assert command(sqlite.engine.url.render_as_string(), "backup", made).exit_code == 0
    return made


def test_a_copy_is_not_put_back_under_people_who_work(sqlite: Database, copy: Path) -> None:
    with sqlite.reading() as session:
        session.execute(text("SELECT 1"))  # one connection stays in the pool
    told = command(sqlite.engine.url.render_as_string(), "restore", copy)
    assert told.exit_code == 1
    assert "nog in gebruik" in told.output
    assert standing(sqlite) is Standing.PRESENT


def test_the_database_before_is_kept_under_another_name(sqlite: Database, copy: Path) -> None:
    with sqlite.transaction() as session:
        session.execute(text("UPDATE cases SET number = 'Z-LATER'"))
    sqlite.close()
    url = sqlite.engine.url.render_as_string()
    told = command(url, "restore", copy)
    assert told.exit_code == 0, told.output
    kept = re.search(r"heet nu (\S+)\.\n", told.output)
    assert kept is not None
    with closing(sqlite3.connect(kept[1])) as old:
        assert old.execute("SELECT number FROM cases").fetchall() == [("Z-LATER",)]
    again = open_database(url)
    with again.reading() as session:
        assert session.scalar(select(Case.number)) != "Z-LATER"
    again.close()


def test_a_damaged_database_can_be_replaced_and_its_log_does_no_harm(
    sqlite: Database, copy: Path
) -> None:
    sqlite.close()
    file = Path(sqlite.engine.url.database or "")
    file.write_bytes(b"SQLite format 3\0" + os.urandom(8000))
    Path(f"{file}-wal").write_bytes(os.urandom(4000))
    told = command(sqlite.engine.url.render_as_string(), "restore", copy)
    assert told.exit_code == 0, told.output
    again = open_database(sqlite.engine.url)
    assert standing(again) is Standing.PRESENT
    again.close()


@pytest.mark.parametrize("kind", ["missing", "text", "other", "newer", "damaged"])
def test_what_is_no_good_copy_is_refused_and_changes_nothing(
    sqlite: Database, copy: Path, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "fout.db"
    if kind == "text":
        file.write_text("geen database " * 1000)
    elif kind == "other":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE cases (id INTEGER)")
    elif kind == "newer":
        file.write_bytes(copy.read_bytes())
        with closing(sqlite3.connect(file)) as newer:
            newer.execute("UPDATE alembic_version SET version_num = '9999'")
            newer.commit()
    elif kind == "damaged":
        content = bytearray(copy.read_bytes())
        content[8192:60_000] = os.urandom(60_000 - 8192)
        file.write_bytes(content)
    sqlite.close()
    before = Path(sqlite.engine.url.database or "").read_bytes()
    told = command(sqlite.engine.url.render_as_string(), "restore", file)
    assert told.exit_code == 1
    assert str(file) in told.output
    assert Path(sqlite.engine.url.database or "").read_bytes() == before


def test_postgresql_has_commands_of_its_own(postgres: Database, tmp_path: Path) -> None:
    url = postgres.engine.url.render_as_string(hide_password=False)
    for verb in ("backup", "restore"):
        told = command(url, verb, tmp_path / "kopie.db")
        assert told.exit_code == 1
        assert "pg_dump" in told.output

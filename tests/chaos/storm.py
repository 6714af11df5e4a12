"""One storm: begin, break things for a while, let it lie down, finish every case, judge."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import func, select

from engine.actors import Actor
from engine.clock import SystemClock, TurnedClock
from engine.db import Database, open_database
from engine.definitions import deploy, latest_all, load
from engine.migrate import migrate
from engine.models import Case, CaseStatus, OutboxMessage, OutboxStatus
from engine.outbox import BACK_OFF, LEASE
from engine.server.services import setup
from scheduler.letters import LetterRound
from scheduler.transports import SmtpTransport
from tests.chaos import route
from tests.chaos.clients import Client, Ledger
from tests.chaos.judging import Verdict, judge, waits_without_token
from tests.chaos.places import Place
from tests.chaos.processes import Worker, at_work
from tests.scheduler.mailserver import Postman, free_port, mail_server

WEBS = 2
MAIL_FROM = "thuisroute@example.org"
MOST_OPEN = 12
"""No client starts a case while so many tasks lie open: few cases that move."""
FINISH_SECONDS = 180
FEWEST_BLOWS = 3
SOME_WORK, WORK_SECONDS = 8, 15
"""Between two blows at least so many completions, unless it takes too long."""


@dataclass
class MoodyPostman(Postman):
    """Sometimes says "not now", and sometimes takes a letter and then takes its time to say so."""

    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - repeatable

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        if self.chance.random() < 0.03:
            return "451 Later graag"
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.chance.random() * 0.1)
        return answer


@dataclass(frozen=True)
class Report:
    """What the storm was, and what stood after it."""

    verdict: Verdict
    blows: Counter[str]
    statuses: Counter[str]
    acknowledged: int
    broken_seconds: float
    finishing_seconds: float

    def lines(self) -> Iterator[str]:
        found = self.verdict
        yield (
            f"blows: {_told(self.blows)}, in {self.broken_seconds:.0f} s; "
            f"then all cases were finished in {self.finishing_seconds:.0f} s"
        )
        yield f"answers: {_told(self.statuses)}"
        yield (
            f"{found.cases} cases; {self.acknowledged} completions acknowledged, "
            f"{found.completions} kept; {found.timers} timers fired; {found.letters} letters, "
            f"{found.repeats} of them repeated"
        )
        yield from (f"WRONG: {line}" for line in found.wrong)


def _told(counter: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counter.items()))


class Storm:
    """The processes and people around one database."""

    def __init__(self, folder: Path, place: Place, seed: int) -> None:
        self._folder = folder
        self._place = place
        self._seed = seed
        self._chance = Random(seed)  # noqa: S311 - repeatable
        self._ledger = Ledger()
        self._blows: Counter[str] = Counter()
        self._wrong: list[str] = []

    def run(self, seconds: float) -> Report:
        """Break things for so long; then give what was found."""
        postman = MoodyPostman(chance=Random(self._seed))  # noqa: S311 - repeatable
        database = open_database(self._place.url)
        prepare(database)
        database.close()
        with mail_server(postman) as smtp:
            environment = {
                "DATABASE_URL": self._place.url,
                "THUISROUTE_VAR": str(self._folder / "var"),
                "SMTP_HOST": smtp.host,
                "SMTP_PORT": str(smtp.port),
                "SMTP_SECURITY": "none",
            }
            ports = [free_port() for _ in range(WEBS)]
            with self._working(environment, ports) as workers, self._people(ports) as clients:
                begin = time.monotonic()
                self._break(workers, seconds)
                broken = time.monotonic()
                for client in clients:
                    client.may_start.clear()
                for worker in workers:
                    worker.kill()
                database = open_database(self._place.url)
                # At the hardest moment: nobody had the time to finish anything.
                self._wrong += waits_without_token(database, SystemClock().now())
                for worker in workers:
                    worker.start()
                _until(lambda: _open_cases(database) == 0, FINISH_SECONDS)
                left = _open_cases(database)
                finished = time.monotonic()
            # Only now: it must not keep us from judging all the rest.
            self._wrong += [f"{one.name} did not end" for one in workers if one.did_not_listen]
            now = _deliver_the_rest(database, SmtpTransport(smtp))
            verdict = judge(database, self._ledger, postman.received, now)
            database.close()
        if left:
            self._wrong.append(f"{left} cases did not end within {FINISH_SECONDS} seconds")
        verdict = replace(verdict, wrong=(*self._wrong, *verdict.wrong))
        return Report(
            verdict,
            self._blows,
            self._ledger.statuses,
            len(self._ledger.kept),
            broken - begin,
            finished - broken,
        )

    @contextmanager
    def _working(self, environment: dict[str, str], ports: list[int]) -> Iterator[list[Worker]]:
        workers = [
            Worker("serve", f"web-{number}", self._folder, {**environment, "PORT": str(port)})
            for number, port in enumerate(ports, start=1)
        ]
        workers += [
            Worker("scheduler", f"scheduler-{number}", self._folder, environment)
            for number in range(1, self._place.schedulers + 1)
        ]
        with at_work(workers):
            yield workers

    @contextmanager
    def _people(self, ports: list[int]) -> Iterator[list[Client]]:
        clients = [
            Client(
                person,
                ports,
                self._ledger,
                Random(f"{self._seed} {person}"),  # noqa: S311 - repeatable
                MOST_OPEN,
            )
            for person in route.PEOPLE
        ]
        for client in clients:
            client.start()
        try:
            yield clients
        finally:
            for client in clients:
                client.stop()
            for client in clients:
                client.join(20)

    # -- breaking ----------------------------------------------------------------------------

    def _break(self, workers: list[Worker], seconds: float) -> None:
        end = time.monotonic() + seconds
        for number, kind in enumerate(self._kinds()):
            if time.monotonic() >= end and number >= FEWEST_BLOWS:
                return
            if self._chance.random() < 0.7:
                # Else, on a slow machine, all would fall while they start: nothing is at stake.
                self._see_some_work_done()
            time.sleep(self._chance.uniform(0.0, 1.5))
            self._blows[kind] += 1
            self._strike(kind, workers)
            # What does not survive a lost database by itself is a defect, not a blow.
            self._notice_the_fallen(workers)

    def _kinds(self) -> Iterator[str]:
        """What happens next: the worst first, then anything."""
        yield from ("kill", *self._place.outages[-1:], "kill all")
        kinds = ("kill", "kill", "kill", "freeze", "kill all", *self._place.outages)
        while True:
            yield self._chance.choice(kinds)

    def _strike(self, kind: str, workers: list[Worker]) -> None:
        if kind == "kill":
            self._fell([self._chance.choice(workers)])
        elif kind == "kill all":
            self._fell(workers)
        elif kind == "freeze":
            worker = self._chance.choice(workers)
            worker.freeze()
            time.sleep(self._chance.uniform(0.5, 2.0))
            worker.thaw()
        else:
            self._place.strike(kind, self._chance.uniform(0.0, 1.5))

    def _see_some_work_done(self) -> None:
        before = len(self._ledger.kept)
        _until(lambda: len(self._ledger.kept) >= before + SOME_WORK, WORK_SECONDS)

    def _fell(self, workers: list[Worker]) -> None:
        for worker in workers:
            worker.kill()
        time.sleep(self._chance.uniform(0.0, 1.0))
        for worker in workers:
            worker.start()

    def _notice_the_fallen(self, workers: list[Worker]) -> None:
        for worker in workers:
            if not worker.is_running:
                if "De database is niet bereikbaar" not in worker.log.read_text():
                    self._ledger.defects[f"{worker.name} ended by itself: {worker.log}"] += 1
                worker.start()


def prepare(database: Database) -> None:
    """Tables, the route, and its people."""
    migrate(database)
    now = SystemClock().now()
    with database.transaction() as session:
        deploy(session, route.files(), now, Actor.system())
    with database.transaction() as session:
        configs = [load(session, found.id).config for found in latest_all(session)]
        setup("demonstration")(session, now, configs)


def _open_cases(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Case.status == CaseStatus.OPEN)) or 0


def _deliver_the_rest(database: Database, transport: SmtpTransport) -> datetime:
    """Letters that were under way when their sender was killed are due again after their lease,
    and refused ones after their back-off: the clock is turned that far. Gives the time now."""
    now = SystemClock().now()
    clock = TurnedClock(now + LEASE)
    for _ in BACK_OFF:
        clock.turn_by(max(LEASE, BACK_OFF[0]) + timedelta(seconds=1))
        LetterRound(database, transport, MAIL_FROM, clock, Event()).run()
        with database.reading() as session:
            waiting = select(func.count()).where(OutboxMessage.status == OutboxStatus.PENDING)
            if not session.scalar(waiting):
                break
    return now


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)

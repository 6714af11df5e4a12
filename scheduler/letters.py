"""Sends the letters that are due in the outbox: claim, send, write down what came of it.

A letter is claimed in a transaction of its own and sent outside any: no lock is held while a mail
server thinks. When this process dies in between, the claim runs out and the letter is sent again
with the same Message-ID: at least once, and a receiver can drop the repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import structlog

from engine import outbox
from engine.clock import Clock
from engine.db import Database
from engine.models import OutboxMessage
from engine.server import metrics
from engine.server.vitals import no_one
from scheduler.message import MessageInvalid, compose
from scheduler.transports import MailDeferred, MailProblem, MailRejected, MailUnavailable, Transport

log = structlog.get_logger(__name__)

# When the mail server is away, all letters wait: each would only use up one of its attempts.
PAUSE_WHEN_UNAVAILABLE = timedelta(seconds=30)


@dataclass
class LetterRound:
    """One look at the outbox, until nothing is due. ``mail_from`` is the sender of every letter."""

    database: Database
    transport: Transport
    mail_from: str
    clock: Clock
    stopping: Event
    progress: Callable[[], None] = no_one
    _not_before: datetime | None = None

    def run(self) -> int:
        """Send what is due; returns how many letters have left. Stops early when asked to."""
        sent = 0
        while not self.stopping.is_set():
            now = self.clock.now()
            if self._not_before is not None and now < self._not_before:
                break
            message = self._claim(now)
            if message is None:
                break
            try:
                self._send(message, now)
            except MailProblem as problem:
                self._problem(message, problem)
            except MessageInvalid as invalid:
                self._give_up(message, invalid.text)
            except Exception as error:
                # A defect of ours must not make this letter come back for ever.
                log.error("letter_defect", letter=message.id, exc_info=error)
                self._problem(message, MailDeferred("Er ging iets mis bij het versturen."))
            else:
                self._sent(message)
                sent += 1
            self.progress()
        return sent

    def _claim(self, now: datetime) -> OutboxMessage | None:
        # Looking first costs no write lock; nearly every round finds nothing.
        with self.database.reading() as session:
            due = outbox.next_attempt(session)
        if due is None or due > now:
            return None
        with self.database.transaction() as session:
            # One at a time: the claim must not run out while others are being sent.
            claimed = outbox.claim_due(session, now, 1)
        return claimed[0] if claimed else None

    def _send(self, message: OutboxMessage, now: datetime) -> None:
        self.transport.send(compose(message, self.mail_from, now))

    def _sent(self, message: OutboxMessage) -> None:
        with self.database.transaction() as session:
            outbox.mark_sent(session, message, self.clock.now())
        metrics.letter_sent()
        log.info("letter_sent", letter=message.id, attempt=message.attempts)

    def _problem(self, message: OutboxMessage, problem: MailProblem) -> None:
        if isinstance(problem, MailRejected):
            self._give_up(message, problem.text)
            return
        with self.database.transaction() as session:
            outbox.mark_failed(session, message, problem.text, self.clock.now())
        metrics.letter_failed()
        log.warning(
            "letter_not_sent",
            letter=message.id,
            attempt=message.attempts,
            problem=problem.text,
        )
        if isinstance(problem, MailUnavailable):
            self._not_before = self.clock.now() + PAUSE_WHEN_UNAVAILABLE

    def _give_up(self, message: OutboxMessage, text: str) -> None:
        with self.database.transaction() as session:
            outbox.give_up(session, message, text, self.clock.now())
        metrics.letter_refused()
        log.error("letter_refused", letter=message.id, attempt=message.attempts, problem=text)

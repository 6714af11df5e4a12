"""From the outbox to the mail server, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from threading import Event

import pytest
import structlog

from engine import outbox
from engine.clock import TurnedClock
from engine.db import Database
from engine.models import Channel, OutboxMessage, OutboxStatus
from scheduler.letters import PAUSE_WHEN_UNAVAILABLE, LetterRound
from scheduler.transports import FolderTransport, SmtpTransport, Transport
from tests.scheduler.conftest import WriteLetter, read_letter
from tests.scheduler.mailserver import Postman, free_port, mail_server, settings_for

MINUTE = timedelta(minutes=1)


def a_round(database: Database, transport: Transport, clock: TurnedClock) -> LetterRound:
    return LetterRound(database, transport, "thuisroute@example.org", clock, Event())


def test_a_letter_that_is_due_leaves_and_is_written_down_as_sent(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    letter_id = write_letter()
    assert a_round(database, FolderTransport(tmp_path / "mail"), clock).run() == 1
    row = read_letter(database, letter_id)
    assert (row.status, row.sent_at) == (OutboxStatus.SENT, clock.now())
    (file,) = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes())["Message-ID"] == row.message_id


def test_a_round_sends_everything_that_is_due_and_nothing_else(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    for _ in range(12):
        write_letter()
    later = write_letter(at=clock.now() + MINUTE)
    on_paper = write_letter(channel=Channel.PRINT)
    sender = a_round(database, FolderTransport(tmp_path / "mail"), clock)
    assert sender.run() == 12
    assert sender.run() == 0
    assert read_letter(database, later).status is OutboxStatus.PENDING
    assert read_letter(database, on_paper).status is OutboxStatus.PENDING


def test_a_letter_that_is_put_off_leaves_later_with_the_same_message_id(
    database: Database, clock: TurnedClock, write_letter: WriteLetter
) -> None:
    letter_id = write_letter()
    postman = Postman(answer="451 try again later")
    with mail_server(postman) as smtp:
        sender = a_round(database, SmtpTransport(smtp), clock)
        assert sender.run() == 0
        waiting = read_letter(database, letter_id)
        assert waiting.status is OutboxStatus.PENDING
        assert waiting.next_attempt_at == clock.now() + outbox.BACK_OFF[0]
        postman.answer = "250 OK"
        assert sender.run() == 0, "not before its time"
        clock.turn_by(outbox.BACK_OFF[0])
        assert sender.run() == 1
    sent = read_letter(database, letter_id)
    assert (sent.status, sent.attempts, sent.last_error) == (OutboxStatus.SENT, 2, None)
    assert postman.message_ids() == [waiting.message_id]


def test_the_waits_grow_and_end_with_a_letter_that_has_failed(
    database: Database, clock: TurnedClock, write_letter: WriteLetter
) -> None:
    letter_id = write_letter()
    with mail_server(Postman(answer="451 never mind")) as smtp:
        sender = a_round(database, SmtpTransport(smtp), clock)
        waits = []
        while read_letter(database, letter_id).status is OutboxStatus.PENDING:
            sender.run()
            wait = read_letter(database, letter_id).next_attempt_at - clock.now()
            waits.append(wait)
            clock.turn_by(wait)
    assert waits[:-1] == list(outbox.BACK_OFF)
    assert waits[:-1] == sorted(waits[:-1])
    assert read_letter(database, letter_id).status is OutboxStatus.FAILED


def test_a_letter_that_the_server_refuses_for_good_fails_at_once(
    database: Database, clock: TurnedClock, write_letter: WriteLetter
) -> None:
    wrong, right = write_letter("weg@example.org"), write_letter()
    postman = Postman(refused={"weg@example.org": "550 weg@example.org has left"})
    with mail_server(postman) as smtp:
        assert a_round(database, SmtpTransport(smtp), clock).run() == 1
    failed = read_letter(database, wrong)
    assert failed.status is OutboxStatus.FAILED
    assert failed.last_error == "De mailserver weigert de brief (code 550)."
    assert read_letter(database, right).status is OutboxStatus.SENT


def test_a_letter_without_a_usable_address_fails_and_holds_up_no_other(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    wrong, right = write_letter("geen adres"), write_letter()
    assert a_round(database, FolderTransport(tmp_path / "mail"), clock).run() == 1
    assert read_letter(database, wrong).status is OutboxStatus.FAILED
    assert read_letter(database, right).status is OutboxStatus.SENT


def test_while_the_mail_server_is_away_only_one_letter_spends_an_attempt(
    database: Database, clock: TurnedClock, write_letter: WriteLetter
) -> None:
    letters = [write_letter() for _ in range(3)]
    port = free_port()
    sender = a_round(database, SmtpTransport(settings_for(port)), clock)
    sender.run()
    sender.run()
    assert [read_letter(database, one).attempts for one in letters] == [1, 0, 0]
    postman = Postman()
    with mail_server(postman, port):
        clock.turn_by(PAUSE_WHEN_UNAVAILABLE)
        assert sender.run() == 2
        clock.turn_by(MINUTE)
        assert sender.run() == 1
    assert len(set(postman.message_ids())) == 3


def test_a_letter_whose_sender_died_leaves_when_its_claim_runs_out(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    letter_id = write_letter()
    with database.transaction() as session:
        outbox.claim_due(session, clock.now(), 1)
    sender = a_round(database, FolderTransport(tmp_path / "mail"), clock)
    assert sender.run() == 0, "somebody is busy with it"
    clock.turn_by(outbox.LEASE)
    assert sender.run() == 1
    assert read_letter(database, letter_id).status is OutboxStatus.SENT


def test_two_senders_at_once_never_send_the_same_letter(
    database: Database, clock: TurnedClock, write_letter: WriteLetter
) -> None:
    for _ in range(40):
        write_letter()
    postman = Postman()
    problems: list[BaseException] = []
    with mail_server(postman) as smtp:

        def work() -> None:
            try:
                a_round(database, SmtpTransport(smtp), clock).run()
            except BaseException as error:
                problems.append(error)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # A round ends when others have claimed all the rest; what they left is for the next tick.
        work()
    assert problems == []
    assert len(postman.message_ids()) == 40
    assert len(set(postman.message_ids())) == 40


def test_a_round_that_is_asked_to_stop_leaves_the_rest_for_the_next_start(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    letter_id = write_letter()
    sender = a_round(database, FolderTransport(tmp_path), clock)
    sender.stopping.set()
    assert sender.run() == 0
    assert read_letter(database, letter_id).attempts == 0


def test_nothing_about_a_person_comes_into_the_log(
    database: Database, clock: TurnedClock, write_letter: WriteLetter, tmp_path: Path
) -> None:
    write_letter("jan@example.org")
    write_letter("geen adres van Jan")
    with structlog.testing.capture_logs() as lines, mail_server(Postman()) as smtp:
        a_round(database, SmtpTransport(smtp), clock).run()
    assert {line["event"] for line in lines} == {"letter_sent", "letter_refused"}
    assert "jan" not in repr(lines).casefold()
    assert "woning" not in repr(lines).casefold()


@pytest.mark.parametrize("status", [OutboxStatus.CANCELLED, OutboxStatus.SENT])
def test_a_letter_that_no_longer_waits_does_not_leave(
    database: Database,
    clock: TurnedClock,
    write_letter: WriteLetter,
    tmp_path: Path,
    status: OutboxStatus,
) -> None:
    letter_id = write_letter()
    with database.transaction() as session:
        session.get_one(OutboxMessage, letter_id).status = status
    assert a_round(database, FolderTransport(tmp_path), clock).run() == 0

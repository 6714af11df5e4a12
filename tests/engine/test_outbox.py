"""The outbox: claimed by a lease, sent at least once, tried again with growing pauses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.models import Channel, OutboxMessage, OutboxStatus
from engine.outbox import (
    BACK_OFF,
    LEASE,
    claim_due,
    give_up,
    mark_failed,
    mark_printed,
    mark_sent,
    next_attempt,
)
from tests.engine.world import CLIENT, INTAKE, World


@pytest.fixture
def letter(world: World) -> OutboxMessage:
    world.assessed()
    return newest(world)


def newest(world: World) -> OutboxMessage:
    row = world.all(OutboxMessage)[-1]
    assert isinstance(row, OutboxMessage)
    return row


def claim(world: World) -> list[OutboxMessage]:
    with world.database.transaction() as session:
        return claim_due(session, world.now, 10)


def test_a_claimed_letter_is_not_claimed_again_until_its_lease_is_over(
    world: World, letter: OutboxMessage
) -> None:
    assert [row.id for row in claim(world)] == [letter.id]
    assert claim(world) == []
    world.now += LEASE
    assert [row.message_id for row in claim(world)] == [letter.message_id]


def test_a_sent_letter_stays_sent(world: World, letter: OutboxMessage) -> None:
    (row,) = claim(world)
    with world.database.transaction() as session:
        mark_sent(session, row, world.now)
    with world.database.transaction() as session:
        mark_failed(session, row, "too late", world.now)
        give_up(session, row, "too late", world.now)
    sent = newest(world)
    assert (sent.status, sent.sent_at, sent.last_error) == (OutboxStatus.SENT, world.now, None)


def test_a_letter_that_fails_waits_longer_each_time_and_then_fails_for_good(
    world: World, letter: OutboxMessage
) -> None:
    for pause in BACK_OFF:
        (row,) = claim(world)
        with world.database.transaction() as session:
            mark_failed(session, row, "421 later", world.now)
        assert newest(world).next_attempt_at == world.now + pause
        world.now += pause
    (row,) = claim(world)
    with world.database.transaction() as session:
        mark_failed(session, row, "421 later", world.now)
    assert newest(world).status is OutboxStatus.FAILED
    with world.looking() as session:
        assert next_attempt(session) is None


def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    world: World, letter: OutboxMessage
) -> None:
    (row,) = claim(world)
    with world.database.transaction() as session:
        give_up(session, row, "550 unknown", world.now)
    assert newest(world).status is OutboxStatus.FAILED


def test_a_letter_for_paper_never_leaves_by_mail(world: World) -> None:
    case = world.start(**{**CLIENT, "clientMailToegestaan": False})
    world.complete(case, "Intake", **INTAKE)
    row = newest(world)
    assert row.channel is Channel.PRINT
    assert claim(world) == []
    with world.database.transaction() as session:
        mark_printed(session, row, world.now + timedelta(hours=1))
    assert newest(world).status is OutboxStatus.SENT

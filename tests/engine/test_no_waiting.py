"""No step of one case ever waits for a lock of another's (PostgreSQL): every verb beside every."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.incidents import run_trigger
from engine.models import Note, Timer
from engine.triggers import (
    CompleteTrigger,
    CorrectTrigger,
    EndTrigger,
    MessageTrigger,
    StartTrigger,
    TimerTrigger,
    Trigger,
)
from tests.engine.world import CLIENT, INTAKE, World

LATER = datetime(2026, 4, 1, tzinfo=UTC)
VERBS = ("start", "complete", "objection", "fire", "message", "correct", "end")


class Undone(Exception):
    """Ends a transaction without a trace."""


def triggers(world: World) -> Mapping[str, Trigger]:
    """Every verb, each on a case of its own that stands ready for it; none is run yet."""
    sanne, fatima = world.actors["sanne"], world.actors["fatima"]
    definition = world.definition or world.deploy()
    young, deciding, late, complaining, wrong, stopping = (
        world.start() if number == 0 else world.assessed() for number in range(6)
    )
    (timer,) = world.all(Timer, Timer.case_id == late.id)
    assert isinstance(timer, Timer)
    return {
        "start": StartTrigger(definition.id, CLIENT, sanne),
        # Writes a letter, sets a timer, and makes the municipality take part.
        "complete": CompleteTrigger(world.task(young, "Intake").id, INTAKE, sanne),
        # Starts a linked case.
        "objection": CompleteTrigger(
            world.task(deciding, "Beoordelen").id, {"akkoord": False, "opmerking": "Nee"}, fatima
        ),
        "fire": TimerTrigger(timer.id),
        "message": MessageTrigger(complaining.id, "klacht", {"klacht": "Te laat"}, fatima),
        "correct": CorrectTrigger(
            wrong.id, {"sleutelDatum": date(2026, 3, 16)}, "verkeerd gelezen", sanne
        ),
        "end": EndTrigger(stopping.id, "intrekking", "gesproken met de client", sanne),
    }


@contextmanager
def half_way(world: World, trigger: Trigger) -> Iterator[Session]:
    """The step has written everything and holds all its locks; then it is undone."""
    try:
        with world.database.transaction() as session:
            # Who waits for a lock at all, fails.
            session.execute(text("SET LOCAL lock_timeout = '250ms'"))
            assert run_trigger(session, trigger, LATER) is not None
            session.flush()
            yield session
            raise Undone
    except Undone:
        pass


@pytest.mark.parametrize("first", VERBS)
def test_beside_a_step_half_way_every_verb_of_another_case_goes_through(
    postgres_world: World, first: str
) -> None:
    held, others = triggers(postgres_world), triggers(postgres_world)
    assert set(others) == set(VERBS)
    with half_way(postgres_world, held[first]):
        for other in others.values():
            with half_way(postgres_world, other):
                pass


def test_a_step_of_the_same_case_does_wait(postgres_world: World) -> None:
    held = triggers(postgres_world)["complete"]
    with (
        half_way(postgres_world, held),
        pytest.raises(OperationalError, match="lock timeout"),
        half_way(postgres_world, held),
    ):
        raise AssertionError("two steps of one case at the same time")


def test_a_row_that_only_points_to_a_case_need_not_wait_for_its_step(
    postgres_world: World,
) -> None:
    """The case's row is locked FOR NO KEY UPDATE: a note or a draft is free to come."""
    world = postgres_world
    case = world.start()
    trigger = CompleteTrigger(world.task(case, "Intake").id, INTAKE, world.actors["sanne"])
    with half_way(world, trigger), world.database.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = '250ms'"))
        session.add(Note(case_id=case.id, author_id=1, at=LATER, text="Gebeld."))
        session.flush()

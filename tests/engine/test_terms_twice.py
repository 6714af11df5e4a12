"""Terms: the same thing twice, dates at the edge of what can be."""

from __future__ import annotations

from datetime import date

import pytest

from engine.actors import Actor
from engine.models import Case
from engine.steps.termdeeds import CorrectPause, EndPause, ExtendTerm, values_of
from engine.terms.changes import PauseGround
from engine.terms.refusals import AlreadyRecorded, DateWrong, TermOver
from engine.triggers import TermTrigger, dump_trigger, load_trigger
from tests.engine.test_named_terms import (
    at,
    changes,
    do,
    letters,
    pause,
    received,
    state,
)
from tests.engine.world import World

__all__ = ["received"]
TODAY = date(2027, 3, 10)


def test_a_second_press_of_the_button_pauses_once_and_sends_one_letter(
    received: tuple[World, Case],
) -> None:
    world, case = received
    world.now = at(TODAY)
    do(world, case, pause(TODAY, date(2027, 3, 31)))
    with pytest.raises(AlreadyRecorded):
        do(world, case, pause(TODAY, date(2027, 3, 31)))
    assert letters(world) == ["pauze"]
    world.now = at(date(2027, 3, 15))
    do(world, case, EndPause(changes(world)[0].id, date(2027, 3, 15)))
    assert not state(world, case).paused


def test_a_second_press_of_the_button_extends_once(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(TODAY)
    do(world, case, ExtendTerm("betalen", TODAY, None, "Er is meer tijd nodig."))
    with pytest.raises(AlreadyRecorded):
        do(world, case, ExtendTerm("betalen", TODAY, None, "Er is meer tijd nodig."))
    found = state(world, case, "betalen").end
    assert found is not None
    assert found.last_day == date(2027, 3, 22)


@pytest.mark.parametrize("ground", PauseGround)
@pytest.mark.parametrize("op", [TODAY, date.max])
@pytest.mark.parametrize("tot", [date(2027, 3, 9), date.min, date.max])
def test_the_edges_of_the_calendar_are_refused_at_their_field(
    ground: PauseGround, op: date, tot: date, received: tuple[World, Case]
) -> None:
    world, case = received
    world.now = at(TODAY)
    with pytest.raises(DateWrong):
        do(world, case, pause(op, tot, ground))
    assert changes(world) == []


def test_a_pause_is_not_corrected_to_days_after_the_term(received: tuple[World, Case]) -> None:
    world, case = received
    world.now = at(TODAY)
    do(world, case, pause(TODAY, date(2027, 3, 31)))
    world.now = at(date(2027, 5, 12))
    wrong = CorrectPause(changes(world)[0].id, date(2027, 5, 11), date(2027, 5, 30), None, "typo")
    with pytest.raises(TermOver):
        do(world, case, wrong)
    assert state(world, case).paused is False
    assert changes(world)[0].told_on == TODAY


def test_a_deed_of_one_term_is_not_that_of_another() -> None:
    deeds = (
        pause(TODAY, None),
        pause(TODAY, None, term="betalen"),
        EndPause(7, TODAY),
        EndPause(8, TODAY),
    )
    triggers = [
        TermTrigger(1, type(deed).__name__, values_of(deed), Actor.system()) for deed in deeds
    ]
    assert len({one.key for one in triggers}) == 4
    assert [load_trigger(dump_trigger(one)).key for one in triggers] == [
        one.key for one in triggers
    ]

"""Random routes, judged by the independent token game.

Thousands by hand: `python -m tests.spiff.random_routes 0 20000`.
"""

from __future__ import annotations

import random

import pytest

from engine.spiff import ElementKind, EventKind
from engine.spiff.specs.gateways import InclusiveSpec, ParallelSpec
from engine.spiff.timing import Cycle
from tests.spiff.random_routes import Disagreement, Generator, walk, walk_through, wild


@pytest.mark.parametrize("hundred", range(4))
def test_a_hundred_random_routes_go_as_the_standard_says(hundred: int) -> None:
    """Waits, data and end, with save and load between all steps and without."""
    for seed in range(hundred * 100, hundred * 100 + 100):
        walk(seed)


def test_routes_without_any_structure_go_as_the_standard_says() -> None:
    """Several tokens through joins of every kind, in loops: why the reader accepts them."""
    for seed in range(200):
        diagrams, chance = wild(seed)
        walk_through(seed, diagrams, chance)


def test_the_random_routes_hold_every_shape() -> None:
    kinds: set[tuple[ElementKind, EventKind | None]] = set()
    repeated = set()
    for seed in range(100):
        for element in Generator(seed).route().elements.values():
            kinds.add((element.kind, element.event))
            if element.multi_instance:
                repeated.add((element.kind, element.multi_instance.sequential))
    assert {kind for kind, _ in kinds} >= {
        ElementKind.CALL_ACTIVITY,
        ElementKind.EVENT_BASED_GATEWAY,
        ElementKind.INCLUSIVE_GATEWAY,
        ElementKind.PARALLEL_GATEWAY,
        ElementKind.SUBPROCESS,
    }
    boundaries = {event for kind, event in kinds if kind is ElementKind.BOUNDARY_EVENT}
    assert boundaries == {
        EventKind.TIMER,
        EventKind.MESSAGE,
        EventKind.ERROR,
        EventKind.SIGNAL,
    }
    assert (ElementKind.END_EVENT, EventKind.TERMINATE) in kinds
    assert len(repeated) == 8


@pytest.mark.parametrize(
    ("kind", "method", "broken"),
    [
        (ParallelSpec, "arrive", lambda self, task: True),
        (InclusiveSpec, "_must_wait", lambda self, scope, arrived: False),
        # Every missed moment of a repeating timer, one after the other.
        (Cycle, "next_after", lambda self, number, now: number + 1),
    ],
)
def test_a_join_that_fires_too_early_and_a_timer_that_catches_up_in_a_storm_are_found(
    kind: type, method: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The game really judges: a fault that is put in comes out."""
    monkeypatch.setattr(kind, method, broken)
    with pytest.raises(Disagreement):
        list(map(walk, range(400)))


def test_a_seed_gives_the_same_route_again() -> None:
    seed = random.Random(1).randrange(1000)  # noqa: S311 - no secret
    assert Generator(seed).route().elements == Generator(seed).route().elements

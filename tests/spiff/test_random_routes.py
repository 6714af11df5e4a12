"""Random routes, judged by the independent token game.

Thousands by hand: `python -m tests.spiff.random_routes 0 20000`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from engine.spiff import Diagrams, Element, ElementKind, Execution
from engine.spiff.scopes import Scopes
from engine.spiff.specs.events import EndSpec, TerminateEndSpec
from engine.spiff.specs.gateways import InclusiveSpec, ParallelSpec
from engine.spiff.specs.repeated import MultiInstanceSpec, RepeatedSpec
from engine.spiff.timing import Cycle
from tests.spiff.random_routes import Disagreement, Generator, walk, walk_wild


@pytest.mark.parametrize("hundred", range(4))
def test_a_hundred_random_routes_go_as_the_standard_says(hundred: int) -> None:
    """Waits, data and end, with save and load between all steps and without."""
    for seed in range(hundred * 100, hundred * 100 + 100):
        walk(seed)


def test_routes_without_any_structure_go_as_the_standard_says() -> None:
    """Several tokens through joins of every kind, in loops: why the reader accepts them."""
    for seed in range(200):
        walk_wild(seed)


BREAKS, NOT = " that interrupts", " that does not interrupt"
EVENTS = ("timer", "message", "signal")


def shape(diagrams: Diagrams, element: Element) -> set[str]:
    """What an element is, in words that tell apart all that the reader accepts."""
    words = {f"{element.kind} {element.event or ''}".strip()}
    if element.timer:
        words.add(f"{element.kind} {element.timer.kind}")
    if element.kind is ElementKind.BOUNDARY_EVENT:
        host = diagrams.elements[element.attached_to or ""]
        stays = BREAKS if element.interrupting else NOT
        words = {
            f"{word}{how} on {holder}"
            for word in words
            for holder in _repeats(host)
            for how in ("", stays)
        }
    return words | _repeats(element)


def _repeats(element: Element) -> set[str]:
    multi = element.multi_instance
    if multi is not None:
        until = " until enough" if multi.completion_condition else ""
        return {f"{'sequential' if multi.sequential else 'parallel'} {element.kind}{until}"}
    return {f"loop {element.kind}"} if element.loop else {str(element.kind)}


def around(diagrams: Diagrams, element: Element) -> Iterator[Element]:
    """Every subprocess and call that an element stands in."""
    callers = {e.called_process_id: e for e in diagrams.elements.values() if e.called_process_id}
    outer: Element | None = element
    while outer is not None:
        outer = diagrams.elements.get(outer.parent_id or "") or callers.get(outer.process_id)
        if outer is not None:
            yield outer


def test_the_random_routes_hold_every_shape_alone_and_in_every_other() -> None:
    alone: set[str] = set()
    nested: set[tuple[str, str]] = set()
    for seed in range(400):
        diagrams = Generator(seed).route()
        for element in diagrams.elements.values():
            words = shape(diagrams, element)
            alone |= words
            for outer in around(diagrams, element):
                nested |= {
                    (plain(word), plain(inner)) for word in _repeats(outer) for inner in words
                }
    assert set(map(str, ElementKind)) - alone == set()
    ways = ["", "loop ", "parallel ", "sequential "]
    holders = [way + kind for way in ways for kind in ("subProcess", "callActivity")]
    repeated = [way + kind for way in ways[1:] for kind in ("userTask", "receiveTask")]
    waits = [
        f"boundaryEvent {event}{stays} on {host}"
        for event in ("date", "duration", "message", "signal")
        for stays in (BREAKS, NOT)
        for host in ("userTask", "receiveTask", *holders[:2])
    ]
    waits += [f"boundaryEvent {event} on {host}" for event in EVENTS for host in holders[2:]]
    cycles = [f"boundaryEvent cycle{NOT} on {host}" for host in holders]
    errors = [f"boundaryEvent error on {host}" for host in ("subProcess", "callActivity")]
    ends = ["endEvent error", "endEvent terminate", "endEvent message", "endEvent signal"]
    until = ["sequential subProcess until enough", "parallel subProcess until enough"]
    wanted = {*holders, *repeated, *waits, *cycles, *errors, *ends, *until}
    assert wanted - alone == set()
    outside = ["subProcess", "callActivity", "loop", "parallel", "sequential"]
    inside = [*outside, *ends, "eventBasedGateway", "inclusiveGateway", "parallelGateway"]
    inside += [
        "intermediateCatchEvent date",
        "receiveTask",
        *(f"boundaryEvent {e}" for e in EVENTS),
    ]
    inside += ["boundaryEvent error", "boundaryEvent cycle"]
    assert {(holder, word) for holder in outside for word in inside} - nested == set()


def plain(word: str) -> str:
    """A shape without on what it sits or of what it is a repetition."""
    way = word.split()[0]
    return way if way in ("loop", "parallel", "sequential") else word.split(" on ")[0]


@pytest.mark.parametrize(
    ("kind", "method", "broken"),
    [
        (ParallelSpec, "arrive", lambda self, task: True),
        (InclusiveSpec, "_must_wait", lambda self, scope, arrived: False),
        # Every missed moment of a repeating timer, one after the other.
        (Cycle, "next_after", lambda self, number, now: number + 1),
        (TerminateEndSpec, "_on_complete_hook", EndSpec._on_complete_hook),
        # Something is kept that nobody will ever see: the state would grow.
        (Scopes, "close", lambda self, owner: None),
        (MultiInstanceSpec, "outputs_from", RepeatedSpec.outputs_from),
        (Scopes, "mark", lambda self, owner, sealed, opaque: None),
        (Execution, "_refresh", lambda self: None),
    ],
)
def test_a_fault_that_is_put_in_comes_out(
    kind: type, method: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The game really judges, and the routes are wide enough to hold the place."""
    monkeypatch.setattr(kind, method, broken)
    with pytest.raises(Disagreement):
        list(map(_both, range(400)))


def _both(seed: int) -> None:
    walk(seed)
    walk_wild(seed)


def test_a_seed_gives_the_same_route_again() -> None:
    seed = random.Random(1).randrange(1000)  # noqa: S311 - no secret
    assert Generator(seed).route().elements == Generator(seed).route().elements

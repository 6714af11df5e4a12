"""Section 3: a step and the state of a case that looped many times, beside a fresh case's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.models import CaseState
from tests.bench import plain, routes
from tests.bench.board import Figure
from tests.bench.ours import Ours
from tests.bench.turns import take_turns
from tests.databases import sqlite_url

# Further SpiffWorkflow as it comes does not get: after 333 rounds it says that it is done.
PLAIN_ROUNDS = 200
GOAL = 1.2


def looping(folder: Path, loops: int, rounds: int) -> list[Figure]:
    """Without syncing, which would hide a difference in what we do ourselves."""
    ours = Ours(sqlite_url(folder / "ours.db"), synced=False)
    fresh, looped = ours.begin(routes.LOOP), ours.begin(routes.LOOP)
    for _ in range(loops):
        ours.step(ours.waiting(looped))
    drawn = routes.looping()["hoofd.bpmn"].replace(b">=akkoord<", b">akkoord<")
    route = plain.PlainRoute(drawn)
    young = route.begin()
    plain.complete(young)  # a round back, as the old one
    old = route.begin()
    for _ in range(PLAIN_ROUNDS):
        plain.complete(old)
    saved = {"young": route.save(young), "old": route.save(old)}

    def of_ours(case_id: int) -> Callable[[], Callable[[], None]]:
        def prepare() -> Callable[[], None]:
            task_id = ours.waiting(case_id)
            return lambda: ours.step(task_id)

        return prepare

    def of_plain(state: str) -> Callable[[], Callable[[], None]]:
        def work() -> None:
            case = route.load(state)
            plain.complete(case)
            route.save(case)

        return lambda: work

    def size(case_id: int) -> int:
        with ours.database.reading() as session:
            state = session.get_one(CaseState, case_id)
            return len(state.execution.encode()) + len(state.variables.encode())

    names = {
        "raw, JSON, first rounds": of_plain(saved["young"]),
        f"raw, JSON, round {PLAIN_ROUNDS:,}": of_plain(saved["old"]),
        "engine, the verb, first rounds": of_ours(fresh),
        f"engine, the verb, round {loops:,}": of_ours(looped),
    }
    # The fresh case stays young: its rounds are few beside those of the other.
    times = take_turns(names, rounds)
    raw_young, raw_old, our_young, our_old = names
    return [
        Figure(raw_young, times.median(raw_young) * 1e3, "ms"),
        Figure(
            raw_old,
            times.median(raw_old) * 1e3,
            "ms",
            ratio=times.ratio(raw_old, raw_young),
            yardstick="first rounds",
        ),
        Figure(our_young, times.median(our_young) * 1e3, "ms"),
        Figure(
            our_old,
            times.median(our_old) * 1e3,
            "ms",
            ratio=times.ratio(our_old, our_young),
            yardstick="first rounds",
            goal=GOAL,
        ),
        Figure("raw, state, first rounds", len(saved["young"]), "bytes"),
        Figure(
            f"raw, state, round {PLAIN_ROUNDS:,}",
            len(saved["old"]),
            "bytes",
            ratio=len(saved["old"]) / len(saved["young"]),
            yardstick="first rounds",
        ),
        Figure("ours, state, first rounds", size(fresh), "bytes"),
        Figure(
            f"ours, state, round {loops:,}",
            size(looped),
            "bytes",
            ratio=size(looped) / size(fresh),
            yardstick="first rounds",
            goal=GOAL,
        ),
    ]

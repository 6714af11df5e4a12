"""Measuring in turns: every contender once a round, so that noise hits all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# A contender prepares something fresh (not measured) and gives the work that is.
Contender = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class Times:
    """Seconds per unit of work of every round, by contender: on the clock, and of this process's
    processor time, which other programs on the machine do not lengthen."""

    rounds: Mapping[str, list[float]]
    processor: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.rounds[name])

    def ratio(self, name: str, yardstick: str) -> float:
        """The median over the rounds of what ``name`` took for each second of ``yardstick``."""
        return _ratio(self.rounds[name], self.rounds[yardstick])

    def processor_ratio(self, name: str, yardstick: str) -> float:
        """The same of the processor's time only: nothing that waits counts."""
        return _ratio(self.processor[name], self.processor[yardstick])


def _ratio(ones: list[float], others: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def several(contender: Contender, times: int) -> Contender:
    """``times`` works as one: a turn begins with cold caches, which is not what is measured."""

    def prepare() -> Callable[[], None]:
        works = [contender() for _ in range(times)]

        def work() -> None:
            for each in works:
                each()

        return work

    return prepare


def take_turns(
    contenders: Mapping[str, Contender], rounds: int, *, per: int = 1, warm_up: int = 3
) -> Times:
    """Measure each contender ``rounds`` times; one work holds ``per`` units."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    processor: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(-warm_up, rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            work = contenders[name]()
            gc.collect()
            begin, begun = time.perf_counter(), time.process_time()
            work()
            took, used = time.perf_counter() - begin, time.process_time() - begun
            if number >= 0:
                found[name].append(took / per)
                processor[name].append(used / per)
    return Times(found, processor)

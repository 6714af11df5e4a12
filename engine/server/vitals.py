"""Signs of life of the jobs that repeat in this process, for whoever asks how it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock


def no_one() -> None:
    """Nobody wants to know of the progress of a long round."""


class Pulse:
    """The sign of life of one job. ``patience``: how long it may go without a good round.

    ``seconds`` is the machine's monotonic clock: a clock that is set back ages nothing.
    """

    def __init__(
        self, job: str, patience: timedelta, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.job = job
        self.patience = patience
        self._seconds = seconds
        self._well = self._sign = seconds()

    def beat(self) -> None:
        """The job works: a round, or a part of a long one, went well."""
        self._well = self._sign = self._seconds()

    def stumble(self) -> None:
        """A round came to an end, though not well: the job lives, and will try again."""
        self._sign = self._seconds()

    def since_beat(self) -> timedelta:
        return timedelta(seconds=self._seconds() - self._well)

    def is_silent(self) -> bool:
        """Whether nothing went well for longer than its patience."""
        return self.since_beat() > self.patience

    def is_hanging(self) -> bool:
        """Whether no round ended at all, well or not, for five times its patience."""
        return timedelta(seconds=self._seconds() - self._sign) > 5 * self.patience


class Vitals:
    """The pulses of what runs in one process."""

    def __init__(self) -> None:
        self._pulses: tuple[Pulse, ...] = ()
        self._lock = Lock()

    def watch(self, *pulses: Pulse) -> None:
        with self._lock:
            self._pulses += pulses

    def forget(self, *pulses: Pulse) -> None:
        with self._lock:
            self._pulses = tuple(one for one in self._pulses if one not in pulses)

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        return self._pulses


PROCESS = Vitals()
"""Of this process: what runs here is looked after here, whichever room it belongs to."""

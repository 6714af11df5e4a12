"""How much one evaluation may cost.

Steps and bytes are counted, so a refusal is the same on every machine and on every day. Seconds
are only the backstop for what counting misses.
"""

from __future__ import annotations

import time

from .errors import FeelLimitExceeded

_CHECKPOINT = 4096


class Limits:
    """`steps`: loop turns, calls and compared elements. `bytes`: memory asked for, roughly.

    `depth`: calls within calls, and nesting of values. `seconds`: backstop on the clock.
    How long and deep a text may be is no matter of these: parsing has fixed limits.
    """

    __slots__ = ("bytes", "depth", "seconds", "steps")

    def __init__(
        self,
        steps: int = 200_000,
        bytes: int = 16_000_000,
        depth: int = 64,
        seconds: float = 2.0,
    ) -> None:
        self.steps = steps
        self.bytes = bytes
        self.depth = depth
        self.seconds = seconds


DEFAULT = Limits()


class Meter:
    """Counts down what is left of `Limits` during one evaluation."""

    __slots__ = ("_checkpoint", "_deadline", "bytes", "depth", "limits", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.bytes = limits.bytes
        self.depth = limits.depth
        self._checkpoint = max(limits.steps - _CHECKPOINT, 0)
        self._deadline = 0.0

    def step(self, count: int = 1) -> None:
        """Take `count` steps or raise `FeelLimitExceeded`."""
        left = self.steps = self.steps - count
        if left < self._checkpoint:
            self._check()

    def _check(self) -> None:
        if self.steps < 0:
            raise FeelLimitExceeded("steps", self.limits.steps)
        now = time.monotonic()
        if not self._deadline:
            self._deadline = now + self.limits.seconds
        elif now > self._deadline:
            raise FeelLimitExceeded("seconds", self.limits.seconds)
        self._checkpoint = max(self.steps - _CHECKPOINT, 0)

    def take(self, count: int) -> None:
        """Account for `count` bytes that are about to be allocated, before they are."""
        self.bytes -= count
        if self.bytes < 0:
            raise FeelLimitExceeded("bytes", self.limits.bytes)

    def enter(self) -> None:
        """One level deeper; every `enter` has its `leave`."""
        self.depth -= 1
        if self.depth < 0:
            raise FeelLimitExceeded("depth", self.limits.depth)

    def leave(self) -> None:
        self.depth += 1

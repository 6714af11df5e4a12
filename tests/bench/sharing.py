"""Section: two processes that share the work of one PostgreSQL, beside one.

A process of its own each, as two webs are: threads of one process share one interpreter.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import select

from engine.models import UserTask
from tests.bench.board import Figure
from tests.bench.completing import durable_postgres
from tests.bench.copies import copy_case
from tests.bench.ours import Ours
from tests.bench.turns import Contender, take_turns

AT_LEAST = 1.3
_ROOT = Path(__file__).resolve().parents[2]
# Waits for a line with ids, completes them by the service layer, and says so.
_WORKER = """
import sys
from tests.bench.ours import Ours
ours = Ours(sys.argv[1])
for line in sys.stdin:
    for task_id in line.split():
        ours.submit(int(task_id))
    print("done", flush=True)
"""


class Hand:
    """A process that completes what it is told to."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _WORKER, url],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, task_ids: list[int]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, task_ids)) + "\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n", "a hand fell"

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def sharing(_folder: Path, rounds: int, each: int = 200) -> list[Figure]:
    """The same number of tasks by one process and by two, in turns."""
    with ExitStack() as stack:
        url = stack.enter_context(durable_postgres())
        ours = Ours(url)
        stack.callback(ours.close)
        hands = [stack.enter_context(_hand(url)) for _ in range(2)]

        def shared_by(working: list[Hand]) -> Contender:
            def prepare() -> Callable[[], None]:
                ready = _ready(ours, each)

                def work() -> None:
                    for number, hand in enumerate(working):
                        hand.begin(ready[number :: len(working)])
                    for hand in working:
                        hand.wait()

                return work

            return prepare

        times = take_turns({"one": shared_by(hands[:1]), "two": shared_by(hands)}, rounds, per=each)
    # The least disturbed round of each: whatever else the machine does takes from two processes on
    # its two cores what it leaves to one.
    alone, together = (min(times.rounds[name]) for name in ("one", "two"))
    return [
        Figure("completions by one process, PostgreSQL", 1 / alone, "a second"),
        Figure(
            "completions by two processes, PostgreSQL",
            1 / together,
            "a second",
            ratio=alone / together,
            yardstick="one process",
            goal=AT_LEAST,
            at_least=True,
            note=f"best of {rounds} rounds each; median {times.ratio('one', 'two'):.2f}",
        ),
    ]


@contextmanager
def _hand(url: str) -> Iterator[Hand]:
    hand = Hand(url)
    try:
        yield hand
    finally:
        hand.close()


def _ready(ours: Ours, number: int) -> list[int]:
    """The first tasks of so many cases, all of them open."""
    first = ours.begin()
    with ours.database.transaction() as session:
        copy_case(session, first, number - 1)
    with ours.database.reading() as session:
        return list(session.scalars(select(UserTask.id).where(UserTask.case_id >= first)))

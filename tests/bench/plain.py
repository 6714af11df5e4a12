"""The yardstick: SpiffWorkflow as it comes, with its own parser, data and JSON."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

# What a form of the bench sends, in what plain JSON can hold.
ANSWERS: Mapping[str, object] = {
    "opmerking": "Alles is besproken.",
    "datum": "2026-05-18",
    "akkoord": False,
}


class PlainRoute:
    """One diagram, parsed once, and cases of it."""

    def __init__(self, drawn: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(drawn)
        self._spec = parser.get_spec("Hoofd")
        self._parts = parser.get_subprocess_specs("Hoofd")
        self._serializer = BpmnWorkflowSerializer()

    def begin(self) -> BpmnWorkflow:
        """A case at its first user task."""
        case = BpmnWorkflow(self._spec, self._parts)
        case.get_next_task(spec_name="Start").set_data(clientNaam="Zoë Bakker", clientEmail="")
        case.do_engine_steps()
        return case

    def save(self, case: BpmnWorkflow) -> str:
        """The case as JSON; like every example of SpiffWorkflow, with its definition inside."""
        found: str = self._serializer.serialize_json(case)
        return found

    def load(self, saved: str) -> BpmnWorkflow:
        return self._serializer.deserialize_json(saved)


def complete(case: BpmnWorkflow) -> None:
    """Complete the one user task that waits."""
    task = case.get_next_task(state=TaskState.READY, manual=True)
    task.set_data(**ANSWERS)
    task.run()
    case.do_engine_steps()


def in_memory(route: PlainRoute, steps: int) -> Callable[[], Callable[[], None]]:
    """``steps`` completions of one case that stays in memory."""

    def prepare() -> Callable[[], None]:
        case = route.begin()

        def work() -> None:
            for _ in range(steps):
                complete(case)

        return work

    return prepare


def through_json(
    route: PlainRoute, steps: int, keep: Callable[[str], object] = len
) -> Callable[[], Callable[[], None]]:
    """``steps`` completions, each: read JSON, complete, write JSON, and ``keep`` it."""

    def prepare() -> Callable[[], None]:
        first = route.save(route.begin())

        def work() -> None:
            saved = first
            for _ in range(steps):
                case = route.load(saved)
                complete(case)
                saved = route.save(case)
                keep(saved)

        return work

    return prepare


class PlainStore:
    """The JSON of one case in SQLite, as durable as ours: a write log, synced at each commit."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, state TEXT)")
        self._database.execute("INSERT INTO saved VALUES (1, '')")

    def keep(self, saved: str) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("UPDATE saved SET state = ? WHERE id = 1", (saved,))
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()


def syncing(path: Path, steps: int) -> Callable[[], Callable[[], None]]:
    """``steps`` times 4 KB behind the end of a file, synced: what the disk alone takes."""

    def prepare() -> Callable[[], None]:
        def work() -> None:
            with path.open("ab") as file:
                for _ in range(steps):
                    file.write(b"x" * 4096)
                    file.flush()
                    os.fdatasync(file.fileno())

        return work

    return prepare

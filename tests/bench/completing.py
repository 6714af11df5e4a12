"""Section 1: what completing a user task costs, on the same diagram of three user tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text

from engine.db import open_database
from tests.bench import plain, routes
from tests.bench.board import Figure
from tests.bench.ours import TYPED, Browser, Counts, Desk, Ours, browsing, counting, each_step
from tests.bench.turns import Times, several, take_turns
from tests.databases import FAST, PostgresServer, sqlite_url

STEPS = len(routes.TASKS)
CASES = 4
"""In one turn: so all run as in a server that is at work, and not just woken."""
MEMORY, JSON, STORED, DISK = (
    "raw, in memory",
    "raw, JSON round trip",
    "raw, JSON in SQLite, synced",
    "the disk alone: 4 KB, synced",
)
WEB = ("web, whole request", "the same over a socket")
LARGE = "; diagram as large as a shipped route"
LARGE_JSON = JSON + LARGE


@contextmanager
def durable_postgres_server() -> Iterator[PostgresServer]:
    """A server that keeps what it says it kept."""
    server = PostgresServer()
    try:
        with server.empty() as url:
            administration = open_database(url)
            with administration.engine.connect() as connection:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                for setting in FAST:
                    name = setting.split(" ")[0]
                    connection.execute(text(f"ALTER SYSTEM RESET {name}"))
                connection.execute(text("SELECT pg_reload_conf()"))
            administration.close()
        yield server
    finally:
        server.close()


@contextmanager
def durable_postgres() -> Iterator[str]:
    """The address of an empty database on such a server."""
    with durable_postgres_server() as server, server.empty() as url:
        yield url


def completing(folder: Path, rounds: int) -> list[Figure]:
    """Raw and ours in turns. The goals are those of the issues "2" and (the stricter) "4"."""
    with ExitStack() as stack:
        store = plain.PlainStore(folder / "plain.db")
        stack.callback(store.close)
        installations = {
            "SQLite": Ours(sqlite_url(folder / "ours.db")),
            "SQLite, not synced": Ours(sqlite_url(folder / "loose.db"), synced=False),
            "PostgreSQL": Ours(stack.enter_context(durable_postgres())),
        }
        route = plain.PlainRoute(routes.three_tasks()["hoofd.bpmn"])
        contenders = {
            MEMORY: plain.in_memory(route, STEPS),
            JSON: plain.through_json(route, STEPS),
            STORED: plain.through_json(route, STEPS, store.keep),
            DISK: plain.syncing(folder / "disk", STEPS),
        }
        by_hand: dict[str, tuple[Ours, Callable[[int], None]]] = {}
        counted: dict[str, Counts] = {}
        for place, ours in installations.items():
            stack.callback(ours.close)
            # SpiffWorkflow's JSON grows with the diagram; ours holds no diagram.
            for key, drawn in ((routes.THREE, ""), (routes.LARGE, LARGE)):
                browser, desk = stack.enter_context(browsing(ours, folder / f"{place} {key}", key))
                layers: dict[str, Callable[[int], None]] = {
                    "engine, the verb": ours.step,
                    "tasks, service layer": partial(ours.submit, key=key),
                    "web, whole request": partial(_press, desk),
                    "the same over a socket": partial(_press, browser),
                }
                for layer, complete in layers.items():
                    name = f"{layer}, {place}{drawn}"
                    contenders[name] = each_step(ours, complete, STEPS, key)
                    if not drawn:
                        by_hand[name] = (ours, complete)
        large = plain.PlainRoute(routes.large()["hoofd.bpmn"])
        contenders[LARGE_JSON] = plain.through_json(large, STEPS)
        turns = {name: several(contender, CASES) for name, contender in contenders.items()}
        times = take_turns(turns, rounds, per=STEPS * CASES)
        for name, (ours, complete) in by_hand.items():
            task_id = ours.waiting(ours.begin())
            counted[name] = counting(ours, partial(complete, task_id))
    figures = [
        Figure(
            name,
            times.median(name) * 1e3,
            "ms",
            ratio=None if name in (JSON, LARGE_JSON) else times.ratio(name, _yardstick(name)),
            yardstick="" if name in (JSON, LARGE_JSON) else _SHORT[_yardstick(name)],
            goal=_goal(name),
            note=_note(times, name, counted.get(name)),
        )
        for name in contenders
    ]
    for name, counts in counted.items():
        if name.endswith(("SQLite", "PostgreSQL")):
            figures.append(
                Figure(f"statements: {name}", len(counts.texts), "", goal=_most_statements(name))
            )
            figures.append(Figure(f"commits: {name}", counts.commits, "", goal=1))
    return figures


_SHORT = {JSON: "raw JSON", LARGE_JSON: "raw JSON, as large"}


def _yardstick(name: str) -> str:
    return LARGE_JSON if name.endswith(LARGE) else JSON


def _goal(name: str) -> float | None:
    if name.startswith(WEB):
        return 3 if "not synced" in name else None
    if name.startswith("tasks"):
        return 1.5 if "not synced" in name else 4
    return None


def _most_statements(name: str) -> float | None:
    return None if name.startswith(WEB) else 12


def _press(asker: Browser | Desk, task_id: int) -> None:
    asker.press(f"/taken/{task_id}", TYPED)


def _note(times: Times, name: str, counts: Counts | None) -> str:
    ratio = f"processor {times.processor_ratio(name, _yardstick(name)):.2f}"
    if counts is None:
        return ratio
    return f"{ratio}, {len(counts.texts)} statements, {counts.commits} commit"

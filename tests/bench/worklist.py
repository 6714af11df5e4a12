"""Section: the worklist of one person, while the tables around it grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine.models import Case, CaseParty, CaseStatus, Organisation, UserTask, UserTaskStatus
from tasks import cases, worklist
from tasks.access import Seat, Viewer
from tasks.worklist import Filter, Queue
from tests.bench import crowd, routes
from tests.bench.board import Figure
from tests.bench.completing import durable_postgres_server
from tests.bench.ours import Ours
from tests.bench.turns import Times, take_turns
from tests.databases import sqlite_url

QUEUE, LONG = 200, 100_000
PLACES, DATES = 50, 100
"""The others work in so many organisations, towards so many days."""
GOAL = 2.0
END = 1.2
FIRST_ID = 1_000


@dataclass(frozen=True)
class Crowd:
    """One database with so many open tasks. ``measured`` has 200 in each queue, ``busy`` (where it
    is large enough) a hundred thousand; the cursors stand before the last page of each."""

    ours: Ours
    size: int
    measured: Viewer
    measured_last: str
    busy: Viewer | None
    busy_last: str


def worklists(folder: Path, sizes: tuple[int, ...]) -> list[Figure]:
    """Each size in a database of its own, so that all of them take turns."""
    found: list[Figure] = []
    with _places(folder, sizes) as places:
        for place, urls in places.items():
            with ExitStack() as stack:
                crowds = []
                for size, url in zip(sizes, urls, strict=True):
                    ours = Ours(url, synced=place != "SQLite")
                    stack.callback(ours.close)
                    crowds.append(fill(ours, size))
                found += _of_sizes(place, crowds)
                found += _of_a_long_queue(place, crowds[-1])
    return found


@contextmanager
def _places(folder: Path, sizes: tuple[int, ...]) -> Iterator[dict[str, list[str]]]:
    with durable_postgres_server() as server, ExitStack() as stack:
        yield {
            "SQLite": [sqlite_url(folder / f"crowd-{size}.db") for size in sizes],
            "PostgreSQL": [stack.enter_context(server.empty()) for _ in sizes],
        }


def fill(ours: Ours, size: int) -> Crowd:
    """So many open tasks: the measured person's 200 + 200, a busy one's if they fit, the rest of
    fifty other organisations."""
    now = ours.now()
    made = ours.begin()
    numbers = range(FIRST_ID, FIRST_ID + size)
    own = range(numbers.start, numbers.start + 2 * QUEUE)
    long = range(own.stop, own.stop + (LONG if size > 2 * LONG else 0))
    with ours.database.transaction() as session:
        crowd.in_a_hurry(session)
        case = session.get_one(Case, made)
        task = session.scalars(select(UserTask).where(UserTask.case_id == made)).one()
        party = session.scalars(select(CaseParty).where(CaseParty.case_id == made)).one()
        here = session.get_one(Organisation, task.organisation_id)
        busy_place, *others = crowd.organisations(session, here, PLACES)
        crowd.cases(session, case, numbers)
        for number, part in enumerate(crowd.spread(range(own.start, own.start + QUEUE), DATES)):
            crowd.user_tasks(session, task, part, _due(now, number))
        mine = {"assignee_id": ours.viewer.person_id}
        for number, part in enumerate(crowd.spread(range(own.start + QUEUE, own.stop), DATES)):
            crowd.user_tasks(session, task, part, _due(now, number), **mine)
        crowd.participation(session, party, own, here.id)
        for number, part in enumerate(crowd.spread(long, DATES)):
            crowd.user_tasks(session, task, part, _due(now, number), organisation_id=busy_place)
        if long:
            crowd.participation(session, party, long, busy_place)
        rest = range(long.stop, numbers.stop)
        for number, part in enumerate(crowd.spread(rest, DATES)):
            place = others[number % len(others)]
            crowd.user_tasks(session, task, part, _due(now, number), organisation_id=place)
            crowd.participation(session, party, part, place)
    crowd.analyze(ours.database)
    seat = Seat(busy_place, routes.THREE, task.role)
    busy = replace(
        ours.viewer, person_id=0, seats=frozenset({seat}), organisations={busy_place: "Druk"}
    )
    return Crowd(
        ours,
        size,
        ours.viewer,
        _before_last(ours, ours.viewer),
        busy if long else None,
        _before_last(ours, busy) if long else "",
    )


def _due(now: datetime, number: int) -> datetime | None:
    """One in five has no deadline; of the rest a third is late."""
    return None if number % 5 == 0 else now + timedelta(days=number - DATES // 3)


def _before_last(ours: Ours, viewer: Viewer) -> str:
    """The cursor with which the last page of the group's queue begins."""
    with ours.database.reading() as session:
        last = session.execute(
            select(UserTask.due_at, UserTask.id)
            .where(
                UserTask.organisation_id.in_(viewer.organisations),
                UserTask.assignee_id.is_(None),
                UserTask.status == UserTaskStatus.OPEN,
            )
            .order_by(UserTask.due_at.is_not(None), UserTask.due_at.desc(), UserTask.id.desc())
            .offset(worklist.PAGE_SIZE)
            .limit(1)
        ).one()
    return worklist._cursor(worklist._Place(last.due_at, last.id))


def _of_sizes(place: str, crowds: list[Crowd]) -> list[Figure]:
    asked: dict[str, Callable[[Crowd], object]] = {
        "first page": lambda one: _page(one.ours, one.measured, None),
        "last page": lambda one: _page(one.ours, one.measured, one.measured_last),
        "mine": lambda one: _page(one.ours, one.measured, None, Queue.MINE),
        "late ones": lambda one: _page(one.ours, one.measured, None, Queue.OVERDUE),
        "a search": lambda one: _page(one.ours, one.measured, None, search="naam 1100"),
        "counts": _counts,
        "list of cases": _cases,
    }
    contenders = {
        f"{name}, {one.size:,}": _contender(ask, one)
        for name, ask in asked.items()
        for one in crowds
    }
    times = take_turns(contenders, 15)
    return [_figure(times, place, name, one, crowds[0]) for name in asked for one in crowds]


def _figure(times: Times, place: str, name: str, one: Crowd, smallest: Crowd) -> Figure:
    key, yardstick = f"{name}, {one.size:,}", f"{name}, {smallest.size:,}"
    first = one is smallest
    return Figure(
        f"{key} open tasks, {place}",
        times.median(key) * 1e3,
        "ms",
        ratio=None if first else times.ratio(key, yardstick),
        yardstick="" if first else f"{smallest.size:,}",
        goal=None if first else GOAL,
    )


def _of_a_long_queue(place: str, one: Crowd) -> list[Figure]:
    if one.busy is None:
        return []
    busy = one.busy
    times = take_turns(
        {
            "start": _contender(lambda it: _page(it.ours, busy, None), one),
            "end": _contender(lambda it: _page(it.ours, busy, it.busy_last), one),
        },
        25,
    )
    return [
        Figure(f"a queue of {LONG:,}, its first page, {place}", times.median("start") * 1e3, "ms"),
        Figure(
            f"a queue of {LONG:,}, its last page, {place}",
            times.median("end") * 1e3,
            "ms",
            ratio=times.ratio("end", "start"),
            yardstick="first page",
            goal=END,
        ),
    ]


def _contender(ask: Callable[[Crowd], object], one: Crowd) -> Callable[[], Callable[[], object]]:
    return lambda: lambda: ask(one)


def _page(
    ours: Ours,
    viewer: Viewer,
    cursor: str | None,
    queue: Queue = Queue.GROUPS,
    search: str = "",
) -> None:
    with ours.database.reading() as session:
        page = worklist.page(session, viewer, queue, Filter(search=search), cursor, ours.now())
    assert page.rows
    assert (page.next is None) == bool(cursor or search), "not the page that was meant"


def _counts(one: Crowd) -> None:
    with one.ours.database.reading() as session:
        found = worklist.counts(session, one.measured, one.ours.now())
    assert (found.mine, found.groups - 1) == (QUEUE, QUEUE), found


def _cases(one: Crowd) -> None:
    with one.ours.database.reading() as session:
        found = cases.case_list(session, one.measured, CaseStatus.OPEN, "", None, one.ours.now())
    assert len(found.rows) == cases.PAGE_SIZE

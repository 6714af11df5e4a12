"""The clock room: what is on each shelf, page by page, and what an administrator can do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import ClauseElement, select, text

from engine.db import Database
from engine.errors import NotAllowed, NotFound
from engine.models import (
    AuditEvent,
    Case,
    CaseState,
    Incident,
    IncidentStatus,
    Person,
    TermChange,
    TermChangeKind,
    Timer,
    TimerStatus,
)
from engine.refusals import StepFailed
from engine.steps.casedata import stored_variables, variables_to_store
from engine.timers import fire, fire_due
from tasks.access import Viewer, load_viewer
from tasks.administration import clockhands, clockroom
from tasks.administration.clockroom import Shelf, delay_text
from tasks.refusals import Invalid, TimerStuck
from tests.engine.conftest import NOW, furnished
from tests.engine.sample import REMINDER, files
from tests.engine.world import World

PLANNED = datetime(2026, 3, 16, 23, 0, tzinfo=UTC)
# The letter behind the timer has a hole, until "opmerking" is known.
BROKEN = {
    **files(),
    "letters/herinnering.md": REMINDER.replace("{{zaak.nummer}} w", "{{opmerking}} w").encode(),
}


@pytest.fixture
def world(database: Database) -> World:
    world = furnished(database)
    with database.transaction() as session:
        session.add(Person(username="bo", name="Bo", created_at=NOW, is_administrator=True))
    return world


def viewer(world: World, name: str = "bo") -> Viewer:
    with world.database.reading() as session:
        person = session.scalars(select(Person).where(Person.username == name)).one()
        found = load_viewer(session, person.id, person.session_epoch)
    assert found is not None
    return found


def shelf(
    world: World, which: Shelf, cursor: str | None = None, size: int = 50
) -> clockroom.ClockPage:
    with world.database.reading() as session:
        return clockroom.page(session, viewer(world), which, cursor, world.now, size)


def the_timer(world: World) -> Timer:
    with world.looking() as session:
        return session.scalars(select(Timer)).one()


def failed(world: World) -> Case:
    """A case of which the timer failed, an hour ago."""
    world.deploy(BROKEN)
    case = world.assessed()
    with pytest.raises(StepFailed):
        fire(world.database, the_timer(world).id, PLANNED)
    world.now = PLANNED + timedelta(hours=1)
    return case


def test_a_timer_goes_from_next_to_late_to_fired_with_its_delay(world: World) -> None:
    case = world.assessed()
    [row] = shelf(world, Shelf.NEXT).timers
    assert (row.case_number, row.element_id, row.planned) == (case.number, "Herinnering", PLANNED)
    assert shelf(world, Shelf.LATE).timers == ()
    world.now = PLANNED + timedelta(minutes=5)
    assert shelf(world, Shelf.NEXT).timers == ()
    [row] = shelf(world, Shelf.LATE).timers
    assert row.delay == "5 minuten"
    fire_due(world.database, world.now)
    assert shelf(world, Shelf.LATE).timers == ()
    [row] = shelf(world, Shelf.FIRED).timers
    assert (row.planned, row.fired, row.delay) == (PLANNED, world.now, "5 minuten")


def test_a_failed_timer_is_on_its_own_shelf(world: World) -> None:
    failed(world)
    assert [row.delay for row in shelf(world, Shelf.FAILED).timers] == ["1 uur"]
    with world.database.reading() as session:
        found = clockroom.counts(session, viewer(world), world.now)
    assert found == {Shelf.LATE: 0, Shelf.NEXT: 0, Shelf.FAILED: 1, Shelf.PAUSED: 0}


def test_a_failed_timer_is_tried_again_with_a_reason_that_is_written_down(world: World) -> None:
    case = failed(world)
    timer_id = the_timer(world).id
    with pytest.raises(Invalid):
        clockhands.try_again(world.database, viewer(world), timer_id, " ", world.now)
    with pytest.raises(StepFailed):
        clockhands.try_again(world.database, viewer(world), timer_id, "Nog eens.", world.now)
    with world.database.transaction() as session:
        # What was missing is known now.
        session.execute(
            text("UPDATE case_states SET variables = :new"),
            {"new": _with_remark(world, case)},
        )
    clockhands.try_again(world.database, viewer(world), timer_id, "De opmerking is er.", world.now)
    assert the_timer(world).status is TimerStatus.FIRED
    with world.looking() as session:
        assert session.scalars(select(Incident.status)).all() == [IncidentStatus.RESOLVED]
        tries = session.scalars(select(AuditEvent).where(AuditEvent.kind == "timer_retried"))
        assert [("Nog eens." in one.data, one.person_id) for one in tries] == [
            (True, viewer(world).person_id),
            (False, viewer(world).person_id),
        ]


def _with_remark(world: World, case: Case) -> str:
    with world.looking() as session:
        before = session.scalar(
            text("SELECT variables FROM case_states WHERE case_id = :id").bindparams(id=case.id)
        )
    return variables_to_store({**stored_variables(before), "opmerking": "Alles is er."})


def test_a_timer_is_moved_to_a_moment_to_come_with_a_reason(world: World) -> None:
    world.assessed()
    timer_id = the_timer(world).id
    later = PLANNED + timedelta(days=3)

    def move(at: datetime | None, reason: str) -> None:
        clockhands.move(world.database, viewer(world), timer_id, at, reason, world.now)

    for at, reason in (
        (None, "x"),
        (world.now, "x"),
        (world.now + timedelta(days=5000), "x"),
        (later, " "),
    ):
        with pytest.raises(Invalid):
            move(at, reason)
    move(later, "De gemeente was dicht.")
    assert the_timer(world).fires_at == later
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "timer_moved")).one()
    assert event.person_id == viewer(world).person_id
    with pytest.raises(NotFound):
        clockhands.move(world.database, viewer(world), 10**9, later, "x", world.now)
    with pytest.raises(NotFound):
        clockhands.try_again(world.database, viewer(world), timer_id, "x", world.now)


def test_a_fault_of_the_route_in_the_way_of_moving_is_said(world: World) -> None:
    faulty = (
        files()["hoofd.bpmn"]
        .decode()
        .replace(
            "=eindeTermijn(sleutelDatum, instellingen.herinnering",
            "=eindeTermijn(if toestemming then sleutelDatum else null, instellingen.herinnering",
        )
    )
    world.deploy({**files(), "hoofd.bpmn": faulty.encode()})
    case = world.assessed()
    with world.database.transaction() as session:
        state = session.get_one(CaseState, case.id)
        assert '"toestemming":true' in state.variables
        state.variables = state.variables.replace('"toestemming":true', '"toestemming":false')
    with pytest.raises(TimerStuck) as refused:
        clockhands.move(world.database, viewer(world), the_timer(world).id, PLANNED, "x", world.now)
    assert "Herinnering" in refused.value.text


def test_terms_that_stand_still_are_shown_until_somebody_ends_them(world: World) -> None:
    case = world.assessed()
    pauses = (
        ("aanvullen", date(2026, 3, 20), None, None),  # still open
        ("aanvullen", date(2026, 2, 20), None, None),  # the time that was given has passed
        ("overmacht", date(2026, 2, 25), None, None),  # that day was an expectation
        ("overmacht", date(2026, 3, 25), date(2026, 3, 1), None),  # ended
        ("overmacht", date(2026, 3, 26), None, NOW),  # withdrawn
    )
    with world.database.transaction() as session:
        session.add_all(
            TermChange(
                case_id=case.id,
                term=f"termijn{number}",
                kind=TermChangeKind.PAUSE,
                ground=ground,
                told_on=date(2026, 2, 1),
                until=until,
                ended_on=ended,
                withdrawn_at=withdrawn,
                recorded_at=NOW,
            )
            for number, (ground, until, ended, withdrawn) in enumerate(pauses)
        )
    assert [row.term for row in shelf(world, Shelf.PAUSED).pauses] == ["termijn0", "termijn2"]
    first = shelf(world, Shelf.PAUSED, size=1)
    assert [row.term for row in shelf(world, Shelf.PAUSED, first.next, 1).pauses] == ["termijn2"]
    world.end(case, "intrekking")
    assert shelf(world, Shelf.PAUSED).pauses == ()


@pytest.mark.parametrize("which", [Shelf.LATE, Shelf.NEXT, Shelf.FAILED, Shelf.FIRED])
def test_every_shelf_is_turned_page_by_page_without_a_gap_or_repeat(
    world: World, which: Shelf
) -> None:
    fill(world, which, 25)
    seen, cursor = [], None
    for _ in range(10):
        page = shelf(world, which, cursor, 10)
        seen += [row.id for row in page.timers]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25
    again = shelf(world, which, "onzin~x")
    assert [row.id for row in again.timers] == seen


STATUS = {Shelf.FAILED: TimerStatus.FAILED, Shelf.FIRED: TimerStatus.FIRED}


def fill(world: World, which: Shelf, number: int) -> None:
    """So many timers on one shelf; some at the same moment."""
    world.deploy()
    case = world.start()
    days = -1 if which is Shelf.LATE else 1
    with world.database.transaction() as session:
        session.add_all(
            Timer(
                case_id=case.id,
                token=f"t{which}{n}",
                element_id="x",
                name="x",
                status=STATUS.get(which, TimerStatus.WAITING),
                created_at=NOW,
                fires_at=NOW + timedelta(days=days, minutes=n // 3),
                ended_at=NOW + timedelta(minutes=n // 3) if which is Shelf.FIRED else None,
            )
            for n in range(number)
        )


def explained(database: Database, query: ClauseElement) -> str:
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    command = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{command} {compiled}".replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in rows)


def test_no_shelf_walks_over_a_growing_table(world: World) -> None:
    for which in (Shelf.NEXT, Shelf.FIRED):
        fill(world, which, 4000)
    with world.database.transaction() as session:
        session.execute(text("ANALYZE"))
    after = (NOW + timedelta(minutes=500), 700)
    for which in (Shelf.LATE, Shelf.NEXT, Shelf.FAILED, Shelf.FIRED):
        for place in (None, after):
            plan = explained(world.database, clockroom.timers_on(which, place, NOW, 51))
            assert "ix_timers_" in plan, (which, plan)
            assert "Sort" not in plan, (which, plan)
            assert "TEMP B-TREE" not in plan, (which, plan)


def test_only_an_administrator_comes_into_the_clock_room(world: World) -> None:
    world.assessed()
    sanne, timer_id = viewer(world, "sanne"), the_timer(world).id
    with world.database.reading() as session:
        for look in (
            lambda: clockroom.page(session, sanne, Shelf.NEXT, None, NOW),
            lambda: clockroom.counts(session, sanne, NOW),
            lambda: clockroom.timer(session, sanne, timer_id, NOW),
        ):
            with pytest.raises(NotAllowed):
                look()
    with pytest.raises(NotAllowed):
        clockhands.move(world.database, sanne, timer_id, PLANNED, "x", NOW)
    with pytest.raises(NotAllowed):
        clockhands.try_again(world.database, sanne, timer_id, "x", NOW)


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        (timedelta(milliseconds=900), "geen"),
        (timedelta(seconds=-5), "geen"),
        (timedelta(seconds=1), "1 seconde"),
        (timedelta(seconds=119), "1 minuut"),
        (timedelta(hours=47), "47 uur"),
        (timedelta(days=3, hours=4), "3 dagen"),
    ],
)
def test_a_delay_is_said_in_words(delay: timedelta, said: str) -> None:
    assert delay_text(delay) == said

"""Each way in which a diagram can count a deadline is explained, or honestly not."""

from __future__ import annotations

from datetime import date

import pytest

from engine.context import CaseLook
from engine.definitions import load
from engine.explaining import FACT, FIXED, reasons_of_due
from engine.models import Case, DecreeDay, UserTask
from tests.engine.sample import DUE, bpmn, files, main_process
from tests.engine.world import World

# The fact is Monday 9 March 2026.


def explained(world: World, due: str) -> tuple[str, ...]:
    """The reasons of a task with this due date."""
    main = main_process().replace(DUE.replace('"', "&quot;"), due.replace('"', "&quot;"))
    if due != DUE:
        assert DUE.replace('"', "&quot;") not in main
    world.deploy({**files(), "hoofd.bpmn": bpmn(main)})
    case = world.assessed()
    with world.looking() as session:
        task = session.get_one(UserTask, world.task(case, "Beoordelen").id)
        row = session.get_one(Case, case.id)
        route = load(session, row.definition_id)
        return reasons_of_due(CaseLook(session, route, row, world.now), task)


@pytest.mark.parametrize(
    ("due", "steps", "said"),
    [
        (DUE, 4, "Deze termijn is een werkafspraak."),
        ('=eindeTermijn(sleutelDatum, "P4W", "wet")', 6, "aandag 6 april 2026"),
        ("=plusWerkdagen(sleutelDatum, 3)", 3, "De termijn duurt 3 werkdagen."),
        ('=plusDagen(sleutelDatum, 10, "kalenderdagen")', 3, "De termijn duurt 10 dagen."),
        ('=plusDagen(sleutelDatum, 10, "werkdagen")', 3, "De termijn duurt 10 werkdagen."),
        ('=terugTellen(sleutelDatum, "P1W")', 2, "telt terug vanaf maandag 9 maart 2026: 1 week."),
        (
            '=if toestemming then eindeTermijn(sleutelDatum, "P1W", "werkafspraak") else null',
            4,
            "maandag 16 maart 2026",
        ),
        ("=sleutelDatum", 1, FACT),
        ('=sleutelDatum + duration("P2D")', 1, FACT),
        ('=date and time("2026-05-18T12:00:00@Europe/Amsterdam")', 1, FACT),
        ("2026-05-18", 1, FIXED),
    ],
)
def test_each_way_of_counting_is_explained(world: World, due: str, steps: int, said: str) -> None:
    found = explained(world, due)
    assert any(said in step for step in found), found
    assert len(found) == steps, found


def test_the_answer_that_became_the_deadline_is_explained_and_no_other(world: World) -> None:
    found = explained(
        world, '=max([plusWerkdagen(sleutelDatum, 1), eindeTermijn(sleutelDatum, "P2W", "wet")])'
    )
    assert any("2 weken" in step for step in found)
    assert not any("werkdag." in step and "duurt" in step for step in found)


def test_days_that_an_administrator_added_are_in_the_reasons(world: World) -> None:
    with world.database.transaction() as session:
        session.add(DecreeDay(day=date(2026, 3, 16), source="Besluit", added_at=world.now))
    found = explained(world, '=eindeTermijn(sleutelDatum, "P1W", "wet")')
    assert any("dinsdag 17 maart 2026" in step for step in found)
    assert any("gelijkgesteld" in step for step in found)


def test_the_deadline_itself_is_as_without_explaining(world: World) -> None:
    explained(world, DUE)
    case = world.assessed()
    assert world.task(case, "Beoordelen").due_day == date(2026, 3, 30)

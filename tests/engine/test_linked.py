"""A case that starts another, and the messages between them."""

from __future__ import annotations

from sqlalchemy import select

from engine.models import Case, CaseStatus, OutboxMessage, OutboxStatus
from engine.steps.work import StepDone
from tests.engine import sample
from tests.engine.world import World
from tests.spiff.drawing import catch, end, flows, on_message, start


def objected(world: World) -> tuple[Case, Case]:
    """A case that waits for its objection, and the objection."""
    case = world.assessed()
    done: StepDone = world.complete(
        case, "Beoordelen", "fatima", akkoord=False, opmerking="te duur"
    )
    (linked,) = done.linked
    return case, linked.case


def test_a_linked_case_starts_in_the_same_step(world: World) -> None:
    case, objection = objected(world)
    assert objection.parent_id == case.id
    assert (objection.client_name, objection.client_email) == ("Zoë Bakker", "zoe@example.org")
    assert list(world.tasks(objection)) == ["BezwaarBehandelen"]
    assert list(world.tasks(case)) == ["Wachten"]
    assert "linked_case_started" in world.kinds(case)


def test_the_main_case_learns_the_number_of_the_linked_one(world: World) -> None:
    from engine.context import case_context
    from engine.definitions import load

    case, objection = objected(world)
    with world.looking() as session:
        route = load(session, case.definition_id)
        main = case_context(session, route, case, world.now)
        linked = case_context(session, route, objection, world.now)
    assert main["bezwaarNummer"] == objection.number
    assert linked["aanleiding"] == "te duur"
    assert "opmerking" not in linked  # only what the input mapping names goes along


def test_organisations_of_the_main_case_see_the_linked_one_from_their_first_task(
    world: World,
) -> None:
    _, objection = objected(world)
    parties = world.parties(objection)
    assert parties["dorp"].since == world.now
    assert parties["de-brug"].since is None


def test_a_party_takes_part_from_its_first_button(world: World) -> None:
    waiting = sample.process(
        "Bezwaarzaak",
        "Bezwaar",
        start("beginBezwaar"),
        catch(
            "Ontvangen",
            on_message("Message_klacht"),
            extra=sample.properties(knop="Bezwaar ontvangen", rol="beoordelaar"),
        ),
        end("klaarBezwaar"),
        flows("beginBezwaar Ontvangen klaarBezwaar"),
    )
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(objection=waiting)})
    _, objection = objected(world)
    parties = world.parties(objection)
    assert parties["dorp"].since == world.now
    assert parties["de-brug"].since is None
    assert "party_joined" in world.kinds(objection)


def test_a_message_reaches_the_main_case_in_the_same_step(world: World) -> None:
    case, objection = objected(world)
    done = world.complete(objection, "BezwaarBehandelen", "fatima", uitkomst="gegrond")
    assert [step.case.id for step in done.linked] == [case.id]
    assert world.case(objection).status is CaseStatus.COMPLETED
    ended = world.case(case)
    assert (ended.status, ended.outcome_id) == (CaseStatus.COMPLETED, "eindeBezwaar")


def test_a_message_that_nobody_waits_for_is_told_and_no_error(world: World) -> None:
    case, objection = objected(world)
    world.complete(case, "Wachten", "sanne")
    world.complete(objection, "BezwaarBehandelen", "fatima", uitkomst="gegrond")
    assert world.case(objection).status is CaseStatus.COMPLETED
    assert world.case(case).outcome_id == "eindeWacht"


def test_a_message_to_an_open_case_that_does_not_wait_is_an_event(world: World) -> None:
    main = sample.main_process().replace(
        'attachedToRef="Wachten"', 'attachedToRef="KlachtBehandelen"'
    )
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main)})
    case, objection = objected(world)
    world.complete(objection, "BezwaarBehandelen", "fatima", uitkomst="gegrond")
    assert "message_unheard" in world.kinds(case)
    assert list(world.tasks(case)) == ["Wachten"]


def test_ending_a_case_ends_its_linked_cases_for_the_same_reason(world: World) -> None:
    case, objection = objected(world)
    world.end(case, "intrekking")
    ended = world.case(objection)
    assert (ended.status, ended.outcome_id) == (CaseStatus.CLOSED, "intrekking")
    assert not world.tasks(objection)


def test_a_linked_case_that_ends_leaves_the_main_case_open(world: World) -> None:
    case, objection = objected(world)
    world.end(objection, "intrekking", "fatima")
    assert world.case(case).status is CaseStatus.OPEN


def test_ending_a_case_also_stops_letters_of_a_linked_case_that_ended_before(
    world: World,
) -> None:
    case, objection = objected(world)
    world.end(objection, "intrekking", "fatima")
    world.end(case, "intrekking")
    letters = world.all(OutboxMessage, OutboxMessage.case_id == objection.id)
    assert [one.status for one in letters if isinstance(one, OutboxMessage)] == [
        OutboxStatus.CANCELLED
    ] * len(letters)
    assert letters


def test_cases_that_start_each_other_without_end_are_a_fault(world: World) -> None:
    import pytest

    from engine.refusals import StepFailed
    from tests.engine.sample import headers
    from tests.spiff.drawing import end, flows, perform, start

    endless = sample.process(
        "Bezwaarzaak",
        "Eindeloos",
        start("beginBezwaar"),
        perform(
            "Nogeen", "thuisroute:zaak", tag="serviceTask", extra=headers(proces="Bezwaarzaak")
        ),
        end("klaarBezwaar"),
        flows("beginBezwaar Nogeen klaarBezwaar"),
    )
    main = sample.main_process().replace('attachedToRef="Wachten"', 'attachedToRef="Wachten"')
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main, endless)})
    case = world.assessed()
    with pytest.raises(StepFailed):
        world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="x")
    with world.looking() as session:
        assert len(session.scalars(select(Case)).all()) == 1

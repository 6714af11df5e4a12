"""A linked case follows the main one: a corrected fact that it counts from, and who is a party."""

from __future__ import annotations

from engine.audit import AuditKind
from engine.checks import check
from engine.context import case_context
from engine.definitions import load
from engine.models import AuditEvent, Case
from tests.engine import sample
from tests.engine.sample import form_of, headers
from tests.engine.test_linked import objected
from tests.engine.world import World

START = headers(proces="Bezwaarzaak", resultaat="bezwaarNummer")
FOLLOWS = headers(proces="Bezwaarzaak", resultaat="bezwaarNummer", volgt="aanleiding")


def route(start: str, *, fact: str = "opmerking") -> dict[str, bytes]:
    """The sample with a fact of which the linked case gets a copy."""
    main = sample.main_process()
    plain = form_of("oordeel") + sample.schedule(dueDate=sample.DUE)
    assert plain in main
    assert START in main
    main = main.replace(plain, plain + sample.properties(feit=fact)).replace(START, start)
    return {**sample.files(), "hoofd.bpmn": sample.bpmn(main)}


def reason_of(world: World, objection: Case) -> object:
    with world.looking() as session:
        known = load(session, objection.definition_id)
        return case_context(session, known, objection, world.now)["aanleiding"]


def test_a_corrected_fact_reaches_the_linked_case_that_follows_it(world: World) -> None:
    world.deploy(route(FOLLOWS))
    case, objection = objected(world)
    done = world.correct(case, opmerking="te klein")
    assert reason_of(world, objection) == "te klein"
    assert [one.case.id for one in done.linked] == [objection.id]
    assert AuditKind.FACT_CORRECTED.value in world.kinds(objection)


def test_the_reason_is_read_by_the_party_that_corrected_and_by_no_other(world: World) -> None:
    world.deploy(route(FOLLOWS))
    case, _objection = objected(world)
    world.correct(case, opmerking="te klein")
    kind = AuditEvent.kind == AuditKind.FACT_CORRECTED
    told = [row.party for row in world.all(AuditEvent, kind) if isinstance(row, AuditEvent)]
    assert told == ["zorg", "zorg"]


def test_without_that_word_the_copy_stays_as_it_was(world: World) -> None:
    world.deploy(route(START))
    case, objection = objected(world)
    world.correct(case, opmerking="te klein")
    assert reason_of(world, objection) == "te duur"


def test_a_linked_case_about_an_earlier_round_is_left_alone(world: World) -> None:
    """The fact was recorded again since: what is corrected now is another decision."""
    plain = sample.objection_process()
    asked = form_of("bezwaar")
    assert asked in plain
    drawn = plain.replace(asked, asked + sample.properties(feit="aanleiding"))
    files = route(FOLLOWS)
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(plain.encode(), drawn.encode())
    world.deploy(files)
    case, objection = objected(world)
    world.correct(objection, "fatima", aanleiding="het besluit daarvoor")
    world.correct(case, opmerking="te klein")
    assert reason_of(world, objection) == "het besluit daarvoor"


def test_an_ended_linked_case_is_not_touched(world: World) -> None:
    world.deploy(route(FOLLOWS))
    case, objection = objected(world)
    world.end(objection, "intrekking", "fatima")
    assert world.correct(case, opmerking="te klein").linked == ()


def test_the_gate_refuses_to_follow_what_is_no_copy_of_a_fact(world: World) -> None:
    found = check(route(FOLLOWS, fact="akkoord"))
    assert [one.code for one in found] == ["volgt"]
    assert "aanleiding" in found[0].message
    assert check(route(FOLLOWS)) == ()


def test_another_provider_of_the_main_case_is_that_of_its_linked_cases_too(world: World) -> None:
    main = sample.main_process().replace('"sleutelDatum"', '"sleutelDatum, zorgaanbieder"')
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main)})
    case = world.assessed(zorgaanbieder="de-brug")
    done = world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="te duur")
    objection = done.linked[0].case
    assert world.parties(objection)["de-brug"].until is None
    world.correct(case, zorgaanbieder="het-anker")
    parties = world.parties(objection)
    assert parties["de-brug"].until == world.now
    assert (parties["het-anker"].since, parties["het-anker"].until) == (None, None)
    assert "party_joined" in world.kinds(objection)


def test_work_that_waits_in_the_linked_case_goes_to_the_new_party(world: World) -> None:
    main = sample.main_process().replace('"sleutelDatum"', '"sleutelDatum, gemeente"')
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main)})
    case = world.assessed()
    done = world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="te duur")
    objection = done.linked[0].case
    world.correct(case, gemeente="stad")
    assert world.parties(objection)["stad"].since == world.now
    assert world.task(objection, "BezwaarBehandelen").organisation_id == (
        world.parties(objection)["stad"].organisation_id
    )

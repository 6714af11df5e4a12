"""Texts that a column or a database cannot hold stop no step: on PostgreSQL as on SQLite."""

from __future__ import annotations

import pytest

from engine.checks import check
from engine.refusals import StepFailed
from engine.steps.termdeeds import ExtendTerm
from tests.engine import sample, termroute
from tests.engine.test_checks import changed
from tests.engine.test_faults import after
from tests.engine.test_faults import route as faulty
from tests.engine.test_named_terms import RECEIVED, at, do
from tests.engine.test_repeated import assigned
from tests.engine.test_repeated import route as work
from tests.engine.world import INTAKE, World
from tests.spiff.drawing import multi, perform, script, user, zeebe

NUL = '"a\\u0000b"'
IN_XML = NUL.replace('"', "&quot;")


@pytest.mark.parametrize("name", ["ß" * 101, "\ufdfa" * 12, "김철수" * 30])
def test_a_name_that_is_longer_without_accents_is_found_by_its_beginning(
    world: World, name: str
) -> None:
    assert world.start(clientNaam=name).client_name == name


@pytest.mark.parametrize(
    "route",
    [
        faulty(*after(script("Zet", "clientNaam", f"={NUL}"), "Zet")),
        faulty(*after(script("Zet", "gemeente", f"={NUL}"), "Zet")),
        changed(hoofd_bpmn=('name="klacht"', f'name="={IN_XML}"')),
        changed(route_toml=('"Proefroute"', NUL)),
        changed(route_toml=("De client stopt", "De client\\u0000 stopt")),
    ],
    ids=["client", "party", "message", "route", "ending"],
)
def test_a_character_that_postgresql_cannot_hold_stops_no_case(
    world: World, route: dict[str, bytes]
) -> None:
    assert check(route) == ()
    world.deploy(route)
    case = world.start()
    try:
        world.complete(case, "Intake", **INTAKE)
    except StepFailed:  # no organisation has that name: an Incident
        return
    world.end(case, "intrekking")


@pytest.mark.parametrize(
    "task",
    [
        assigned(assignee=f"={NUL}"),
        user(
            "Werk",
            inside=multi(f"=[{NUL}]", element="k"),
            extra=sample.form_of("klacht"),
            name="K",
        ),
    ],
    ids=["assignee", "item"],
)
def test_nor_does_it_in_what_a_task_is_called_or_who_does_it(world: World, task: str) -> None:
    world.deploy(work(task))
    world.start()


def test_a_fault_that_quotes_such_a_text_is_an_incident(world: World) -> None:
    headers = sample.headers(
        termijn="beslissen", grond=f"={NUL}", verzoekOp="=sleutelDatum", uiterlijk="=sleutelDatum"
    )
    rest = perform("Rust", "thuisroute:opschorten", tag="serviceTask", extra=headers)
    drawn = faulty(*after(rest, "Rust"))["hoofd.bpmn"]
    world.deploy({**termroute.files(), "hoofd.bpmn": drawn})
    case = world.start()
    with pytest.raises(StepFailed):
        world.complete(case, "Intake", **INTAKE)


def test_a_role_without_a_button_is_not_kept(world: World) -> None:
    route = changed(hoofd_bpmn=('name="knop" value="Klacht ontvangen"', 'name="knop" value=""'))
    long = b'name="rol" value="%s"' % (b"r" * 65)
    route["hoofd.bpmn"] = route["hoofd.bpmn"].replace(b'name="rol" value="beoordelaar"', long)
    assert check(route) == ()
    world.deploy(route)
    world.complete(world.start(), "Intake", **INTAKE)


def test_a_length_with_spaces_around_it_is_kept_without(world: World) -> None:
    world.now = at(RECEIVED)
    spaced = 'verlengbaar = "=\\"' + " " * 60 + 'P1W\\""'
    terms = termroute.TERMS.replace('verlengbaar = "P1W"', spaced)
    assert terms != termroute.TERMS
    world.deploy(termroute.files(terms))
    case = world.start()
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
    do(world, case, ExtendTerm("betalen", RECEIVED, None, "Op verzoek."), who="sanne")


def test_a_priority_beyond_all_measure_is_a_fault_of_the_route(world: World) -> None:
    group = zeebe("assignmentDefinition", candidateGroups='="begeleider"')
    priority = zeebe("priorityDefinition", priority="9" * 23)
    world.deploy(work(user("Werk", extra=sample.form_of("klacht") + group + priority, name="K")))
    with pytest.raises(StepFailed, match="geen heel getal"):
        world.start()

"""A fault in each place of a diagram stops the step, names the element, and can be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from engine.models import (
    Incident,
    IncidentStatus,
    OutboxMessage,
)
from engine.refusals import StepFailed
from tests.engine import sample
from tests.engine.world import INTAKE, World, retry
from tests.spiff.drawing import (
    boundary,
    call,
    end,
    exclusive,
    flow,
    flows,
    io,
    perform,
    schedule,
    script,
    start,
    subprocess,
    timer,
    user,
)

HEAVY = "count(for i in 1..100000000 return count(partial))"
# Costs too much as long as the date of the key is before 2027.
UNTIL_2027 = f'if sleutelDatum < date("2027-01-01") then {HEAVY} else 1'


def route(*parts: str, **files: bytes) -> Mapping[str, bytes]:
    """The sample route with another main diagram, which starts with the intake."""
    main = sample.process(
        "Hoofd",
        "Hoofdroute",
        sample.lanes(LaneZorg="Zorg: begin Intake", LaneGemeente="Gemeente: Daarna Straks"),
        start("begin"),
        user("Intake", extra=sample.form_of("intake") + sample.properties(feit="sleutelDatum")),
        *parts,
    )
    return {**sample.files(), "hoofd.bpmn": sample.diagram(main), **files}


def after(element: str, element_id: str, rest: str = "") -> tuple[str, ...]:
    return (
        element,
        user("Daarna", extra=sample.form_of("oordeel"), name="Daarna"),
        end("einde"),
        flows(f"begin Intake {element_id} Daarna einde"),
        rest,
    )


def in_a_gateway() -> tuple[str, ...]:
    return (
        exclusive("Keuze"),
        user("Daarna", extra=sample.form_of("oordeel"), name="Daarna"),
        end("einde"),
        flows("begin Intake Keuze", "Daarna einde"),
        flow("Keuze", "Daarna", '=sleutelDatum >= date("2027-01-01")'),
        flow("Keuze", "einde", '=sleutelDatum < date("2020-01-01")'),
    )


def in_a_call() -> Mapping[str, bytes]:
    called = sample.process(
        "Teller",
        "Deel",
        start("beginDeel"),
        script("Telling", "aantal", f"={UNTIL_2027}"),
        end("eindeDeel"),
        flows("beginDeel Telling eindeDeel"),
    )
    files = route(*after(call("Deel", "Teller", propagate="true"), "Deel"))
    main = files["hoofd.bpmn"].replace(b"</bpmn:definitions>", b"")
    return {**files, "hoofd.bpmn": main + f"{called}</bpmn:definitions>".encode()}


CASES: Mapping[str, tuple[str, Mapping[str, bytes]]] = {
    "a script": (
        "Telling",
        route(*after(script("Telling", "aantal", f"={UNTIL_2027}"), "Telling")),
    ),
    "a gateway of which no condition holds": ("Keuze", route(*in_a_gateway())),
    "a condition": (
        "Keuze_einde",
        route(
            exclusive("Keuze", "Keuze_Daarna"),
            user("Daarna", extra=sample.form_of("oordeel"), name="Daarna"),
            end("einde"),
            flows("begin Intake Keuze Daarna einde"),
            flow("Keuze", "einde", f"=({UNTIL_2027}) > 5"),
        ),
    ),
    "an input": (
        "Daarna",
        route(
            user(
                "Daarna",
                extra=sample.form_of("oordeel") + io({"aantal": f"={UNTIL_2027}"}),
                name="Daarna",
            ),
            end("einde"),
            flows("begin Intake Daarna einde"),
        ),
    ),
    "a script in a subprocess": (
        "Telling",
        route(
            *after(
                subprocess(
                    "Deel",
                    start("beginDeel"),
                    script("Telling", "aantal", f"={UNTIL_2027}"),
                    end("eindeDeel"),
                    flows("beginDeel Telling eindeDeel"),
                ),
                "Deel",
            )
        ),
    ),
    "a script in a called process": ("Telling", in_a_call()),
    "a due date": (
        "Daarna",
        route(
            user(
                "Daarna",
                extra=sample.form_of("oordeel")
                + schedule(
                    dueDate='=if sleutelDatum < date("2027-01-01") then null else sleutelDatum'
                ),
                name="Daarna",
            ),
            end("einde"),
            flows("begin Intake Daarna einde"),
        ),
    ),
    "a timer": (
        "Wekker",
        route(
            user("Daarna", extra=sample.form_of("oordeel"), name="Daarna"),
            boundary(
                "Wekker",
                "Daarna",
                timer(
                    "timeDate",
                    '=if sleutelDatum < date("2027-01-01") then null else sleutelDatum',
                ),
            ),
            end("einde"),
            end("eindeWekker"),
            flows("begin Intake Daarna einde", "Wekker eindeWekker"),
        ),
    ),
    "a letter": (
        "Brief",
        route(
            *after(
                perform("Brief", extra=sample.headers(brief="bevestiging", aan="client")),
                "Brief",
            ),
            **{
                "letters/bevestiging.md": (
                    '+++\nonderwerp = "Hallo"\ntitel = "Hallo"\n+++\n'
                    f"Beste {{{{clientNaam}}}}, {{{{{UNTIL_2027}}}}}\n"
                ).encode()
            },
        ),
    ),
}


@pytest.mark.parametrize("place", CASES)
def test_a_fault_in(place: str, world: World) -> None:
    element_id, files = CASES[place]
    world.deploy(files)
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **INTAKE)
    assert failed.value.element_id == element_id, failed.value.message
    assert list(world.tasks(case)) == ["Intake"]
    assert world.all(OutboxMessage) == []
    with pytest.raises(StepFailed):
        retry(world.database, failed.value.incident_id, world.actors["piet"], world.now)
    (incident,) = world.all(Incident)
    assert isinstance(incident, Incident)
    assert (incident.attempts, incident.element_id) == (2, element_id)
    # What was wrong is filled in again, and rightly: the case goes on as if nothing had been.
    world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": date(2027, 2, 1)})
    assert list(world.tasks(case)) == ["Daarna"]
    (incident,) = world.all(Incident)
    assert isinstance(incident, Incident)
    assert incident.status is IncidentStatus.RESOLVED

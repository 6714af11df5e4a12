"""The part of a party ends while it still has work: nobody would be left to do it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.refusals import StepFailed
from tests.engine import sample
from tests.engine.world import INTAKE, World
from tests.spiff.drawing import end, flows, parallel, perform, start, user


def route() -> Mapping[str, bytes]:
    """The municipality's part ends beside a task that it still has."""
    main = sample.process(
        "Hoofd",
        "Hoofdroute",
        sample.lanes(LaneZorg="Zorg: begin Intake Anders", LaneGemeente="Gemeente: Daarna"),
        start("begin"),
        user("Intake", extra=sample.form_of("intake") + sample.properties(feit="sleutelDatum")),
        parallel("Splits"),
        user("Daarna", extra=sample.form_of("oordeel"), name="Daarna"),
        user("Anders", extra=sample.form_of("oordeel"), name="Anders"),
        perform(
            "Weg", "thuisroute:partijeinde", tag="serviceTask",
            extra=sample.headers(partij="gemeente"),
        ),
        end("einde"),
        end("eindeAnders"),
        flows("begin Intake Splits Daarna einde", "Splits Anders Weg eindeAnders"),
    )  # fmt: skip
    return {**sample.files(), "hoofd.bpmn": sample.diagram(main)}


def test_work_that_waited_already_makes_ending_the_part_a_fault(world: World) -> None:
    """Else it waits for ever, and stands (with the client's name) in the worklist of who left."""
    world.deploy(route())
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Anders", akkoord=True, opmerking="x")
    assert failed.value.element_id == "Daarna"
    assert "doet niet meer mee" in failed.value.message
    assert world.parties(case)["dorp"].until is None
    world.complete(case, "Daarna", "fatima", akkoord=True, opmerking="x")
    world.complete(case, "Anders", akkoord=True, opmerking="x")
    assert world.parties(case)["dorp"].until == world.now

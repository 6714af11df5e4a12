"""What people read on a task and a case, where the route's own texts come through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.audit import AuditKind
from engine.models import AuditEvent
from engine.routes import read_folder, read_route
from tasks.position import _is_told
from tasks.taskpage import explanation
from tasks.timeline import text_of
from tests.tasks.office import ROUTE


@pytest.mark.parametrize(
    ("documentation", "shown"),
    [
        ("D7. Na de bezichtiging twee dagen.", "Na de bezichtiging twee dagen."),
        ("D4, D11. Aanvraag.", "Aanvraag."),
        ("D11 en F. Aanvraag.", "Aanvraag."),
        ("D14, F: momenten in het jaar.", "Momenten in het jaar."),
        ("D11 (Awb 4:14): vóór het einde.", "Vóór het einde."),
        ("F en D4. Uiterlijk drie maanden.", "Uiterlijk drie maanden."),
        ("D7", ""),
        ("Uiterlijk: vrijdag.", "Uiterlijk: vrijdag."),
        ("Dit is geen nummer.", "Dit is geen nummer."),
        ("", ""),
    ],
)
def test_requirement_ids_are_for_process_owners_only(documentation: str, shown: str) -> None:
    element = next(iter(read_route(read_folder(ROUTE)).diagrams.elements.values()))
    assert explanation(replace(element, documentation=documentation)) == shown


def test_a_sentence_on_the_timeline_ends_in_one_mark() -> None:
    route = read_route(read_folder(ROUTE))
    event = AuditEvent(
        kind=AuditKind.CASE_COMPLETED, data='{"outcome": "Is alles klaar?"}', element_id=None
    )
    assert text_of(event, route).endswith("Is alles klaar?")


def test_a_button_is_no_place_where_a_case_stands() -> None:
    route = read_route(read_folder(ROUTE))
    element = replace(next(iter(route.diagrams.elements.values())), name="Naam")
    assert _is_told(element)
    assert not _is_told(replace(element, properties={"knop": "Druk hier"}))


def test_a_flow_is_named_by_where_it_leaves() -> None:
    route = read_route(read_folder(ROUTE))
    flow = next(one for one in route.diagrams.flows.values() if one.condition)
    event = AuditEvent(kind=AuditKind.INCIDENT_OPENED, data="{}", element_id=flow.id)
    said = text_of(event, route)
    assert route.diagrams.elements[flow.source].name in said
    assert flow.id not in said

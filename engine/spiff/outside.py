"""What BPMN and Camunda 8 have and we do not run: each with a code and what to draw instead.

SpiffWorkflow accepts most of these in silence and does something else (fault 16). A refusal at
deployment is what keeps a case from standing still later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.spiff.names import CAMUNDA_7, ZEEBE, bpmn, extensions, is_bpmn, local, zeebe

Found = tuple[str | None, str, str]  # element id, code, Dutch sentence

_NODES = {
    "transaction": (
        "transactie",
        "Een transactie kan niet. Teken een gewoon subproces met een foutgebeurtenis op de rand.",
    ),
    "adHocSubProcess": (
        "ad-hoc",
        "Een ad-hoc-subproces kan niet. Teken de taken met een parallelle gateway ervoor en erna.",
    ),
    "complexGateway": (
        "complexe-gateway",
        "Een complexe gateway kan niet. Gebruik een exclusieve, parallelle of inclusieve gateway.",
    ),
    "callChoreography": ("choreografie", "Een choreografie kan niet. Teken een proces."),
    "implicitThrowEvent": ("gebeurtenis", "Deze gebeurtenis kan niet. Teken een gewone."),
}
_EVENTS = {
    "compensateEventDefinition": (
        "compensatie",
        "Compensatie kan niet. Teken de taken die iets terugdraaien gewoon in het pad.",
    ),
    "conditionalEventDefinition": (
        "voorwaarde-gebeurtenis",
        "Een gebeurtenis met een voorwaarde kan niet. Gebruik een bericht of een timer.",
    ),
    "escalationEventDefinition": (
        "escalatie",
        "Een escalatie kan niet. Gebruik een foutgebeurtenis of een bericht.",
    ),
    "cancelEventDefinition": (
        "annulering",
        "Een annuleringsgebeurtenis kan niet. Gebruik een foutgebeurtenis.",
    ),
    "linkEventDefinition": (
        "koppeling",
        "Een koppelingsgebeurtenis kan niet. Trek een pijl naar het vervolg.",
    ),
}
# Extensions that change what runs. What is not listed here and not read is only for the modeller.
_ZEEBE = {
    "executionListeners": "Een execution listener kan niet. Teken een taak in het pad.",
    "taskListeners": "Een task listener kan niet. Teken een taak in het pad.",
    "linkedResources": "Gekoppelde bronnen kunnen niet. Haal ze weg.",
    "adHoc": "Een ad-hoc-subproces kan niet. Teken de taken in het pad.",
    "conditionalFilter": "Een voorwaarde op een gebeurtenis kan niet. Gebruik een bericht.",
}


LOOP_MAXIMUM = re.compile(r"[1-9][0-9]{0,5}")


def foreign(root: etree._Element) -> Iterator[Found]:
    """Camunda 7 markings anywhere in the file: they would be ignored, so they are refused."""
    for node in root.iter(etree.Element):
        names = (str(node.tag), *map(str, node.attrib))
        if any(name.startswith(f"{{{CAMUNDA_7}}}") for name in names):
            owner = _owner(node)
            yield (
                owner,
                "camunda-7",
                "Dit is getekend voor Camunda 7. Kies in de modeller Camunda 8 als platform.",
            )


def _owner(node: etree._Element) -> str | None:
    while node is not None and not (is_bpmn(node) and node.get("id")):
        node = node.getparent()  # type: ignore[assignment]
    return node.get("id") if node is not None else None


def node(child: etree._Element) -> Iterator[Found]:
    """What is outside the subset about one flow node, seen on its own."""
    node_id, tag = child.get("id"), local(child)
    if tag in _NODES:
        yield node_id, *_NODES[tag]
    if tag == "subProcess" and child.get("triggeredByEvent") == "true":
        yield (
            node_id,
            "gebeurtenis-subproces",
            "Een gebeurtenis-subproces kan niet. Zet de stappen in een gewoon subproces en teken "
            "de gebeurtenis op de rand daarvan.",
        )
    if child.get("isForCompensation") == "true":
        yield node_id, *_EVENTS["compensateEventDefinition"]
    yield from _event_definitions(child)
    yield from _repetitions(child)
    assignment = zeebe(child, "assignmentDefinition")
    if assignment is not None and assignment.get("candidateUsers"):
        yield (
            node_id,
            "uitbreiding",
            "Een taak klaarzetten voor personen kan niet. Gebruik 'Candidate groups' of een lane.",
        )
    for extension in extensions(child):
        name = etree.QName(extension)
        if name.namespace == ZEEBE and name.localname in _ZEEBE:
            yield node_id, "uitbreiding", _ZEEBE[name.localname]


def _event_definitions(child: etree._Element) -> Iterator[Found]:
    definitions = [
        each
        for each in child.iterchildren(etree.Element)
        if is_bpmn(each)
        and (local(each).endswith("EventDefinition") or local(each) == "eventDefinitionRef")
    ]
    if len(definitions) > 1:
        yield (
            child.get("id"),
            "meer-gebeurtenissen",
            "Een gebeurtenis kan op één ding wachten. Teken voor elk ding een eigen gebeurtenis.",
        )
    for each in definitions:
        if local(each) in _EVENTS:
            yield child.get("id"), *_EVENTS[local(each)]
        elif local(each) == "eventDefinitionRef":
            yield child.get("id"), "gebeurtenis", "Teken deze gebeurtenis opnieuw in de modeller."


def _repetitions(child: etree._Element) -> Iterator[Found]:
    loops = [*bpmn(child, "standardLoopCharacteristics")]
    if len(loops) + len([*bpmn(child, "multiInstanceLoopCharacteristics")]) > 1:
        yield (
            child.get("id"),
            "herhaling-dubbel",
            "Dit onderdeel herhaalt op twee manieren. Kies er een.",
        )
    for loop in loops:
        maximum = loop.get("loopMaximum")
        if maximum is not None and not LOOP_MAXIMUM.fullmatch(maximum):
            yield (
                child.get("id"),
                "lus-maximum",
                "Het maximum van deze lus moet een heel getal van 1 tot 999999 zijn.",
            )


def process(node: etree._Element) -> Iterator[Found]:
    """What is outside the subset about a process as a whole."""
    if node.get("isExecutable") != "true":
        yield (
            node.get("id"),
            "niet-uitvoerbaar",
            "Dit proces is niet uitvoerbaar. Zet in de modeller 'Executable' aan.",
        )
    for tag in ("correlationSubscription", "property"):
        if next(bpmn(node, tag), None) is not None:
            yield node.get("id"), "uitbreiding", f"Het onderdeel {tag} kan niet. Haal het weg."

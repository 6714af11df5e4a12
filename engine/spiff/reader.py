"""`read_diagrams`: from the BPMN files of one deployment to `Diagrams`, or all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from engine.spiff import outside, safexml, wiring
from engine.spiff.elements import MAX_NAME, Diagrams, Element, Flow, Process
from engine.spiff.findings import DiagramRefused, Finding
from engine.spiff.names import BPMN, attribute, bpmn, first_bpmn, is_bpmn, local, text_of
from engine.spiff.nodes import KINDS, References, read_element, read_references

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_CONTAINERS = ("subProcess", "transaction", "adHocSubProcess")
# Drawn for the reader of the diagram; nothing happens at them.
_DRAWING_ONLY = {
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "laneSet",
    "ioSpecification",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "property",
    "correlationSubscription",
    "textAnnotation",
    "association",
    "group",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
}


def read_diagrams(files: Mapping[str, bytes]) -> Diagrams:
    """Read the BPMN files (name -> content) of one deployment.

    Raises `DiagramRefused` with every finding: hostile or broken XML, what is outside the subset,
    and what is tied together wrongly. What is returned can be run.
    """
    reading = _Reading()
    for file in sorted(files):
        reading.file(file, files[file])
    diagrams = reading.diagrams()
    if not reading.unreadable:
        for element_id, code, message in wiring.check(diagrams, reading.file_of):
            reading.found(reading.file_of.get(element_id or "", ""), element_id, code, message)
    if not diagrams.processes and not reading.findings:
        reading.found("", None, "geen-proces", "Er is geen BPMN-diagram met een proces.")
    if reading.findings:
        findings = tuple(dict.fromkeys(reading.findings))
        raise DiagramRefused(findings, None if reading.unreadable else diagrams)
    return diagrams


class _Reading:
    """Collects over all files: ids must be unique in the deployment."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.unreadable = False  # a whole file is missing: the wiring cannot be judged
        self.processes: dict[str, Process] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.file_of: dict[str, str] = {}
        self._flow_refs: dict[str, list[str]] = {}  # element -> outgoing refs as drawn

    def found(self, file: str, element_id: str | None, code: str, message: str) -> None:
        self.findings.append(Finding(file, element_id, code, message))

    def file(self, file: str, content: bytes) -> None:
        try:
            root = safexml.read(file, content)
        except safexml.XmlRefused as refused:
            self.findings.append(refused.finding)
            self.unreadable = True
            return
        if root.tag != f"{{{BPMN}}}definitions":
            self.found(file, None, "geen-bpmn", "Dit is geen BPMN-diagram.")
            return
        for element_id, code, message in outside.foreign(root):
            self.found(file, element_id, code, message)
        references = read_references(root)
        names = {
            participant.get("processRef", ""): attribute(participant, "name")
            for collaboration in bpmn(root, "collaboration")
            for participant in bpmn(collaboration, "participant")
        }
        for node in bpmn(root, "process"):
            self._process(file, node, names.get(node.get("id", "")), references)

    def _process(
        self, file: str, node: etree._Element, pool: str | None, references: References
    ) -> None:
        process_id = node.get("id", "")
        if not self._claim(file, process_id):
            return
        for element_id, code, message in outside.process(node):
            self.found(file, element_id, code, message)
        lanes = dict(_lanes(node))
        names = tuple(dict.fromkeys(lanes.values()))
        title = attribute(node, "name") or pool or process_id
        documentation = text_of(first_bpmn(node, "documentation")) or ""
        self.processes[process_id] = Process(process_id, title, file, names, documentation)
        self._contents(file, node, process_id, None, None, lanes, references)

    def _contents(
        self,
        file: str,
        holder: etree._Element,
        process_id: str,
        parent_id: str | None,
        lane: str | None,
        lanes: Mapping[str, str],
        references: References,
    ) -> None:
        for node in holder.iterchildren(etree.Element):
            tag = local(node)
            if not is_bpmn(node) or tag in _DRAWING_ONLY:
                continue
            refusals = list(outside.node(node))
            for element_id, code, message in refusals:
                self.found(file, element_id, code, message)
            if not self._claim(file, node.get("id", "")):
                continue
            if tag == "sequenceFlow":
                self._flow(node)
                continue
            if tag not in KINDS:
                if not refusals:
                    self.found(
                        file,
                        node.get("id"),
                        "onbekend",
                        f"Het onderdeel {tag} kan niet. Haal het weg.",
                    )
                continue
            if len(node.get("name", "")) > MAX_NAME:
                message = f"Deze naam is te lang. Gebruik hoogstens {MAX_NAME} tekens."
                self.found(file, node.get("id"), "naam-te-lang", message)
            here = lanes.get(node.get("id", ""), lane)
            element = read_element(node, process_id, parent_id, here, references)
            self.elements[element.id] = element
            self._flow_refs[element.id] = [
                (each.text or "").strip() for each in bpmn(node, "outgoing")
            ]
            if tag in _CONTAINERS:
                self._contents(file, node, process_id, element.id, here, lanes, references)

    def _flow(self, node: etree._Element) -> None:
        flow = Flow(
            node.get("id", ""),
            node.get("sourceRef", ""),
            node.get("targetRef", ""),
            (node.get("name") or "").strip(),
            text_of(first_bpmn(node, "conditionExpression")),
        )
        self.flows[flow.id] = flow

    def _claim(self, file: str, node_id: str) -> bool:
        """Whether this id is free in the whole deployment; from now on it is not."""
        if not node_id:
            self.found(file, None, "zonder-id", "Een onderdeel heeft geen id. Geef het een id.")
            return False
        if not _ID.fullmatch(node_id):
            message = "Deze id kan niet. Gebruik hoogstens 100 letters, cijfers en _ . -"
            self.found(file, node_id[:100], "id", message)
            return False
        if node_id in self.file_of:
            other = self.file_of[node_id]
            self.found(
                file,
                node_id,
                "dubbele-id",
                f"De id {node_id} komt ook voor in {other}. Geef elk onderdeel een eigen id.",
            )
            return False
        self.file_of[node_id] = file
        return True

    def diagrams(self) -> Diagrams:
        outgoing: dict[str, list[str]] = {key: [] for key in self.elements}
        incoming: dict[str, list[str]] = {key: [] for key in self.elements}
        for flow in self.flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        tied = {
            key: replace(
                element,
                incoming=tuple(incoming[key]),
                outgoing=tuple(_as_drawn(outgoing[key], self._flow_refs[key])),
            )
            for key, element in self.elements.items()
        }
        return Diagrams(
            MappingProxyType(self.processes), MappingProxyType(tied), MappingProxyType(self.flows)
        )


def _as_drawn(flows: list[str], refs: list[str]) -> list[str]:
    """The flows in the order of the element's <outgoing>: the order of its conditions."""
    place = {ref: number for number, ref in enumerate(refs)}
    return sorted(flows, key=lambda flow: place.get(flow, len(refs)))


def _lanes(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Element id and lane name; of nested lanes the innermost comes last and wins."""
    for lane_set in (*bpmn(node, "laneSet"), *bpmn(node, "childLaneSet")):
        for lane in bpmn(lane_set, "lane"):
            name = attribute(lane, "name")
            for ref in bpmn(lane, "flowNodeRef"):
                if name and ref.text:
                    yield ref.text.strip(), name
            yield from _lanes(lane)

"""The element templates for the Camunda Modeler: right by its schema, and what they write runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest

from engine.checks import check
from tests.diagrams.tools import PROCESSES, node
from tests.engine import sample, termroute
from tests.spiff.drawing import end, flows

FOLDER = PROCESSES / ".camunda" / "element-templates"
TEMPLATES = sorted(FOLDER.glob("*.json"))
# What a process owner fills in where a template has no value of its own.
FILLED = {"formulier": "oordeel", "termijn": "beslissen", "brief": "einde"}
DATES = ("aanvraagDatum", "gevraagdOp", "aanvullenTot", "aangevuldOp")

Template = Mapping[str, Any]


def test_the_desktop_modeler_finds_them_beside_every_route() -> None:
    # It looks in .camunda/element-templates of every folder above the diagram.
    assert {path.stem for path in TEMPLATES} >= {
        "termijn-taak",
        "termijn-timer-aan-taak",
        "termijn-timer-wachten",
        "termijn-stilzetten",
    }


def test_they_are_right_by_the_official_schema() -> None:
    result = node("check-templates.mjs", *TEMPLATES)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"0 findings in {len(TEMPLATES)} templates" in result.stdout


def test_the_schema_is_really_asked(tmp_path: Path) -> None:
    broken = json.loads(TEMPLATES[0].read_text("utf-8"))
    broken["properties"][0]["binding"] = {"type": "zeebe:nothing"}
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(broken), "utf-8")
    assert node("check-templates.mjs", wrong).returncode == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_what_a_template_writes_passes_the_gate(path: Path) -> None:
    template = json.loads(path.read_text("utf-8"))
    assert check(route_with(template)) == ()


def test_a_value_that_is_no_term_does_not_pass_the_gate() -> None:
    template = json.loads((FOLDER / "termijn-taak.json").read_text("utf-8"))
    found = check(route_with(template, laatsteDag="=termijnen.nietBekend.laatsteDag"))
    assert [item.code for item in found] == ["onbekende-naam"]


REMINDED = {"herinneren": "P1W voor, op de dag", "teamleider": "P5D", "dringend": "ja"}


def test_reminders_that_are_filled_in_in_the_modeler_pass_the_gate() -> None:
    template = json.loads((FOLDER / "termijn-taak.json").read_text("utf-8"))
    route = route_with(template, **REMINDED)
    assert check(route) == ()
    assert all(f'value="{value}"'.encode() in route["hoofd.bpmn"] for value in REMINDED.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("herinneren", "P3D voor, op de dag, elke werkdag erna"),
        ("herinneren", "geen"),
        ("herinneren", "P3D"),
        ("herinneren", "vaak"),
        ("teamleider", "P5D"),
        ("teamleider", "snel"),
    ],
)
def test_the_modeler_and_the_gate_agree_on_what_is_a_reminder(name: str, value: str) -> None:
    template = json.loads((FOLDER / "termijn-taak.json").read_text("utf-8"))
    [field] = [item for item in template["properties"] if item.get("id") == name]
    in_modeler = re.match(field["constraints"]["pattern"]["value"], value) is not None
    assert in_modeler is (check(route_with(template, **{name: value})) == ())


def route_with(template: Template, **values: str) -> Mapping[str, bytes]:
    """The small route with named terms, and an element that the template was applied to."""
    files = dict(termroute.files())
    files["datums.form"] = sample.form("datums", *(sample.day(name) for name in DATES))
    kind = template["elementType"]["value"]
    if kind == "bpmn:BoundaryEvent":
        drawn = element(template, values, ' attachedToRef="Daarna" cancelActivity="false"')
        extra = drawn + end("eindeSjabloon") + flows("Sjabloon eindeSjabloon")
        whole = files["hoofd.bpmn"].replace(
            b"</bpmn:process>", f"{extra}</bpmn:process>".encode(), 1
        )
    else:
        whole = files["hoofd.bpmn"].replace(
            b'sourceRef="Intake" targetRef="Daarna"', b'sourceRef="Intake" targetRef="Sjabloon"'
        )
        extra = element(template, values) + flows("Sjabloon Daarna")
        whole = within(whole, extra)
        whole = whole.replace(
            b"<bpmn:flowNodeRef>Daarna<",
            b"<bpmn:flowNodeRef>Sjabloon</bpmn:flowNodeRef><bpmn:flowNodeRef>Daarna<",
        )
    assert whole != files["hoofd.bpmn"]
    return {**files, "hoofd.bpmn": whole}


def within(diagram: bytes, extra: str) -> bytes:
    return diagram.replace(b"</bpmn:process>", f"{extra}</bpmn:process>".encode(), 1)


def element(template: Template, values: Mapping[str, str], attributes: str = "") -> str:
    """The element as the Modeler writes it when the template is applied and filled in."""
    name = template["elementType"]["value"].removeprefix("bpmn:")
    tag = f"bpmn:{name[0].lower()}{name[1:]}"
    written = list(bound(template, values))
    headers = "".join(text for place, text in written if place == "header")
    extension = "".join(text for place, text in written if place == "extension")
    inside = "".join(text for place, text in written if place == "inside")
    properties = "".join(text for place, text in written if place == "property")
    if properties:
        extension += f"<zeebe:properties>{properties}</zeebe:properties>"
    if headers:
        extension += f"<zeebe:taskHeaders>{headers}</zeebe:taskHeaders>"
    return (
        f'<{tag} id="Sjabloon" name="Sjabloon" zeebe:modelerTemplate="{template["id"]}" '
        f'zeebe:modelerTemplateVersion="{template["version"]}"{attributes}>'
        f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>{inside}</{tag}>"
    )


def bound(template: Template, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What each property of a template writes, and where."""
    for item in template["properties"]:
        name, binding = item.get("id", ""), item["binding"]
        value = values.get(name) or FILLED.get(name) or item.get("value", "")
        text = escape(value)
        match binding["type"]:
            case "zeebe:userTask":
                yield "extension", "<zeebe:userTask/>"
            case "zeebe:formDefinition":
                yield "extension", f'<zeebe:formDefinition formId="{text}"/>'
            case "zeebe:taskSchedule":
                yield "extension", f'<zeebe:taskSchedule {binding["property"]}="{text}"/>'
            case "zeebe:taskDefinition":
                yield "extension", f'<zeebe:taskDefinition {binding["property"]}="{text}"/>'
            case "zeebe:taskHeader":
                if value or not item.get("optional"):
                    yield "header", f'<zeebe:header key="{binding["key"]}" value="{text}"/>'
            case "zeebe:property":
                if value or not item.get("optional"):
                    yield "property", f'<zeebe:property name="{binding["name"]}" value="{text}"/>'
            case "bpmn:TimerEventDefinition#property":
                kind = f"bpmn:{binding['name']}"
                yield (
                    "inside",
                    f'<bpmn:timerEventDefinition><{kind} xsi:type="bpmn:tFormalExpression">{text}'
                    f"</{kind}></bpmn:timerEventDefinition>",
                )
            case other:
                raise AssertionError(f"the test knows no binding {other}")

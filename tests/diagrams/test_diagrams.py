"""Every shipped diagram, table and form as the Camunda Modeler sees it; and the tools that look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.diagrams.canonical import differences, meaning
from tests.diagrams.tools import PROCESSES, SAMPLE, lint, node, shipped


def test_the_modeler_has_nothing_to_say_of_what_is_shipped() -> None:
    shipped(".bpmn")
    assert lint(PROCESSES) == ""


def test_the_models_of_the_modeler_write_back_what_is_shipped() -> None:
    files = [SAMPLE, *shipped(".bpmn", ".dmn")]
    result = node("roundtrip.mjs", *files)
    assert result.returncode == 0, result.stderr
    for name, saved in json.loads(result.stdout).items():
        assert saved["warnings"] == [], name
        before = meaning(Path(name).read_bytes())
        assert differences(before, meaning(saved["xml"].encode())) == [], name


@pytest.mark.parametrize(
    ("name", "old", "new", "element", "rule"),
    [
        ("label", ' name="Nu"', "", "Taak_Nu", "bpmnlint/label-required"),
        ("form", '<zeebe:formDefinition formId="eerst" />', "", "Taak_Nu", "user-task-definition"),
        ("feel", "<zeebe:userTask />", '<zeebe:userTask /><zeebe:taskSchedule dueDate="=(" />',
         "Taak_Nu", "camunda-compat/feel"),
        ("platform", 'Version="8.8.0"', 'Version="8.7.0"', "-", "execution-platform"),
        ("reference", 'targetRef="Einde"', 'targetRef="Weg"', "-", "xml"),
        ("xml", "</bpmn:definitions>", "", "-", "unreadable"),
    ],
)  # fmt: skip
def test_the_lint_finds_what_is_wrong_in_a_diagram(
    tmp_path: Path, name: str, old: str, new: str, element: str, rule: str
) -> None:
    text = SAMPLE.read_text()
    assert old in text
    (tmp_path / f"{name}.bpmn").write_text(text.replace(old, new))
    found = lint(tmp_path)
    assert any(f": {element}: " in line and rule in line for line in found.splitlines()), found


def test_the_lint_finds_what_is_wrong_in_a_form_or_a_table(tmp_path: Path) -> None:
    form = {"type": "default", "id": "f", "components": [], "schemaVersion": 18}
    (tmp_path / "oud.form").write_text(json.dumps(form))
    (tmp_path / "stuk.form").write_text("{")
    (tmp_path / "stuk.dmn").write_text('<definitions xmlns="urn:other"/>')
    found = lint(tmp_path)
    assert "[execution-platform]" in found
    assert found.count("[unreadable]") == 2


def test_a_sample_without_fault_gives_no_finding(tmp_path: Path) -> None:
    (tmp_path / "goed.bpmn").write_text(SAMPLE.read_text())
    assert lint(tmp_path) == ""


def test_formatting_is_no_difference_and_meaning_is() -> None:
    text = SAMPLE.read_text()
    before = meaning(text.encode())
    assert meaning(text.replace("\n", "\n   ").replace('x="152"', 'x="152.0"').encode()) == before
    other = meaning(text.replace('targetRef="Einde"', 'targetRef="Taak_Nu"').encode())
    assert differences(before, other) == [
        "/definitions[Definitions_1]/process[Voorbeeld]/sequenceFlow[Pijl_4] attributes: "
        "[('targetRef', 'Einde'), ('targetRef', 'Taak_Nu')]"
    ]
    moved = meaning(text.replace('<di:waypoint x="188" y="120" />', "").encode())
    assert any("children: 2 became 1" in line for line in differences(before, moved))

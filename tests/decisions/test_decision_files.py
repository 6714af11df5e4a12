"""What may be loaded, and what is refused: hostile XML, other standards, broken models."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import decisions
from engine.decisions.command import decide_command
from tests.decisions.models import decision, literal, model, table

BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<definitions>&b;</definitions>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<definitions>&a;</definitions>"""
ELSEWHERE = """<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://example.org/x.dtd"><definitions/>"""


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (BOMB.encode(), "doctype"),
        (OUTSIDE.encode(), "doctype"),
        (ELSEWHERE.encode(), "doctype"),
        (b"<definitions>" + b"<a>" * 500, "too-deep"),
        (b"<definitions>" + b"<a/>" * 150_000 + b"</definitions>", "too-large"),
        (b"x" * 5_000_000, "too-large"),
        (b"<definitions>", "not-xml"),
        (b"", "not-xml"),
        (b"\xff\xfe\x00", "not-xml"),
        (b'<?xml version="1.0" encoding="utf-77"?><definitions/>', "not-xml"),
        (b"<definitions>&undefined;</definitions>", "not-xml"),
        (b"<bpmn/>", "structure"),
        (model("", "https://www.omg.org/spec/DMN/20180521/MODEL/"), "namespace"),
        (model(decision("a", "") + decision("a", "")), "structure"),
        (model('<decision id="a"/>'), "structure"),
    ],
)
def test_a_file_that_may_not_be_loaded_is_refused_by_name(xml: bytes, reason: str) -> None:
    with pytest.raises(decisions.ModelRefused) as caught:
        decisions.load(xml)
    assert caught.value.reason == reason


@pytest.mark.parametrize("version", ["20191111", "20211108", "20230324"])
def test_the_three_standards_are_read(version: str) -> None:
    xml = model(decision("d", literal("1")), f"https://www.omg.org/spec/DMN/{version}/MODEL/")
    assert decisions.load(xml).evaluate("d", {}).value == 1


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_decides_but_never_crashes(data: st.DataObject) -> None:
    xml = bytearray(model(decision("d", table({"x": "number"}, {"o": ""}, ["> 1 | 1"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(xml) - 1))
        xml[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=3))
    try:
        loaded = decisions.load(bytes(xml))
        loaded.problems()
        for found in loaded.decisions:
            loaded.inputs(found.id)
            loaded.evaluate(found.id, {"x": 2})
    except decisions.DecisionError:
        return


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.dmn"
    rules = ["> 1 | 10 # te veel"]
    path.write_bytes(
        model(
            decision("d", table({"x": "number"}, {"o": ""}, rules))
            + '<decisionService id="s" name="dienst"><outputDecision href="#d"/></decisionService>'
        )
    )
    return path


def test_the_command_decides_and_tells_which_rule_fired(file: Path) -> None:
    outcome = CliRunner().invoke(decide_command, [str(file), "d", "--context", "{x: 5}"])
    assert outcome.exit_code == 0
    assert outcome.stdout == "10\n"
    assert "d: regel 1 te veel" in outcome.stderr


def test_the_command_tells_in_dutch_why_there_is_no_decision(file: Path, tmp_path: Path) -> None:
    unknown = CliRunner().invoke(decide_command, [str(file), "weg"])
    assert unknown.exit_code == 1
    assert "De beslissing weg bestaat niet. Kies uit: d" in unknown.output
    broken = tmp_path / "stuk.dmn"
    broken.write_text("<definitions>")
    refused = CliRunner().invoke(decide_command, [str(broken)])
    assert "Dit bestand is geen geldige XML. De fout staat op regel 1." in refused.output
    silent = CliRunner().invoke(decide_command, [str(file), "d"])
    assert "x is hier niet bekend." in silent.stderr


def test_the_command_answers_json_lines_one_by_one(file: Path) -> None:
    lines = [
        {"decision": "d", "context": "{x: 5}"},
        {"decision": "weg", "context": "{}"},
        {"decision": "d", "context": "{x:"},
        {"service": "dienst", "context": "{}"},
        {"context": "{}"},
    ]
    outcome = CliRunner().invoke(
        decide_command, [str(file), "--batch"], input="\n".join(map(json.dumps, lines))
    )
    answers = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert answers[0] == {"result": "10"}
    assert [set(answer) for answer in answers[1:]] == [{"error"}, {"error"}, {"result"}, {"error"}]


def test_feel_and_decisions_import_nothing_else_of_the_project() -> None:
    check = (
        "import sys, engine.decisions; print([name for name in sys.modules if "
        "name.split('.')[0] in ('tasks', 'webui', 'scheduler') or name.startswith('engine.') "
        "and name.split('.')[1] not in ('feel', 'decisions')])"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )
    assert outcome.stdout == "[]\n"

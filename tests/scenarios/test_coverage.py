"""What was never taken: flows, rules and outcomes of an ``if``, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from engine.decisions import load
from engine.feel import Branch, parse, parse_unary_tests, watching
from tasks.scenarios.command import scenarios_command

ALL = """naam = "De rest"
begin = 2026-03-09T10:00:00

[[stap]]
taak = "Vraag"
antwoorden = { boeken = 2 }
door = "ali"
[[stap]]
spring = "P4W"
[[stap]]
knop = "verloren"
"""
MANY = """naam = "Veel"
begin = 2026-03-09T10:00:00

[[stap]]
taak = "Vraag"
antwoorden = { boeken = 3 }
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scenarios_command, ["run", *arguments])


def never(result: Result) -> dict[str, list[str]]:
    """Per file and kind what was never taken."""
    (route,) = json.loads(result.output)
    return {
        f"{part['bestand']} {part['soort']}": [goal["id"] for goal in part["nooit"]]
        for part in route["dekking"]
    }


def test_what_was_never_taken_is_told_per_file(folder: Path) -> None:
    result = run(str(folder))

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "  goed  te-laat.toml" in lines
    assert any(line.split() == ["lenen.bpmn", "paden", "7/9", "2"] for line in lines)
    assert "      nooit: F5 van 'Veel?' naar 'Te veel' (ja)" in lines


def test_json_says_the_same(folder: Path) -> None:
    result = run(str(folder), "--json")

    assert never(result) == {
        "lenen.bpmn pad": ["F5", "F9"],
        "letters/herinnering.md als": ["tekst"],
        "soort.dmn regel": ["Regel_2"],
    }
    assert json.loads(result.output)[0]["scenarios"] == [
        {"bestand": "te-laat.toml", "goed": True, "fout": None}
    ]


def test_all_can_be_demanded(folder: Path) -> None:
    assert run(str(folder), "--require-all").exit_code == 1
    (folder / "scenarios" / "rest.toml").write_text(ALL, encoding="utf-8")
    (folder / "scenarios" / "veel.toml").write_text(MANY, encoding="utf-8")

    result = run(str(folder), "--require-all")

    assert result.exit_code == 0, result.output
    assert "nooit:" not in result.output


def test_a_scenario_that_fails_is_named_with_step_and_difference(folder: Path) -> None:
    path = folder / "scenarios" / "fout.toml"
    path.write_text(MANY + 'verwacht.einde = "Einde"', encoding="utf-8")

    result = run(str(path))

    assert result.exit_code == 1
    assert (
        "  FOUT  fout.toml: stap 1: einde: verwacht Einde, maar het is EindeVeel." in result.output
    )


def test_a_file_that_cannot_be_read_does_not_hide_the_others(folder: Path) -> None:
    (folder / "scenarios" / "a.toml").write_text("begin =", encoding="utf-8")

    result = run(str(folder))

    assert result.exit_code == 1
    assert "FOUT  a.toml: a.toml: dit is geen leesbare TOML" in result.output
    assert "goed  te-laat.toml" in result.output


def test_a_route_that_is_refused_says_why(folder: Path) -> None:
    (folder / "vraag.form").unlink()

    result = run(str(folder))

    assert result.exit_code == 1
    assert "vraag" in result.output


def test_a_folder_without_routes_is_no_success(tmp_path: Path) -> None:
    result = run(str(tmp_path))

    assert result.exit_code == 1
    assert "Er is geen route in" in result.output


def test_every_if_tells_which_way_it_went() -> None:
    text = "if a then (if b then 1 else 2) else 3"
    expression = parse(text)
    seen: list[Branch] = []

    expression.evaluate({"a": True, "b": False})
    with watching(seen.append):
        expression.evaluate({"a": True, "b": None})
        expression.evaluate({"a": False, "b": True})
    expression.evaluate({"a": False, "b": True})

    inner = text.index("if b")
    assert seen == [Branch(text, 0, True), Branch(text, inner, False), Branch(text, 0, False)]
    assert set(expression.branches) == {
        Branch(text, place, outcome) for place in (0, inner) for outcome in (True, False)
    }


def test_an_if_in_unary_tests_counts_too() -> None:
    text = "if ? > 1 then true else false"
    expression = parse_unary_tests(text)
    seen: list[Branch] = []

    with watching(seen.append):
        expression.evaluate({}, input=2)

    assert seen == [Branch(text, 0, True)]


def test_a_decision_model_names_its_rules_and_expressions(folder: Path) -> None:
    model = load((folder / "soort.dmn").read_bytes())

    assert [(rule.id, rule.table, rule.number) for rule in model.rules] == [
        ("Regel_1", "Soort lening", 1),
        ("Regel_2", "Soort lening", 2),
    ]
    assert [(owner, found.text) for owner, found in model.expressions()] == [
        ("Soort", "boeken"),
        ("Soort", "< 3"),
        ("Soort", '"gewoon"'),
        ("Soort", "-"),
        ("Soort", '"veel"'),
    ]

"""The deploy gate in decision tables and elsewhere: which cell, which line, what was expected."""

from __future__ import annotations

import pytest

from engine.checks import check
from engine.findings import Finding
from tests.engine.sample import files


def dmn(content: str) -> bytes:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="adviezen"'
        f' name="Adviezen" namespace="thuisroute">{content}</definitions>'
    ).encode()


def table(question: str, cell: str = "-", outcome: str = '"x"', attributes: str = "") -> str:
    return (
        f'<decision id="advies" name="Advies"><decisionTable id="tabel" {attributes}>'
        f'<input id="kolom"><inputExpression id="vraag"><text>{question}</text></inputExpression>'
        '</input><output id="uit" name="uit"/><rule id="regel_1"><inputEntry id="cel_1">'
        '<text>-</text></inputEntry><outputEntry id="uit_1"><text>"y"</text></outputEntry></rule>'
        f'<rule id="regel_2"><inputEntry id="cel_2"><text>{cell}</text></inputEntry>'
        f'<outputEntry id="uit_2"><text>{outcome}</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )


def findings(content: str) -> list[Finding]:
    return list(check({**files(), "advies.dmn": dmn(content)}))


def test_a_good_table_has_no_findings() -> None:
    assert findings(table("toestemming", "true")) == []


@pytest.mark.parametrize(
    ("content", "element", "code", "told"),
    [
        (
            table("toestemming", "&gt; "),
            "cel_2",
            "syntax",
            "Regel 1, teken 2: hier hoort een waarde of een naam. (bij beslissing 'Advies', rij 2)",
        ),
        (table("toestemming +"), "vraag", "syntax", "Regel 1, teken 14: hier hoort een waarde"),
        (table("toestemming", outcome="(1"), "uit_2", "syntax", "hier hoort ')'."),
        (
            table("1 +\n  nergens"),
            "vraag",
            "unknown-name",
            "De naam 'nergens' komt nergens vandaan: geen formulier, resultaat of toewijzing "
            "geeft hem een waarde (regel 2, teken 3). (bij beslissing 'Advies')",
        ),
        (table("toestemming", "nergens"), "cel_2", "unknown-name", "rij 2"),
        (table("toestemming", outcome="nergens"), "uit_2", "unknown-name", "'nergens'"),
        (table("toestemming", "fob(?)"), "cel_2", "unknown-function", "De functie 'fob'"),
        (table("abs(toestemming, 1)"), "vraag", "arguments", "De functie 'abs'"),
        (table("toestemming", "1", attributes='hitPolicy="X"'), "advies", "hit-policy", "'X'"),
        ('<decision id="advies" name="Advies"/>', "advies", "no-logic", "is leeg"),
        (
            '<decision id="advies" name="Advies"><informationRequirement>'
            '<requiredDecision href="#weg"/></informationRequirement>'
            "<literalExpression><text>1</text></literalExpression></decision>",
            "advies",
            "unknown-reference",
            "'#weg'",
        ),
        (
            '<decision id="advies" name="Advies"><informationRequirement>'
            '<requiredDecision href="#advies"/></informationRequirement>'
            "<literalExpression><text>Advies</text></literalExpression></decision>",
            "advies",
            "cycle",
            "eigen uitkomst",
        ),
        (
            '<inputData id="in" name="nergens"/>'
            '<decision id="advies" name="Advies"><informationRequirement>'
            '<requiredInput href="#in"/></informationRequirement>'
            "<literalExpression><text>1</text></literalExpression></decision>",
            "advies",
            "unknown-name",
            "'nergens'",
        ),
    ],
)
def test_what_is_wrong_in_a_decision_is_told_at_its_cell(
    content: str, element: str, code: str, told: str
) -> None:
    found = [item for item in findings(content) if (item.element_id, item.code) == (element, code)]
    assert found, findings(content)
    assert told in found[0].message


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("hoofd.bpmn", "=akkoord<", "=1 = 1 and\naccoord<", "(regel 2, teken 1)"),
        ("hoofd.bpmn", "=akkoord<", "=akkoord and\n  )<", "Regel 2, teken 3: hier hoort een"),
        ("hoofd.bpmn", "=akkoord<", "=fob(akkoord)<", "'fob' bestaat niet (regel 1, teken 1)"),
        ("hoofd.bpmn", "=akkoord<", "=abs(n: akkoord, m: 1) = 1<", "'abs' krijgt niet"),
        ("letters/herinnering.md", "op uw oordeel", "{{1 +}}", "Regel 1, teken 4"),
        ("letters/herinnering.md", "op uw oordeel", "{{fob(1)}}", "'fob' bestaat niet"),
        ("letters/herinnering.md", "op uw oordeel", "{{abs(1, 2)}}", "'abs' krijgt niet"),
    ],
)
def test_expressions_in_diagrams_and_letters_are_told_with_line_and_column(
    path: str, old: str, new: str, told: str
) -> None:
    route = files()
    text = route[path].decode()
    assert old in text
    route[path] = text.replace(old, new.replace(" and\n", " and&#10;")).encode()
    messages = [item.message for item in check(route) if item.file == path]
    assert any(told in message for message in messages), messages


@pytest.mark.parametrize("text", ["=1 +", "=fob(1)", "=abs(1, 2)", "=nergens"])
def test_a_wrong_expression_in_a_form_names_its_field(text: str) -> None:
    route = files()
    form = route["oordeel.form"].decode()
    marked = form.replace(
        '"key": "akkoord"', f'"key": "akkoord", "conditional": {{"hide": "{text}"}}'
    )
    assert marked != form
    found = check({**route, "oordeel.form": marked.encode()})
    assert [(item.file, item.element_id) for item in found] == [("oordeel.form", "Field_oordeel_1")]

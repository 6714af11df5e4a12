"""Requirement graphs, boxed expressions, knowledge models, services, imports, item definitions."""

import pytest

from engine import decisions, feel
from tests.decisions.models import (
    decide,
    decision,
    literal,
    model,
    needs_decision,
    needs_input,
    needs_knowledge,
    outcome,
    table,
)

INPUT = '<inputData id="i" name="leeftijd"><variable name="leeftijd" typeRef="number"/></inputData>'


def entry(name: str, body: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{body}</contextEntry>"


def boxed(kind: str, **parts: str) -> str:
    attributes = 'iteratorVariable="x"' if kind in {"for", "some", "every"} else ""
    inner = "".join(
        f"<{name.strip('_')}>{literal(text)}</{name.strip('_')}>" for name, text in parts.items()
    )
    return f"<{kind} {attributes}>{inner}</{kind}>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (literal("1 + 1"), "2"),
        (
            "<context>" + entry("a", literal("1")) + entry("b", literal("a + 1")) + "</context>",
            '{"a": 1, "b": 2}',
        ),
        (
            "<context>" + entry("a", literal("1")) + entry("", literal("a + 5")) + "</context>",
            "6",
        ),
        ("<list>" + literal("1") + literal('"x"') + "</list>", '[1, "x"]'),
        (
            '<relation><column name="a"/><column name="b"/><row>'
            + literal("1")
            + literal("2")
            + "</row></relation>",
            '[{"a": 1, "b": 2}]',
        ),
        (boxed("conditional", if_="1 < 2", then="1", else_="2"), "1"),
        (boxed("filter", in_="[1, 2, 3]", match="item > 1"), "[2, 3]"),
        (boxed("for", in_="[1, 2]", return_="x * 2"), "[2, 4]"),
        (boxed("for", in_="1..3", return_="x + count(partial)"), "[1, 3, 5]"),
        (boxed("some", in_="[1, 2]", satisfies="x > 1"), "true"),
        (boxed("every", in_="[1, 2]", satisfies="x > 1"), "false"),
    ],
)
def test_a_boxed_expression_means_what_chapter_ten_says(body: str, expected: str) -> None:
    if "1..3" in body:
        body = body.replace("1..3", "[1..3]")
    assert decide(decision("d", body), {}) == expected


def test_a_decision_sees_what_it_requires_and_is_evaluated_once() -> None:
    content = (
        INPUT
        + decision("volwassen", literal("leeftijd >= 18"), "boolean", needs=needs_input("i"))
        + decision(
            "links", literal("if volwassen then 1 else 0"), needs=needs_decision("volwassen")
        )
        + decision("rechts", literal("volwassen"), needs=needs_decision("volwassen"))
        + decision(
            "d",
            literal("[links, rechts]"),
            needs=needs_decision("links") + needs_decision("rechts"),
        )
    )
    found = outcome(content, {"leeftijd": 20})
    assert feel.to_literal(found.value) == "[1, true]"
    assert [step.name for step in found.trace] == ["volwassen", "links", "rechts", "d"]
    assert found.trace[0].inputs == {"leeftijd": 20}


def test_what_a_decision_does_not_require_it_does_not_see() -> None:
    content = INPUT + decision("d", literal("leeftijd"))
    assert decide(content, {"leeftijd": 20}) == "null"


def test_a_variable_that_the_model_does_not_know_is_read_from_the_process() -> None:
    content = decision("d", table({"leeftijd": "number"}, {"o": ""}, [">= 18 | 1", "< 18 | 0"]))
    loaded = decisions.load(model(content))
    assert loaded.inputs("d") == {"leeftijd"}
    assert loaded.evaluate("d", {"leeftijd": 20}).value == 1


def test_the_inputs_of_a_decision_are_those_of_all_that_it_requires() -> None:
    content = (
        INPUT
        + decision("a", literal("leeftijd + 1"), needs=needs_input("i"))
        + decision("d", literal("a + woonplaats.nummer"), needs=needs_decision("a"))
    )
    assert decisions.load(model(content)).inputs("d") == {"leeftijd", "woonplaats"}


def test_a_knowledge_model_is_a_function_and_may_call_itself() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="faculteit"><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/>'
        + literal("if n < 2 then 1 else n * faculteit(n - 1)")
        + "</encapsulatedLogic></businessKnowledgeModel>"
    )
    content = knowledge + decision("d", literal("faculteit(5)"), needs=needs_knowledge("k"))
    assert decide(content, {}) == "120"
    invocation = (
        "<invocation>"
        + literal("faculteit")
        + '<binding><parameter name="n"/>'
        + literal("4")
        + "</binding></invocation>"
    )
    assert decide(knowledge + decision("d", invocation, needs=needs_knowledge("k")), {}) == "24"


def test_a_decision_service_takes_input_decisions_from_outside() -> None:
    content = (
        decision("grens", literal("18"))
        + decision("d", literal("grens * 2"), needs=needs_decision("grens"))
        + '<decisionService id="s" name="dienst"><outputDecision href="#d"/>'
        '<inputDecision href="#grens"/></decisionService>'
        + decision("aanroep", literal("dienst(100)"), needs=needs_knowledge("s"))
    )
    loaded = decisions.load(model(content))
    assert loaded.evaluate("d", {}).value == 36
    assert loaded.evaluate_service("dienst", {"grens": 10}).value == 20
    assert loaded.evaluate("aanroep", {}).value == 200
    assert [service.name for service in loaded.services] == ["dienst"]


ITEMS = """
<itemDefinition name="tLeeftijd"><typeRef>number</typeRef>
  <allowedValues><text>[0..120]</text></allowedValues></itemDefinition>
<itemDefinition name="tPersoon"><itemComponent name="naam"><typeRef>string</typeRef>
  </itemComponent><itemComponent name="leeftijd"><typeRef>tLeeftijd</typeRef></itemComponent>
</itemDefinition>
<itemDefinition name="tPersonen" isCollection="true"><typeRef>tPersoon</typeRef></itemDefinition>
<inputData id="p" name="p"><variable name="p" typeRef="tPersonen"/></inputData>
"""


@pytest.mark.parametrize(
    ("persons", "fits"),
    [
        ([{"naam": "A", "leeftijd": 20}], True),
        ([{"naam": "A", "leeftijd": None}], True),
        ({"naam": "A", "leeftijd": 20}, True),
        ([{"naam": "A", "leeftijd": 121}], False),
        ([{"naam": 1, "leeftijd": 20}], False),
        ([{"naam": "A"}], False),
        ("A", False),
    ],
)
def test_an_input_is_checked_against_its_item_definition(persons: object, fits: bool) -> None:
    content = ITEMS + decision("d", literal("p[1].leeftijd"), needs=needs_input("p"))
    found = outcome(content, {"p": persons})
    assert ("input" in [item.code for item in found.diagnostics]) is not fits


def test_an_import_is_known_by_its_name() -> None:
    other = model(
        '<itemDefinition name="tNaam"><typeRef>string</typeRef></itemDefinition>'
        + decision("groet", literal('"Hallo"'), "tNaam"),
        own="urn:ander",
    )
    content = (
        '<import name="ander" namespace="urn:ander" importType="'
        'https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        '<decision id="d" name="d"><informationRequirement>'
        '<requiredDecision href="urn:ander#groet"/></informationRequirement>'
        + literal('ander.groet + "!"')
        + "</decision>"
    )
    asked: list[str] = []

    def resolve(namespace: str, location: str) -> bytes | None:
        asked.append(namespace)
        return other

    loaded = decisions.load(model(content), resolve)
    assert loaded.evaluate("d", {}).value == "Hallo!"
    assert asked == ["urn:ander"]


def test_requirements_in_a_circle_are_stopped() -> None:
    content = decision("a", literal("d"), needs=needs_decision("d")) + decision(
        "d", literal("a"), needs=needs_decision("a")
    )
    with pytest.raises(feel.FeelLimitExceeded):
        outcome(content, {})


def test_an_unknown_decision_is_refused_with_those_that_there_are() -> None:
    loaded = decisions.load(model(decision("d", literal("1"))))
    with pytest.raises(decisions.UnknownDecision) as caught:
        loaded.evaluate("x", {})
    assert (caught.value.wanted, caught.value.known) == ("x", ("d",))


def test_unknown_functions_and_wrong_arguments_are_found_without_running() -> None:
    content = decision("d", table({"fob(x)": "number"}, {"o": ""}, ["abs(1, 2) | 1"]))
    problems = decisions.load(model(content)).problems()
    assert [(found.text, found.problem.code) for found in problems] == [
        ("fob(x)", "unknown-function"),
        ("abs(1, 2)", "arguments"),
    ]


def test_the_same_limits_hold_for_a_whole_model() -> None:
    content = decision("a", literal("count(for i in 1..1000 return i)")) + decision(
        "d", literal("a + count(for i in 1..1000 return i)"), needs=needs_decision("a")
    )
    loaded = decisions.load(model(content))
    assert loaded.evaluate("d", {}, limits=feel.Limits(steps=2_500)).value == 2000
    with pytest.raises(feel.FeelLimitExceeded):
        loaded.evaluate("d", {}, limits=feel.Limits(steps=1_500))

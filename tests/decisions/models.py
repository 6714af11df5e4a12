"""Small decision models as text."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from engine import decisions, feel

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(content: str, namespace: str = NAMESPACE, own: str = "urn:test") -> bytes:
    """A DMN file with this content."""
    text = f'<definitions xmlns="{namespace}" id="d" name="test" namespace="{own}">{content}'
    return (text + "</definitions>").encode()


def decision(name: str, body: str, type_ref: str = "", *, needs: str = "") -> str:
    """A decision whose id is its name; `needs` are its requirements as XML."""
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>' if type_ref else ""
    return f'<decision id="{name}" name="{name}">{variable}{needs}{body}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def needs_input(key: str) -> str:
    return f'<informationRequirement><requiredInput href="#{key}"/></informationRequirement>'


def needs_decision(key: str) -> str:
    return f'<informationRequirement><requiredDecision href="#{key}"/></informationRequirement>'


def needs_knowledge(key: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{key}"/></knowledgeRequirement>'


def table(
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    rules: list[str],
    policy: str = "UNIQUE",
    extra: str = "",
) -> str:
    """A table; inputs by expression with their type, outputs by name with what they hold.

    A rule is its cells with | between them, behind a # its description.
    """
    parts = [f'<decisionTable id="tabel" hitPolicy="{policy}" {extra}>']
    for text, kind in inputs.items():
        parts.append(
            f'<input><inputExpression typeRef="{kind}"><text>{escape(text)}</text>'
            "</inputExpression></input>"
        )
    for name, content in outputs.items():
        parts.append(f'<output name="{name}">{content}</output>')
    parts.append('<annotation name="bron"/>')
    for place, rule in enumerate(rules, 1):
        cells, _, note = rule.partition("#")
        texts = [escape(cell.strip()) for cell in cells.split("|")]
        parts.append(f'<rule id="regel{place}"><description>{note.strip()}</description>')
        parts += [f"<inputEntry><text>{text}</text></inputEntry>" for text in texts[: len(inputs)]]
        parts += [
            f"<outputEntry><text>{text}</text></outputEntry>" for text in texts[len(inputs) :]
        ]
        parts.append(f"<annotationEntry><text>bron {place}</text></annotationEntry></rule>")
    return "".join([*parts, "</decisionTable>"])


def decide(content: str, context: Mapping[str, object], name: str = "d") -> str:
    """The value of a decision, as a FEEL literal."""
    return feel.to_literal(outcome(content, context, name).value)


def outcome(
    content: str, context: Mapping[str, object], name: str = "d"
) -> decisions.DecisionResult:
    return decisions.load(model(content)).evaluate(name, context)

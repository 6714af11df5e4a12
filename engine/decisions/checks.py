"""Static checks of a model: what can be known before anything is decided."""

from __future__ import annotations

from collections.abc import Iterator

from engine.feel import STANDARD, Expression, FeelSyntaxError, Library, Problem, check
from engine.feel.expression import parse, parse_unary_tests

from .source import Source, walk
from .xml import Element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .graph import Graph

_TESTS = frozenset(["inputEntry", "allowedValues", "typeConstraint", "inputValues"])
_EXPRESSIONS = frozenset(
    ["literalExpression", "inputExpression", "outputEntry", "defaultOutputEntry"]
)


def texts(element: Element) -> Iterator[tuple[str, bool]]:
    """Every FEEL text at or below an element; true for unary tests."""
    for inner in walk(element):
        text = inner.text_of("text")
        if not text or "FEEL" not in (inner.get("expressionLanguage") or "FEEL").upper():
            continue
        if inner.tag in _TESTS:
            yield text, True
        elif inner.tag in _EXPRESSIONS:
            yield text, False


def parsed(text: str, tests: bool, source: Source) -> Expression:
    return (parse_unary_tests if tests else parse)(text, source.names)


def bound_names(element: Element) -> set[str]:
    """The names that are introduced somewhere below an element: parameters, entries, iterators."""
    found = {"item", "partial", "?"}
    for inner in walk(element):
        if inner.tag == "formalParameter":
            found.add(inner.get("name"))
        elif inner.tag == "contextEntry":
            variable = inner.first("variable")
            if variable is not None:
                found.add(variable.get("name"))
        elif inner.get("iteratorVariable"):
            found.add(inner.get("iteratorVariable"))
    return found


def names_needed(graph: Graph, element: Element) -> frozenset[str]:
    """The names a decision needs from outside, through everything it requires."""
    needed: set[str] = set()
    waiting = [(graph.source, element)]
    seen: set[int] = set()
    while waiting:
        source, current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if current.tag == "inputData":
            needed.add(current.get("name"))
            continue
        required = graph.requirements(current, source)
        waiting.extend(required)
        if current.tag == "decisionService":
            waiting.extend(graph.members(current, source, "outputDecision"))
            continue
        provided = {ref.get("name") for _, ref in required} | set(source.imports)
        provided |= bound_names(current) | {current.get("name")}
        for text, tests in texts(current):
            try:
                names = parsed(text, tests, source).free_names
            except FeelSyntaxError:
                continue
            needed |= names - provided - STANDARD.functions.keys()
    return frozenset(needed)


def expressions_of(graph: Graph) -> Iterator[tuple[str, Expression]]:
    """Every text of the file that is FEEL, with the id of the element it belongs to."""
    for owner in graph.source.root.children:
        for text, tests in texts(owner):
            try:
                yield owner.get("id") or owner.get("name"), parsed(text, tests, graph.source)
            except FeelSyntaxError:
                continue


def problems_of(graph: Graph, library: Library) -> Iterator[tuple[str, str, Problem]]:
    """The findings in every text of the file, with the id of the element they belong to."""
    source = graph.source
    for owner in source.root.children:
        if owner.tag not in {"decision", "businessKnowledgeModel", "itemDefinition"}:
            continue
        key = owner.get("id") or owner.get("name")
        names = bound_names(owner) | graph.defined | set(source.imports)
        for text, tests in texts(owner):
            try:
                expression = parsed(text, tests, source)
            except FeelSyntaxError as error:
                yield key, text, Problem("syntax", str(error), error.line, error.column)
                continue
            for problem in check(expression, names, library):
                if problem.code != "unknown-name":
                    yield key, text, problem

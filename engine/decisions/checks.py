"""Static checks of a model: what can be known before anything is decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.feel import STANDARD, Expression, FeelSyntaxError, Library, Problem, check
from engine.feel.expression import parse, parse_unary_tests

from .boxed import boxed_child
from .hit_policies import POLICIES
from .source import Source, walk
from .xml import Element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .graph import Graph

_TESTS = frozenset(["inputEntry", "allowedValues", "typeConstraint", "inputValues"])
_EXPRESSIONS = frozenset(
    ["literalExpression", "inputExpression", "outputEntry", "defaultOutputEntry"]
)
_REFERENCES = frozenset(
    [
        "requiredInput",
        "requiredDecision",
        "requiredKnowledge",
        "outputDecision",
        "encapsulatedDecision",
        "inputDecision",
        "inputData",
    ]
)


class Cell(NamedTuple):
    """A FEEL text of a model and where it stands.

    `element` is the id of the cell or of the nearest element around it that has one, `owner` the
    name of the decision or other element of the graph, `row` the rule of a table from 1, else 0.
    """

    element: str
    owner: str
    row: int
    text: str
    is_tests: bool


def cells(owner: Element) -> Iterator[Cell]:
    """Every FEEL text at or below an element, in the order of the file."""
    waiting = [(owner, owner.get("id") or owner.get("name"), 0)]
    while waiting:
        inner, key, row = waiting.pop()
        key = inner.get("id") or key
        text = inner.text_of("text")
        if text and "FEEL" in (inner.get("expressionLanguage") or "FEEL").upper():
            if inner.tag in _TESTS:
                yield Cell(key, owner.get("name"), row, text, True)
            elif inner.tag in _EXPRESSIONS:
                yield Cell(key, owner.get("name"), row, text, False)
        numbers = {id(rule): number for number, rule in enumerate(inner.all("rule"), 1)}
        below = [(child, key, numbers.get(id(child), row)) for child in inner.children]
        waiting.extend(reversed(below))


def texts(element: Element) -> Iterator[tuple[str, bool]]:
    """Every FEEL text at or below an element; true for unary tests."""
    return ((cell.text, cell.is_tests) for cell in cells(element))


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


class Found(NamedTuple):
    """A finding in one text; `syntax` is the error when the text is no FEEL."""

    cell: Cell
    problem: Problem
    syntax: FeelSyntaxError | None = None


def problems_of(graph: Graph, library: Library) -> Iterator[Found]:
    """The findings in every text of the file, and in how its elements hang together."""
    source = graph.source
    for owner in source.root.children:
        if owner.tag in {"decision", "businessKnowledgeModel", "decisionService"}:
            yield from _structure(graph, owner)
        if owner.tag not in {"decision", "businessKnowledgeModel", "itemDefinition"}:
            continue
        names = bound_names(owner) | graph.defined | set(source.imports)
        for cell in cells(owner):
            try:
                expression = parsed(cell.text, cell.is_tests, source)
            except FeelSyntaxError as error:
                problem = Problem("syntax", str(error), error.line, error.column)
                yield Found(cell, problem, error)
                continue
            for problem in check(expression, names, library):
                if problem.code != "unknown-name":
                    yield Found(cell, problem)


def _structure(graph: Graph, owner: Element) -> Iterator[Found]:
    """References that lead nowhere, decisions that wait for themselves, empty ones, odd tables."""
    place = Cell(owner.get("id") or owner.get("name"), owner.get("name"), 0, "", False)
    for inner in walk(owner):
        href = inner.get("href")
        if href and graph.referred(href, graph.source) is None and inner.tag in _REFERENCES:
            yield Found(place, Problem("unknown-reference", f"there is no {href}", name=href))
        policy = (inner.get("hitPolicy") or "UNIQUE", inner.get("aggregation"))
        if inner.tag == "decisionTable" and policy not in POLICIES:
            wrong = " ".join(policy).strip()
            yield Found(place, Problem("hit-policy", f"there is no {wrong}", name=wrong))
    if owner.tag == "decision":
        if boxed_child(owner) is None:
            yield Found(place, Problem("no-logic", "there is no expression"))
        if _waits_for_itself(graph, owner):
            yield Found(place, Problem("cycle", "the decision requires itself"))


def _waits_for_itself(graph: Graph, decision: Element) -> bool:
    waiting = list(graph.requirements(decision, graph.source))
    seen: set[int] = set()
    while waiting:
        source, element = waiting.pop()
        if element is decision:
            return True
        if id(element) not in seen and element.tag == "decision":
            seen.add(id(element))
            waiting.extend(graph.requirements(element, source))
    return False


def places_of(graph: Graph, name: str) -> Iterator[tuple[Cell, int, int]]:
    """Where the file reads a name that it does not define itself, with line and column."""
    for owner in graph.source.root.children:
        if owner.tag not in {"decision", "businessKnowledgeModel"}:
            continue
        if name in bound_names(owner):
            continue
        for cell in cells(owner):
            try:
                reads = parsed(cell.text, cell.is_tests, graph.source).facts.reads
            except FeelSyntaxError:
                continue
            for read in reads:
                if read.name == name and not read.in_filter:
                    yield cell, read.line, read.column

"""Boxed expressions to code (DMN 1.5, 10.2 and 7.3.1)."""

from __future__ import annotations

from engine.feel import iteration
from engine.feel.paths import compile_filter
from engine.feel.run import Frame, shown
from engine.feel.scope import Closure, Code
from engine.feel.types import Type
from engine.feel.values import Callable

from .items import fitted, type_of
from .source import Source
from .table import compile_table
from .xml import Element

KINDS = frozenset(
    [
        "literalExpression",
        "context",
        "list",
        "relation",
        "invocation",
        "functionDefinition",
        "decisionTable",
        "conditional",
        "filter",
        "for",
        "some",
        "every",
    ]
)


def nothing(frame: Frame) -> object:
    return frame.run.null("structure", "there is no expression")


def boxed_child(element: Element) -> Element | None:
    """The first child that is a boxed expression."""
    return next((child for child in element.children if child.tag in KINDS), None)


def compile_child(element: Element | None, source: Source) -> Code:
    """The code of the boxed expression directly below an element."""
    child = boxed_child(element) if element is not None else None
    return compile_boxed(child, source) if child is not None else nothing


def compile_boxed(element: Element, source: Source) -> Code:
    """The code of a boxed expression; its own `typeRef` is checked."""
    code = _COMPILERS[element.tag](element, source)
    kind = type_of(element.get("typeRef"), source)
    if kind is None or element.tag == "functionDefinition":
        return code

    def checked(frame: Frame) -> object:
        return fitted(code(frame), kind, frame.run, "the outcome", "types")

    return checked


def _literal(element: Element, source: Source) -> Code:
    text = element.text_of("text")
    return source.expression(text) if text else nothing


def _context(element: Element, source: Source) -> Code:
    entries: list[tuple[str, Code, Type | None]] = []
    result: Code | None = None
    for entry in element.all("contextEntry"):
        variable = entry.first("variable")
        code = compile_child(entry, source)
        if variable is None:
            result = code
        else:
            kind = type_of(variable.get("typeRef"), source)
            entries.append((variable.get("name"), code, kind))
    size = 64 + 128 * len(entries)

    def context(frame: Frame) -> object:
        frame.run.meter.take(size)
        made: dict[str, object] = {}
        inside = Frame(made, frame, frame.run)
        for name, code, kind in entries:
            made[name] = fitted(code(inside), kind, frame.run, name, "types")
        return made if result is None else result(inside)

    return context


def _list(element: Element, source: Source) -> Code:
    codes = [compile_boxed(child, source) for child in element.children if child.tag in KINDS]
    size = 56 + 64 * len(codes)

    def make_list(frame: Frame) -> object:
        frame.run.meter.take(size)
        return [code(frame) for code in codes]

    return make_list


def _relation(element: Element, source: Source) -> Code:
    columns = [column.get("name") for column in element.all("column")]
    rows = [
        [compile_boxed(cell, source) for cell in row.children if cell.tag in KINDS]
        for row in element.all("row")
    ]
    size = 56 + 128 * len(rows) * (1 + len(columns))

    def relation(frame: Frame) -> object:
        frame.run.meter.take(size)
        return [dict(zip(columns, [cell(frame) for cell in row], strict=False)) for row in rows]

    return relation


def _invocation(element: Element, source: Source) -> Code:
    callee = compile_child(element, source)
    bindings: list[tuple[str, Code]] = []
    for binding in element.all("binding"):
        parameter = binding.first("parameter")
        if parameter is not None:
            bindings.append((parameter.get("name"), compile_child(binding, source)))
    names = [name for name, _ in bindings]

    def invocation(frame: Frame) -> object:
        function = callee(frame)
        values = [code(frame) for _, code in bindings]
        if not isinstance(function, Callable):
            return frame.run.null("function", f"{shown(function)} is no function")
        if not names:
            return function.call([], frame.run)
        return function.call_named(names, values, frame.run)

    return invocation


def compile_function(element: Element, source: Source) -> Code:
    """A function definition; what is not FEEL cannot be run and is null."""
    if element.get("kind") not in {"", "FEEL"}:
        return lambda frame: frame.run.null("function", "external functions are not supported")
    params: list[str] = []
    types: list[Type | None] = []
    for parameter in element.all("formalParameter"):
        params.append(parameter.get("name"))
        types.append(type_of(parameter.get("typeRef"), source))
    body = compile_child(element, source.with_names(params))
    outcome = type_of(element.get("typeRef"), source)

    def checked_body(frame: Frame) -> object:
        return fitted(body(frame), outcome, frame.run, "the outcome", "types")

    code = body if outcome is None else checked_body
    return lambda frame: Closure(tuple(params), tuple(types), code, frame)


def _conditional(element: Element, source: Source) -> Code:
    condition, then, otherwise = (
        compile_child(element.first(tag), source) for tag in ("if", "then", "else")
    )

    def conditional(frame: Frame) -> object:
        value = condition(frame)
        if value is True:
            return then(frame)
        if value is not False and value is not None:
            return frame.run.null("condition", f"the condition is {shown(value)}")
        return otherwise(frame)

    return conditional


def _filter(element: Element, source: Source) -> Code:
    return compile_filter(
        compile_child(element.first("in"), source),
        compile_child(element.first("match"), source),
        (0, 0),
    )


def _sources(element: Element, source: Source) -> list[iteration.Source]:
    name = element.get("iteratorVariable") or "item"
    return [(name, compile_child(element.first("in"), source), None)]


def _for(element: Element, source: Source) -> Code:
    body = compile_child(element.first("return"), source)
    return iteration.compile_for(_sources(element, source), body, True)


def _quantified(element: Element, source: Source) -> Code:
    body = compile_child(element.first("satisfies"), source)
    return iteration.compile_quantified(_sources(element, source), body, element.tag == "some")


_COMPILERS = {
    "literalExpression": _literal,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": compile_function,
    "decisionTable": compile_table,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}

"""What can be told of an expression without running it: its kind, and what its calls are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import nodes
from .lexer import Places
from .values import type_name

_TRUTHS = (nodes.Compare, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified, nodes.Logic)
_FIXED: Mapping[type[nodes.Node], str] = {
    **dict.fromkeys(_TRUTHS, "boolean"),
    nodes.ListNode: "list",
    nodes.For: "list",
    nodes.ContextNode: "context",
    nodes.Interval: "range",
    nodes.OpenRange: "range",
    nodes.FunctionNode: "function",
}
_ARITHMETIC = frozenset({"number"})
# Of the standard's functions only those whose answer is always of one kind, or null.
_RETURNS: Mapping[str, str] = {
    **dict.fromkeys(("date", "today"), "date"),
    **dict.fromkeys(("date and time", "now"), "date and time"),
    "time": "time",
    "years and months duration": "years and months duration",
    **dict.fromkeys(
        ("number", "count", "sum", "mean", "floor", "ceiling", "decimal", "string length"),
        "number",
    ),
    **dict.fromkeys(("string", "substring", "upper case", "lower case", "replace"), "string"),
    **dict.fromkeys(("not", "contains", "starts with", "ends with", "list contains"), "boolean"),
    **dict.fromkeys(("append", "concatenate", "sort", "flatten", "distinct values"), "list"),
}


class Argument:
    """One argument of a call of a function by name.

    `place` is its position, or its name when the call names its arguments. `path` is the
    qualified name that it is, such as ("instellingen", "termijn"); `literal` the value that is
    written there. Each is None when it is something else.
    """

    __slots__ = ("column", "function", "line", "literal", "path", "place")

    def __init__(
        self, function: str, place: int | str, node: nodes.Node, line: int, column: int
    ) -> None:
        self.function = function
        self.place = place
        self.path = path_of(node)
        self.literal = node.value if isinstance(node, nodes.Literal) else None
        self.line = line
        self.column = column


def path_of(node: nodes.Node) -> tuple[str, ...] | None:
    """The qualified name that the whole of an expression is; None when it is more than a name."""
    names: list[str] = []
    while isinstance(node, nodes.Path):
        names.append(node.name)
        node = node.source
    if not isinstance(node, nodes.Name):
        return None
    return (node.name, *reversed(names))


def arguments_of(node: nodes.Node, text: str) -> Iterator[Argument]:
    """Every argument of every call of a function by name."""
    places = Places(text)
    waiting = [node]
    while waiting:
        here = waiting.pop()
        waiting.extend(nodes.children(here))
        if isinstance(here, nodes.Call) and isinstance(here.callee, nodes.Name):
            for number, given in enumerate(here.args):
                place = here.names[number] if here.names else number
                yield Argument(here.callee.name, place, given, *places.at(given.pos))


def kinds_of(node: nodes.Node, returns: Mapping[str, str]) -> frozenset[str] | None:
    """The kinds of value that the expression can give, as `type_name` says them, beside null.

    None when that cannot be told. `returns` are further functions that give one kind only.
    """
    fixed = _FIXED.get(type(node))
    if fixed is not None:
        return frozenset({fixed})
    match node:
        case nodes.Literal():
            return frozenset() if node.value is None else frozenset({type_name(node.value)})
        case nodes.If():
            return _either(kinds_of(node.then, returns), kinds_of(node.otherwise, returns))
        case nodes.Call(callee=nodes.Name(name=name)):
            kind = returns.get(name) or _RETURNS.get(name)
            return None if kind is None else frozenset({kind})
        case nodes.Negate():
            return kinds_of(node.operand, returns)
        case nodes.Chain():
            return _sum(node, returns)
    return None


def _either(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _sum(node: nodes.Chain, returns: Mapping[str, str]) -> frozenset[str] | None:
    """Numbers give a number and texts a text; sums of dates and durations are left open."""
    operands = [node.first, *(operand for _, operand, _ in node.rest)]
    kinds = {kinds_of(operand, returns) for operand in operands}
    if kinds == {_ARITHMETIC} or kinds == {frozenset({"string"})}:
        return next(iter(kinds))
    return None

"""The tree of an expression (DMN 1.5, 10.3.1.2 and, for boxed forms, 10.2).

Nodes are plain and never change after parsing. `pos` is the offset in the text, `depth` how many
levels lie below.
"""

from __future__ import annotations

from collections.abc import Iterator


class Node:
    __slots__ = ("depth", "pos")
    pos: int
    depth: int

    def __init__(self, pos: int, *below: Node | None) -> None:
        self.pos = pos
        self.depth = 1 + max((node.depth for node in below if node is not None), default=0)


class Literal(Node):
    __slots__ = ("value",)

    def __init__(self, pos: int, value: object) -> None:
        super().__init__(pos)
        self.value = value


class Name(Node):
    __slots__ = ("name",)

    def __init__(self, pos: int, name: str) -> None:
        super().__init__(pos)
        self.name = name


class Path(Node):
    """`source.name`."""

    __slots__ = ("name", "source")

    def __init__(self, pos: int, source: Node, name: str) -> None:
        super().__init__(pos, source)
        self.source = source
        self.name = name


class Filter(Node):
    """`source[condition]`."""

    __slots__ = ("condition", "source")

    def __init__(self, pos: int, source: Node, condition: Node) -> None:
        super().__init__(pos, source, condition)
        self.source = source
        self.condition = condition


class Call(Node):
    """`callee(args)` or `callee(name: arg)`; `names` is empty for positional arguments."""

    __slots__ = ("args", "callee", "names")

    def __init__(self, pos: int, callee: Node, args: list[Node], names: list[str]) -> None:
        super().__init__(pos, callee, *args)
        self.callee = callee
        self.args = args
        self.names = names


class Negate(Node):
    __slots__ = ("operand",)

    def __init__(self, pos: int, operand: Node) -> None:
        super().__init__(pos, operand)
        self.operand = operand


class Chain(Node):
    """Operands with operators between them, left to right, all of one level of precedence."""

    __slots__ = ("first", "rest")

    def __init__(self, pos: int, first: Node, rest: list[tuple[str, Node, int]]) -> None:
        super().__init__(pos, first, *(node for _, node, _ in rest))
        self.first = first
        self.rest = rest


class Logic(Node):
    """`and` or `or` over two or more operands."""

    __slots__ = ("operands", "operator")

    def __init__(self, pos: int, operator: str, operands: list[Node]) -> None:
        super().__init__(pos, *operands)
        self.operator = operator
        self.operands = operands


class Compare(Node):
    """`left operator right` with one of `=`, `!=`, `<`, `<=`, `>`, `>=`."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, pos: int, operator: str, left: Node, right: Node) -> None:
        super().__init__(pos, left, right)
        self.operator = operator
        self.left = left
        self.right = right


class Between(Node):
    __slots__ = ("high", "low", "operand")

    def __init__(self, pos: int, operand: Node, low: Node, high: Node) -> None:
        super().__init__(pos, operand, low, high)
        self.operand = operand
        self.low = low
        self.high = high


class In(Node):
    """`operand in tests`."""

    __slots__ = ("operand", "tests")

    def __init__(self, pos: int, operand: Node, tests: list[Node]) -> None:
        super().__init__(pos, operand, *tests)
        self.operand = operand
        self.tests = tests


class UnaryTests(Node):
    """The tests of a cell; `negated` for `not(...)`. No tests at all is `-`."""

    __slots__ = ("negated", "tests")

    def __init__(self, pos: int, tests: list[Node], negated: bool) -> None:
        super().__init__(pos, *tests)
        self.tests = tests
        self.negated = negated


class OpenRange(Node):
    """`< end`, `>= end` and so on, as a test or, in parentheses, as a range."""

    __slots__ = ("end", "operator")

    def __init__(self, pos: int, operator: str, end: Node) -> None:
        super().__init__(pos, end)
        self.operator = operator
        self.end = end


class Interval(Node):
    __slots__ = ("high", "high_closed", "low", "low_closed")

    def __init__(
        self, pos: int, low: Node, high: Node, low_closed: bool, high_closed: bool
    ) -> None:
        super().__init__(pos, low, high)
        self.low = low
        self.high = high
        self.low_closed = low_closed
        self.high_closed = high_closed


class ListNode(Node):
    __slots__ = ("items",)

    def __init__(self, pos: int, items: list[Node]) -> None:
        super().__init__(pos, *items)
        self.items = items


class ContextNode(Node):
    __slots__ = ("entries",)

    def __init__(self, pos: int, entries: list[tuple[str, Node]]) -> None:
        super().__init__(pos, *(node for _, node in entries))
        self.entries = entries


class If(Node):
    __slots__ = ("condition", "otherwise", "then")

    def __init__(self, pos: int, condition: Node, then: Node, otherwise: Node) -> None:
        super().__init__(pos, condition, then, otherwise)
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class For(Node):
    """`for name in source, ... return body`; a source with a second node is `from..to`."""

    __slots__ = ("body", "sources")

    def __init__(self, pos: int, sources: list[tuple[str, Node, Node | None]], body: Node) -> None:
        below = [node for _, start, end in sources for node in (start, end)]
        super().__init__(pos, body, *below)
        self.sources = sources
        self.body = body


class Quantified(Node):
    """`some` or `every` name in source, ... satisfies body."""

    __slots__ = ("body", "quantifier", "sources")

    def __init__(
        self,
        pos: int,
        quantifier: str,
        sources: list[tuple[str, Node, Node | None]],
        body: Node,
    ) -> None:
        below = [node for _, start, end in sources for node in (start, end)]
        super().__init__(pos, body, *below)
        self.quantifier = quantifier
        self.sources = sources
        self.body = body


class InstanceOf(Node):
    __slots__ = ("operand", "type")

    def __init__(self, pos: int, operand: Node, type: TypeNode) -> None:
        super().__init__(pos, operand)
        self.operand = operand
        self.type = type


class FunctionNode(Node):
    """`function(name: type, ...) body`; `external` ones have no body that can run."""

    __slots__ = ("body", "external", "params")

    def __init__(
        self, pos: int, params: list[tuple[str, TypeNode | None]], body: Node, external: bool
    ) -> None:
        super().__init__(pos, body)
        self.params = params
        self.body = body
        self.external = external


class TypeNode:
    """A type in the text: a name, or list, range, context or function with what they hold."""

    __slots__ = ("entries", "name", "parts")

    def __init__(
        self,
        name: str,
        parts: tuple[TypeNode, ...] = (),
        entries: tuple[tuple[str, TypeNode], ...] = (),
    ) -> None:
        self.name = name
        self.parts = parts
        self.entries = entries


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order of the text."""
    for slot in type(node).__slots__:
        yield from _nodes(getattr(node, slot))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _nodes(item)

"""What an expression reads and calls, found without running it."""

from __future__ import annotations

from collections.abc import Callable

from . import nodes
from .lexer import Places
from .unary import INPUT


class Read:
    """One variable read. `in_filter` when it may as well be an entry of the filtered items."""

    __slots__ = ("column", "in_filter", "line", "name")

    def __init__(self, name: str, in_filter: bool, line: int, column: int) -> None:
        self.name = name
        self.in_filter = in_filter
        self.line = line
        self.column = column


class Facts:
    """The reads, qualified paths and calls of one expression."""

    def __init__(self) -> None:
        self.reads: list[Read] = []
        self.paths: frozenset[tuple[str, ...]] = frozenset()
        self.calls: tuple[tuple[str, int | tuple[str, ...], int, int], ...] = ()


class _Walk:
    def __init__(self, text: str) -> None:
        self.places = Places(text)
        self.facts = Facts()
        self.paths: set[tuple[str, ...]] = set()
        self.calls: list[tuple[str, int | tuple[str, ...], int, int]] = []

    def visit(self, node: nodes.Node, bound: frozenset[str], filtering: bool) -> None:
        special: Callable[..., None] | None = getattr(self, "on_" + type(node).__name__, None)
        if special is not None:
            special(node, bound, filtering)
            return
        for child in nodes.children(node):
            self.visit(child, bound, filtering)

    def read(self, node: nodes.Name, bound: frozenset[str], filtering: bool) -> bool:
        """Note a read of a variable that is not bound in the text."""
        if node.name in bound or node.name == INPUT:
            return False
        line, column = self.places.at(node.pos)
        self.facts.reads.append(Read(node.name, filtering, line, column))
        return True

    def on_Name(self, node: nodes.Name, bound: frozenset[str], filtering: bool) -> None:
        if self.read(node, bound, filtering):
            self.paths.add((node.name,))

    def on_Path(self, node: nodes.Path, bound: frozenset[str], filtering: bool) -> None:
        parts = [node.name]
        source = node.source
        while isinstance(source, nodes.Path):
            parts.append(source.name)
            source = source.source
        if not isinstance(source, nodes.Name):
            self.visit(source, bound, filtering)
        elif self.read(source, bound, filtering):
            self.paths.add((source.name, *reversed(parts)))

    def on_Call(self, node: nodes.Call, bound: frozenset[str], filtering: bool) -> None:
        if not isinstance(node.callee, nodes.Name):
            self.visit(node.callee, bound, filtering)
        elif node.callee.name not in bound:
            line, column = self.places.at(node.pos)
            args = tuple(node.names) if node.names else len(node.args)
            self.calls.append((node.callee.name, args, line, column))
        for arg in node.args:
            self.visit(arg, bound, filtering)

    def on_Filter(self, node: nodes.Filter, bound: frozenset[str], filtering: bool) -> None:
        self.visit(node.source, bound, filtering)
        self.visit(node.condition, bound | {"item"}, True)

    def on_ContextNode(
        self, node: nodes.ContextNode, bound: frozenset[str], filtering: bool
    ) -> None:
        for name, value in node.entries:
            self.visit(value, bound, filtering)
            bound = bound | {name}

    def on_For(self, node: nodes.For, bound: frozenset[str], filtering: bool) -> None:
        self.sources(node, bound | {"partial"}, filtering)

    def on_Quantified(self, node: nodes.Quantified, bound: frozenset[str], filtering: bool) -> None:
        self.sources(node, bound, filtering)

    def sources(
        self, node: nodes.For | nodes.Quantified, bound: frozenset[str], filtering: bool
    ) -> None:
        for name, start, end in node.sources:
            self.visit(start, bound, filtering)
            if end is not None:
                self.visit(end, bound, filtering)
            bound = bound | {name}
        self.visit(node.body, bound, filtering)

    def on_FunctionNode(
        self, node: nodes.FunctionNode, bound: frozenset[str], filtering: bool
    ) -> None:
        if not node.external:
            self.visit(node.body, bound | {name for name, _ in node.params}, filtering)


def facts_of(node: nodes.Node, text: str) -> Facts:
    """Everything that the expression reads and calls."""
    walk = _Walk(text)
    walk.visit(node, frozenset(), False)
    walk.facts.paths = frozenset(walk.paths)
    walk.facts.calls = tuple(walk.calls)
    return walk.facts

"""`range("[1..2]")`: the only built-in that reads FEEL text, and only literals (10.3.4.1)."""

from __future__ import annotations

from . import comparison, nodes
from .constructors import READERS
from .errors import FeelSyntaxError
from .parser import Parser
from .values import Range

_MAX_LENGTH = 300


def parse_range(text: str) -> Range | None:
    """The range that the text is; null when it is none, or its ends are no literals in order."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        node = Parser(text).whole_expression()
    except FeelSyntaxError:
        return None
    if not isinstance(node, nodes.Interval):
        return None
    low, high = _literal(node.low), _literal(node.high)
    pair = comparison.ordered(low, high)
    if pair is None or pair[0] > pair[1]:  # type: ignore[operator]
        return None
    return Range(low, high, node.low_closed, node.high_closed)


def _literal(node: nodes.Node) -> object:
    """The value of a literal, or of a constructor around a text; null for anything else."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Name):
        constructor = READERS.get(node.callee.name)
        argument = node.args[0] if len(node.args) == 1 else None
        if constructor and isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return constructor(argument.value)
    return None

"""Comparisons and `between` to code (DMN 1.5, grammar rules 51 and 52)."""

from __future__ import annotations

import operator
from collections.abc import Callable as PyCallable
from decimal import Decimal

from . import comparison, nodes
from .run import Frame, Run
from .scope import Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .compiler import Compiler

Relation = PyCallable[[object, object, Run], bool | None]
COMPARISONS: dict[str, Relation] = {
    "=": comparison.equal,
    "!=": comparison.unequal,
    "<": comparison.less,
    "<=": comparison.less_or_equal,
    ">": comparison.greater,
    ">=": comparison.greater_or_equal,
}
_QUICK: dict[str, PyCallable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare_number(left: Code, operator: str, right: Decimal, where: tuple[int, int]) -> Code:
    """A comparison with a number that stands in the text, the most common condition of all."""
    compare, quick = COMPARISONS[operator], _QUICK[operator]

    def compared(frame: Frame) -> object:
        value = left(frame)
        if type(value) is Decimal:
            return quick(value, right)
        run = frame.run
        run.where = where
        return compare(value, right, run)

    return compared


def compile_compare(compiler: Compiler, node: nodes.Compare) -> Code:
    left, right = compiler.code(node.left), compiler.code(node.right)
    compare, where = COMPARISONS[node.operator], compiler.where(node)
    if isinstance(node.right, nodes.Literal) and type(node.right.value) is Decimal:
        return _compare_number(left, node.operator, node.right.value, where)

    def compared(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        run = frame.run
        run.where = where
        return compare(one, other, run)

    return compared


def compile_between(compiler: Compiler, node: nodes.Between) -> Code:
    parts = [compiler.code(part) for part in (node.operand, node.low, node.high)]
    where = compiler.where(node)

    def between(frame: Frame) -> object:
        value, low, high = (part(frame) for part in parts)
        run = frame.run
        run.where = where
        above = comparison.less_or_equal(low, value, run)
        below = comparison.less_or_equal(value, high, run)
        if above is None or below is None:
            return None
        return above and below

    return between

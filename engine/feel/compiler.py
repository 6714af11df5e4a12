"""The tree to Python closures: every node becomes a function from a `Frame` to a value.

Nothing is generated as Python text and nothing of Python can be reached from an expression.
"""

from __future__ import annotations

from . import arithmetic, branches, comparison, iteration, nodes
from .calls import compile_call, compile_function
from .lexer import Places
from .logic import compile_logic
from .ordering import compile_between, compile_compare
from .paths import compile_filter, member
from .run import Frame, shown
from .scope import MISSING, Code, lookup
from .types import resolve
from .unary import compile_in, compile_unary_tests
from .values import Range

_ARITHMETIC = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "**": arithmetic.power,
}


def constant(value: object) -> Code:
    return lambda frame: value


class Compiler:
    """One text's compiler. `local` counts the scopes around the node being compiled."""

    def __init__(self, text: str, local: int = 0) -> None:
        self.text = text
        self.places = Places(text)
        self.local = local

    def where(self, node: nodes.Node) -> tuple[int, int]:
        return self.places.at(node.pos)

    def code(self, node: nodes.Node) -> Code:
        made: Code = getattr(self, "on_" + type(node).__name__)(node)
        return made

    def inner(self, node: nodes.Node) -> Code:
        """Code of a node that runs in a scope of its own."""
        self.local += 1
        try:
            return self.code(node)
        finally:
            self.local -= 1

    # Literals, names, boxes

    def on_Literal(self, node: nodes.Literal) -> Code:
        return constant(node.value)

    def on_Name(self, node: nodes.Name) -> Code:
        name, where = node.name, self.where(node)
        if self.local:

            def local_name(frame: Frame) -> object:
                value = frame.vars.get(name, MISSING)
                if value is MISSING:
                    value = lookup(frame, name)
                    if value is MISSING:
                        return frame.run.null("name", f"there is no {name}", where)
                return value

            return local_name

        def root_name(frame: Frame) -> object:
            value = frame.vars.get(name, MISSING)
            if value is MISSING:
                value = frame.load(name)  # type: ignore[attr-defined]
                if value is MISSING:
                    return frame.run.null("name", f"there is no {name}", where)
            return value

        return root_name

    def on_ListNode(self, node: nodes.ListNode) -> Code:
        if all(isinstance(item, nodes.Literal) for item in node.items):
            return constant([item.value for item in node.items])  # type: ignore[attr-defined]
        items = [self.code(item) for item in node.items]
        size = 56 + 64 * len(items)

        def make_list(frame: Frame) -> object:
            frame.run.meter.take(size)
            return [item(frame) for item in items]

        return make_list

    def on_ContextNode(self, node: nodes.ContextNode) -> Code:
        entries = [(name, self.inner(value)) for name, value in node.entries]
        size = 64 + 128 * len(entries)

        def make_context(frame: Frame) -> object:
            frame.run.meter.take(size)
            made: dict[str, object] = {}
            inside = Frame(made, frame, frame.run)
            for name, value in entries:
                made[name] = value(inside)
            return made

        return make_context

    def on_Interval(self, node: nodes.Interval) -> Code:
        low, high = self.code(node.low), self.code(node.high)
        low_closed, high_closed = node.low_closed, node.high_closed
        if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
            ends = (node.low.value, node.high.value)
            if comparison.ordered(*ends) is not None:
                return constant(Range(*ends, low_closed, high_closed))
        where = self.where(node)

        def make_range(frame: Frame) -> object:
            start, end = low(frame), high(frame)
            run = frame.run
            if start is not None and end is not None and comparison.ordered(start, end) is None:
                return run.null("types", f"no range from {shown(start)} to {shown(end)}", where)
            return Range(start, end, low_closed, high_closed)

        return make_range

    def on_OpenRange(self, node: nodes.OpenRange) -> Code:
        end, operator = self.code(node.end), node.operator

        def make_range(frame: Frame) -> object:
            value = end(frame)
            if operator == "=":
                return Range(value, value, True, True, operator)
            if operator[0] == "<":
                return Range(None, value, False, operator == "<=", operator)
            if operator[0] == ">":
                return Range(value, None, operator == ">=", False, operator)
            return frame.run.null("types", "there is no range of what is unequal")

        return make_range

    # Operators

    def on_Negate(self, node: nodes.Negate) -> Code:
        operand = self.code(node.operand)
        return lambda frame: arithmetic.negate(operand(frame), frame.run)

    def on_Chain(self, node: nodes.Chain) -> Code:
        left = self.code(node.first)
        if len(node.rest) == 1:
            operator, right_node, _ = node.rest[0]
            operation, right = _ARITHMETIC[operator], self.code(right_node)
            where = self.where(node)

            def single(frame: Frame) -> object:
                one, other = left(frame), right(frame)
                run = frame.run
                run.where = where
                return operation(one, other, run)

            return single
        rest = [
            (_ARITHMETIC[operator], self.code(right), self.places.at(pos))
            for operator, right, pos in node.rest
        ]

        def chain(frame: Frame) -> object:
            value = left(frame)
            run = frame.run
            for operation, right, where in rest:
                other = right(frame)
                run.where = where
                value = operation(value, other, run)
            return value

        return chain

    def on_Logic(self, node: nodes.Logic) -> Code:
        operands = [self.code(operand) for operand in node.operands]
        return compile_logic(node.operator == "or", operands, self.where(node))

    def on_Compare(self, node: nodes.Compare) -> Code:
        return compile_compare(self, node)

    def on_Between(self, node: nodes.Between) -> Code:
        return compile_between(self, node)

    def on_In(self, node: nodes.In) -> Code:
        return compile_in(self, node)

    def on_UnaryTests(self, node: nodes.UnaryTests) -> Code:
        return compile_unary_tests(self, node)

    def on_InstanceOf(self, node: nodes.InstanceOf) -> Code:
        operand, type_node, where = self.code(node.operand), node.type, self.where(node)

        def instance_of(frame: Frame) -> object:
            value, run = operand(frame), frame.run
            kind = resolve(type_node, run.library.types)
            if kind is None:
                return run.null("types", f"there is no type {type_node.name}", where)
            if value is None and kind.name != "Null":
                return False
            run.bare = True
            try:
                return kind.holds(value, run)
            finally:
                run.bare = False

        return instance_of

    # Paths and calls

    def on_Path(self, node: nodes.Path) -> Code:
        source, name, where = self.code(node.source), node.name, self.where(node)

        def path(frame: Frame) -> object:
            value = source(frame)
            if type(value) is dict:
                found: object = value.get(name, MISSING)
                if found is not MISSING:
                    return found
            elif value is None:
                return None
            return member(value, name, frame.run, where)

        return path

    def on_Filter(self, node: nodes.Filter) -> Code:
        return compile_filter(self.code(node.source), self.inner(node.condition), self.where(node))

    def on_Call(self, node: nodes.Call) -> Code:
        return compile_call(self, node)

    # Keywords

    def on_If(self, node: nodes.If) -> Code:
        condition, then = self.code(node.condition), self.code(node.then)
        otherwise, where = self.code(node.otherwise), self.where(node)
        text, offset, watcher = self.text, node.pos, branches.current.get

        def conditional(frame: Frame) -> object:
            value = condition(frame)
            watch = watcher()
            if watch is not None:
                watch(branches.Branch(text, offset, value is True))
            if value is True:
                return then(frame)
            if value is not False:
                frame.run.null("condition", f"the condition is {shown(value)}", where)
            return otherwise(frame)

        return conditional

    def sources(self, node: nodes.For | nodes.Quantified) -> list[iteration.Source]:
        """The sources' code; each may read the names of those before it."""
        made: list[iteration.Source] = []
        for index, (name, start, end) in enumerate(node.sources):
            self.local += index
            made.append((name, self.code(start), self.code(end) if end else None))
            self.local -= index
        return made

    def on_For(self, node: nodes.For) -> Code:
        uses_partial = _mentions(node.body, "partial")
        return iteration.compile_for(self.sources(node), self.inner(node.body), uses_partial)

    def on_Quantified(self, node: nodes.Quantified) -> Code:
        decisive = node.quantifier == "some"
        return iteration.compile_quantified(self.sources(node), self.inner(node.body), decisive)

    def on_FunctionNode(self, node: nodes.FunctionNode) -> Code:
        return compile_function(self, node)


def _mentions(node: nodes.Node, name: str) -> bool:
    if isinstance(node, nodes.Name) and node.name == name:
        return True
    return any(_mentions(child, name) for child in nodes.children(node))

"""`in` and unary tests (DMN 1.5, 10.3.2.7 and grammar rules 7 to 18, table 55)."""

from __future__ import annotations

from collections.abc import Callable as PyCallable

from . import comparison, nodes
from .ordering import COMPARISONS
from .run import Frame, shown
from .scope import MISSING, Code, lookup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .compiler import Compiler

INPUT = "?"
Test = PyCallable[[Frame, object], bool | None]


def mentions_input(node: nodes.Node) -> bool:
    """Whether the expression reads `?`, the value under test."""
    if isinstance(node, nodes.Name):
        return node.name == INPUT
    return any(mentions_input(child) for child in nodes.children(node))


def compile_test(compiler: Compiler, node: nodes.Node) -> Test:
    """One positive unary test as a function of the value under test."""
    where = compiler.where(node)
    if isinstance(node, nodes.OpenRange):
        end, compare = compiler.code(node.end), COMPARISONS[node.operator]

        def open_range(frame: Frame, value: object) -> bool | None:
            run = frame.run
            other = end(frame)
            run.where = where
            return compare(value, other, run)

        return open_range
    if isinstance(node, nodes.Literal):
        return _compile_equality(node.value)
    code = compiler.code(node)
    words = _words(node)
    if words:
        return _compile_choice(words, code)
    if mentions_input(node):
        return lambda frame, value: _truth(code(frame), frame, where)

    def expression(frame: Frame, value: object) -> bool | None:
        test = code(frame)
        run = frame.run
        run.where = where
        if isinstance(test, bool) and not isinstance(value, bool) and value is not None:
            return test
        return comparison.matches_test(value, test, run)

    return expression


def _words(node: nodes.Node) -> frozenset[str]:
    """The items of a list of nothing but strings; empty for anything else."""
    if not isinstance(node, nodes.ListNode):
        return frozenset()
    values = [item.value for item in node.items if isinstance(item, nodes.Literal)]
    words = [value for value in values if isinstance(value, str)]
    return frozenset(words if len(words) == len(node.items) else ())


def _compile_choice(words: frozenset[str], code: Code) -> Test:
    """A test against a list of strings: a string is looked up, anything else compared."""

    def choice(frame: Frame, value: object) -> bool | None:
        if type(value) is str:
            return value in words
        return comparison.matches_test(value, code(frame), frame.run)

    return choice


def _compile_equality(wanted: object) -> Test:
    kind = type(wanted)

    def equality(frame: Frame, value: object) -> bool | None:
        if type(value) is kind:
            return value == wanted
        return comparison.matches_test(value, wanted, frame.run)

    return equality


def _truth(value: object, frame: Frame, where: tuple[int, int]) -> bool | None:
    if isinstance(value, bool):
        return value
    return frame.run.null("types", f"the test gives {shown(value)}, not true or false", where)


def any_test(tests: list[Test], frame: Frame, value: object) -> bool | None:
    """Whether one of the tests holds; null when none does and one cannot say."""
    unknown = False
    for test in tests:
        outcome = test(frame, value)
        if outcome:
            return True
        unknown = unknown or outcome is None
    return None if unknown else False


def compile_in(compiler: Compiler, node: nodes.In) -> Code:
    operand = compiler.code(node.operand)
    if any(mentions_input(test) for test in node.tests):
        return _compile_own_input(compiler, node, operand)
    tests = [compile_test(compiler, test) for test in node.tests]
    if len(tests) == 1:
        test = tests[0]
        return lambda frame: test(frame, operand(frame))
    return lambda frame: any_test(tests, frame, operand(frame))


def _compile_own_input(compiler: Compiler, node: nodes.In, operand: Code) -> Code:
    """`x in (? > 3)`: here `?` is the operand, unless the whole stands in a cell with a `?`."""
    compiler.local += 1
    tests = [_compile_own_test(compiler, test) for test in node.tests]
    compiler.local -= 1

    def own_input(frame: Frame) -> bool | None:
        value = operand(frame)
        around = lookup(frame, INPUT)
        inside = {INPUT: value if around is MISSING else around}
        return any_test(tests, Frame(inside, frame, frame.run), value)

    return own_input


def _compile_own_test(compiler: Compiler, node: nodes.Node) -> Test:
    """A test that says yes or no by `?`, or what to compare with: `"a" in ?` in a cell."""
    if not mentions_input(node) or isinstance(node, nodes.OpenRange):
        return compile_test(compiler, node)
    code, where = compiler.code(node), compiler.where(node)

    def own_test(frame: Frame, value: object) -> bool | None:
        test = code(frame)
        if test is None or isinstance(test, bool):
            return _truth(test, frame, where)
        return comparison.matches_test(value, test, frame.run)

    return own_test


def compile_unary_tests(compiler: Compiler, node: nodes.UnaryTests) -> Code:
    """A cell's tests as an expression over `?`."""
    tests = [compile_test(compiler, test) for test in node.tests]
    if not tests:
        return lambda frame: True
    if not node.negated:
        return lambda frame: any_test(tests, frame, lookup(frame, INPUT))

    def negated(frame: Frame) -> bool | None:
        outcome = any_test(tests, frame, lookup(frame, INPUT))
        return None if outcome is None else not outcome

    return negated

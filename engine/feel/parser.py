"""Tokens to a tree: recursive descent over the grammar of DMN 1.5, 10.3.1.2.

Precedence, loosest first: or; and; comparison, between, in; + -; * /; **; instance of; the minus
sign; then path, filter and call.
"""

from __future__ import annotations

from decimal import Decimal

from .errors import FeelSyntaxError, FeelTooLarge
from .lexer import Token
from .nodes import (
    Between,
    Chain,
    Compare,
    In,
    InstanceOf,
    Literal,
    Logic,
    Negate,
    Node,
    OpenRange,
    UnaryTests,
)
from .primary_syntax import COMPARISONS, PrimaryReader

MAX_DEPTH = 150

_OR, _AND, _COMPARISON, _ADDITIVE, _MULTIPLICATIVE, _EXPONENT, _INSTANCE = range(1, 8)
_PRECEDENCE = {
    "or": _OR,
    "and": _AND,
    "=": _COMPARISON,
    "!=": _COMPARISON,
    "<": _COMPARISON,
    "<=": _COMPARISON,
    ">": _COMPARISON,
    ">=": _COMPARISON,
    "between": _COMPARISON,
    "in": _COMPARISON,
    "+": _ADDITIVE,
    "-": _ADDITIVE,
    "*": _MULTIPLICATIVE,
    "/": _MULTIPLICATIVE,
    "**": _EXPONENT,
    "instance": _INSTANCE,
}


class Parser(PrimaryReader):
    """One text. `names` are the variables that may be read, needed when they hold spaces."""

    def whole_expression(self) -> Node:
        return self.finished(self.expression())

    def whole_unary_tests(self) -> Node:
        start = self.tokens[0].start
        if self.peek("-") and self.tokens[1].kind == "end":
            self.at += 1
            return UnaryTests(start, [], False)
        if self.peek("not") and self.tokens[1].text == "(":
            return self.negation_or_tests(start)
        return self.finished(UnaryTests(start, self.positive_tests(), False))

    def negation_or_tests(self, start: int) -> Node:
        """`not(...)` around all tests or, when that is not what it is, a call like any other.

        Only trying tells: brackets need not pair up, as in `not(]1..5[)`.
        """
        nesting, scopes = self.nesting, len(self.scopes)
        try:
            self.at += 2
            tests = self.positive_tests()
            self.expect(")")
            return self.finished(UnaryTests(start, tests, True))
        except FeelTooLarge:
            raise
        except FeelSyntaxError as error:
            furthest, self.at, self.nesting = error, 0, nesting
            del self.scopes[scopes:]
        try:
            return self.finished(UnaryTests(start, self.positive_tests(), False))
        except FeelSyntaxError as error:
            further = (error.line, error.column) >= (furthest.line, furthest.column)
            raise error if further else furthest from None

    def finished(self, node: Node) -> Node:
        if self.tokens[self.at].kind != "end":
            raise self.fail("an operator or the end")
        if node.depth > MAX_DEPTH:
            raise FeelTooLarge("nesting", MAX_DEPTH, 1, 1, self.text)
        return node

    def positive_tests(self) -> list[Node]:
        tests = [self.positive_test()]
        while self.take(","):
            tests.append(self.positive_test())
        return tests

    def positive_test(self) -> Node:
        token = self.tokens[self.at]
        if token.kind == "op" and token.text in COMPARISONS:
            self.at += 1
            return OpenRange(token.start, token.text, self.binary(_ADDITIVE))
        return self.expression()

    def expression(self) -> Node:
        self.deeper()
        node = self.binary(_OR)
        self.nesting -= 1
        return node

    def binary(self, least: int, filters: bool = True) -> Node:
        """Operators of precedence `least` and tighter, by precedence climbing."""
        return self.climb(self.unary(filters), least, filters)

    def climb(self, left: Node, least: int, filters: bool = True) -> Node:
        """The operators that follow an operand that was read already."""
        while True:
            token = self.tokens[self.at]
            level = _PRECEDENCE.get(token.text, 0)
            if level < least or token.kind not in {"op", "name"}:
                return left
            if level <= _AND:
                left = self.logic(token, level, left)
            elif level == _COMPARISON:
                left = self.comparison(token, left)
            elif level == _INSTANCE:
                self.at += 1
                self.expect("of")
                left = InstanceOf(token.start, left, self.type())
            else:
                left = self.chain(level, left, filters)

    def logic(self, token: Token, level: int, left: Node) -> Node:
        operands = [left]
        while self.take(token.text):
            operands.append(self.binary(level + 1))
        return Logic(token.start, token.text, operands)

    def chain(self, level: int, first: Node, filters: bool) -> Node:
        rest: list[tuple[str, Node, int]] = []
        start = self.tokens[self.at].start
        while _PRECEDENCE.get(self.tokens[self.at].text) == level:
            token = self.tokens[self.at]
            if token.kind != "op":
                break
            self.at += 1
            rest.append((token.text, self.binary(level + 1, filters), token.start))
        return Chain(start, first, rest)

    def comparison(self, token: Token, left: Node) -> Node:
        self.at += 1
        if token.text == "between":
            low = self.binary(_ADDITIVE)
            self.expect("and")
            return Between(token.start, left, low, self.binary(_ADDITIVE))
        if token.text == "in":
            return In(token.start, left, self.in_tests())
        return Compare(token.start, token.text, left, self.binary(_ADDITIVE))

    def in_tests(self) -> list[Node]:
        token = self.tokens[self.at]
        if token.kind == "op" and token.text in COMPARISONS:
            return [self.positive_test()]
        if not self.peek("("):
            return [self.binary(_ADDITIVE)]
        self.at += 1
        self.deeper()
        first = self.positive_test()
        self.nesting -= 1
        if self.take(".."):
            return [self.interval_end(token.start, first, False)]
        tests = [first]
        while self.take(","):
            tests.append(self.positive_test())
        self.expect(")")
        if len(tests) == 1:
            # It may have been only the begin of an operand, as in `x in (a)[1]`.
            tests = [self.climb(self.postfix(first, True), _ADDITIVE)]
        return tests

    def unary(self, filters: bool) -> Node:
        if self.peek("-") and self.tokens[self.at].kind == "op":
            start = self.tokens[self.at].start
            self.at += 1
            self.deeper()
            operand = self.unary(filters)
            self.nesting -= 1
            if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
                return Literal(start, operand.value.copy_negate())
            return Negate(start, operand)
        return self.postfix(self.primary(), filters)

    def additive(self, *, filters: bool) -> Node:
        return self.binary(_ADDITIVE, filters)

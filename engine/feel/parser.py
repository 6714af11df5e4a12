"""Tokens to a tree: recursive descent over the grammar of DMN 1.5, 10.3.1.2.

Precedence, loosest first: or; and; comparison, between, in; + -; * /; **; instance of; the minus
sign; then path, filter and call.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache

from . import decimals, iso
from .errors import FeelSyntaxError, FeelTooLarge
from .lexer import Token, position, tokens, unescape
from .names import KEYWORDS, NameTable
from .nodes import (
    Between,
    Call,
    Chain,
    Compare,
    ContextNode,
    Filter,
    For,
    FunctionNode,
    If,
    In,
    InstanceOf,
    Interval,
    ListNode,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    OpenRange,
    Path,
    Quantified,
    TypeNode,
    UnaryTests,
)
from .vocabulary import SPACED_FUNCTIONS, SPACED_PROPERTIES, SPACED_TYPES

MAX_LENGTH = 100_000
MAX_NESTING = 64
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
_UNARY_OPERATORS = frozenset(["<", "<=", ">", ">=", "=", "!="])
_CONSTANTS = {"true": True, "false": False, "null": None}
_NAME_SYMBOLS = frozenset(["+", "-", "*", "/", "'", "."])
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _functions() -> NameTable:
    return NameTable(SPACED_FUNCTIONS)


def _shorter(char: str) -> str:
    return char if len(char) <= 20 else char[:20] + "..."


class Parser:
    """One text. `names` are the variables that may be read, needed when they hold spaces."""

    def __init__(self, text: str, names: Collection[str] = ()) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelTooLarge("length", MAX_LENGTH, 1, 1, text[:100])
        self.text = text
        self.tokens: list[Token] = tokens(text)
        self.at = 0
        self.nesting = 0
        self.scopes = [NameTable(names)]
        self.members = NameTable([*names, *SPACED_PROPERTIES])

    # Helpers on tokens

    def fail(self, expected: str, token: Token | None = None) -> FeelSyntaxError:
        """The error that at this token something else was expected."""
        token = token or self.tokens[self.at]
        line, column = position(self.text, token.start)
        found = "the end" if token.kind == "end" else repr(_shorter(token.text))
        return FeelSyntaxError(line, column, expected, self.text, found)

    def peek(self, text: str) -> bool:
        token = self.tokens[self.at]
        return token.text == text and token.kind != "string"

    def take(self, text: str) -> bool:
        """Skip the token when it is `text`."""
        if self.peek(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> int:
        """Skip a token that has to be there; its offset."""
        if not self.peek(text):
            raise self.fail(f"'{text}'")
        self.at += 1
        return self.tokens[self.at - 1].start

    def deeper(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            line, column = position(self.text, self.tokens[self.at].start)
            raise FeelTooLarge("nesting", MAX_NESTING, line, column, self.text)

    def bind(self, name: str) -> None:
        """Make a name known in the innermost scope."""
        self.scopes[-1].add(name)
        self.members.add(name)

    # Entry points

    def whole_expression(self) -> Node:
        return self.finished(self.expression())

    def whole_unary_tests(self) -> Node:
        start = self.tokens[0].start
        if self.peek("-") and self.tokens[1].kind == "end":
            self.at += 1
            return UnaryTests(start, [], False)
        negated = self.is_negation()
        if negated:
            self.at += 2
        tests = self.positive_tests()
        if negated:
            self.expect(")")
        return self.finished(UnaryTests(start, tests, negated))

    def finished(self, node: Node) -> Node:
        if self.tokens[self.at].kind != "end":
            raise self.fail("an operator or the end")
        if node.depth > MAX_DEPTH:
            raise FeelTooLarge("nesting", MAX_DEPTH, 1, 1, self.text)
        return node

    def is_negation(self) -> bool:
        """Whether the whole text is `not( ... )`."""
        if not (self.peek("not") and self.tokens[self.at + 1].text == "("):
            return False
        level = 0
        for index in range(self.at + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.kind == "op":
                level += (token.text in "([{") - (token.text in ")]}")
                if level == 0:
                    return self.tokens[index + 1].kind == "end"
        return False

    def positive_tests(self) -> list[Node]:
        tests = [self.positive_test()]
        while self.take(","):
            tests.append(self.positive_test())
        return tests

    def positive_test(self) -> Node:
        token = self.tokens[self.at]
        if token.kind == "op" and token.text in _UNARY_OPERATORS:
            self.at += 1
            return OpenRange(token.start, token.text, self.binary(_ADDITIVE))
        return self.expression()

    # Operators

    def expression(self) -> Node:
        self.deeper()
        node = self.binary(_OR)
        self.nesting -= 1
        return node

    def binary(self, least: int, filters: bool = True) -> Node:
        """Operators of precedence `least` and tighter, by precedence climbing."""
        left = self.unary(filters)
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
        if token.kind == "op" and token.text in _UNARY_OPERATORS:
            return [self.positive_test()]
        if not (self.peek("(") and not self.closes_before_operator()):
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
        return tests

    def closes_before_operator(self) -> bool:
        """Whether the parenthesis here is only part of a larger operand, as in `x in (a)[1]`."""
        level = 0
        for index in range(self.at, len(self.tokens)):
            token = self.tokens[index]
            if token.kind == "op":
                level += (token.text == "(") - (token.text == ")")
                if level == 0:
                    after = self.tokens[index + 1]
                    return after.kind == "op" and after.text in {".", "+", "-", "*", "/", "**", "["}
        return False

    def unary(self, filters: bool) -> Node:
        if self.peek("-") and self.tokens[self.at].kind == "op":
            start = self.tokens[self.at].start
            self.at += 1
            self.deeper()
            operand = self.unary(filters)
            self.nesting -= 1
            if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
                return Literal(start, -operand.value)
            return Negate(start, operand)
        return self.postfix(self.primary(), filters)

    # Path, filter, call

    def postfix(self, node: Node, filters: bool) -> Node:
        while True:
            token = self.tokens[self.at]
            if token.kind != "op":
                return node
            if token.text == ".":
                self.at += 1
                node = Path(token.start, node, self.member())
            elif token.text == "(":
                node = self.call(node)
            elif token.text == "[" and (filters or self.starts_operand(self.at + 1)):
                self.at += 1
                self.deeper()
                node = Filter(token.start, node, self.expression())
                self.nesting -= 1
                self.expect("]")
            else:
                return node

    def starts_operand(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind == "op":
            return token.text in {"(", "[", "{", "@"}
        return token.kind in {"number", "string", "quoted"} or (
            token.kind == "name" and token.text not in KEYWORDS
        )

    def member(self) -> str:
        """The name behind a point: the longest one known, or one word."""
        name, end = self.members.longest(self.tokens, self.at)
        if not name:
            token = self.tokens[self.at]
            if token.kind not in {"name", "quoted"}:
                raise self.fail("a name", token)
            name, end = token.text.strip("`"), self.at + 1
        self.at = end
        return name

    def call(self, callee: Node) -> Node:
        start = self.expect("(")
        pos = callee.pos if isinstance(callee, Name) else start
        args: list[Node] = []
        names: list[str] = []
        self.deeper()
        if not self.peek(")"):
            while True:
                name = self.argument_name()
                if name is None and names:
                    raise self.fail("a named argument, as the one before")
                if name is not None:
                    if args and not names:
                        raise self.fail("an argument without name, as the one before")
                    names.append(name)
                args.append(self.expression())
                if not self.take(","):
                    break
        self.nesting -= 1
        self.expect(")")
        return Call(pos, callee, args, names)

    def argument_name(self) -> str | None:
        """The `name:` before an argument, when there is one."""
        at = self.at
        if self.tokens[at].kind == "string" and self.tokens[at + 1].text == ":":
            self.at += 2
            return unescape(self.tokens[at].text)
        if self.tokens[at].kind != "name":
            return None
        while self.tokens[at].kind in {"name", "number"} or self.tokens[at].text in _NAME_SYMBOLS:
            at += 1
        if not (self.tokens[at].kind == "op" and self.tokens[at].text == ":"):
            return None
        name = self.span(self.at, at)
        self.at = at + 1
        return name

    def span(self, start: int, end: int) -> str:
        """The text of tokens as one name: any run of spaces becomes one."""
        text = self.text[self.tokens[start].start : self.tokens[end - 1].end]
        return _SPACES.sub(" ", text).strip("`")

    # Primaries

    def primary(self) -> Node:
        token = self.tokens[self.at]
        if token.kind == "name":
            return self.name_or_keyword(token)
        if token.kind == "op":
            return self.symbol(token)
        self.at += 1
        if token.kind == "number":
            return Literal(token.start, decimals.from_text(token.text))
        if token.kind == "string":
            return Literal(token.start, unescape(token.text))
        if token.kind == "quoted":
            return Name(token.start, token.text[1:-1])
        self.at -= 1
        raise self.fail("an expression", token)

    def symbol(self, token: Token) -> Node:
        if token.text == "[":
            return self.list_or_interval(token)
        if token.text == "(":
            return self.parenthesis(token)
        if token.text == "{":
            return self.context(token)
        if token.text == "]":
            self.at += 1
            low = self.expression()
            self.expect("..")
            return self.interval_end(token.start, low, False)
        if token.text == "@" and self.tokens[self.at + 1].kind == "string":
            self.at += 2
            value = iso.parse_at(unescape(self.tokens[self.at - 1].text))
            if value is None:
                raise self.fail("a date, time or duration", self.tokens[self.at - 1])
            return Literal(token.start, value)
        raise self.fail("an expression", token)

    def name_or_keyword(self, token: Token) -> Node:
        name, end = self.known_name()
        if name:
            self.at = end
            return Name(token.start, name)
        self.at += 1
        word = token.text
        if word in _CONSTANTS:
            return Literal(token.start, _CONSTANTS[word])
        if word == "if":
            return self.conditional(token)
        if word == "for":
            return self.loop(token)
        if word == "function":
            return self.function(token)
        if word in {"some", "every"}:
            return self.quantified(token)
        if word in KEYWORDS:
            self.at -= 1
            raise self.fail("an expression", token)
        return Name(token.start, word)

    def known_name(self) -> tuple[str, int]:
        """The longest known name of more than one word here, variables before functions."""
        found, end = "", self.at
        for scope in self.scopes:
            name, after = scope.longest(self.tokens, self.at)
            if after > end:
                found, end = name, after
        if not found:
            found, end = _functions().longest(self.tokens, self.at)
            if " and " in found and self.tokens[end].text != "(":
                return "", self.at
        return found, end

    def parenthesis(self, token: Token) -> Node:
        self.at += 1
        inner = self.tokens[self.at]
        if inner.kind == "op" and inner.text in _UNARY_OPERATORS:
            self.at += 1
            node: Node = OpenRange(inner.start, inner.text, self.expression())
            self.expect(")")
            return node
        node = self.expression()
        if self.take(".."):
            return self.interval_end(token.start, node, False)
        self.expect(")")
        return node

    def list_or_interval(self, token: Token) -> Node:
        self.at += 1
        items: list[Node] = []
        if self.take("]"):
            return ListNode(token.start, items)
        items.append(self.positive_test())
        if self.take(".."):
            return self.interval_end(token.start, items[0], True)
        while self.take(","):
            items.append(self.positive_test())
        self.expect("]")
        return ListNode(token.start, items)

    def interval_end(self, start: int, low: Node, low_closed: bool) -> Node:
        self.deeper()
        high = self.binary(_ADDITIVE, filters=False)
        self.nesting -= 1
        token = self.tokens[self.at]
        if token.kind != "op" or token.text not in {"]", ")", "["}:
            raise self.fail("']' or ')'", token)
        self.at += 1
        return Interval(start, low, high, low_closed, token.text == "]")

    def context(self, token: Token) -> Node:
        self.at += 1
        entries: list[tuple[str, Node]] = []
        self.scopes.append(NameTable())
        self.deeper()
        if not self.peek("}"):
            while True:
                name = self.key()
                entries.append((name, self.expression()))
                self.bind(name)
                if not self.take(","):
                    break
        self.nesting -= 1
        self.scopes.pop()
        self.expect("}")
        if len({name for name, _ in entries}) < len(entries):
            raise self.fail("every key once", token)
        return ContextNode(token.start, entries)

    def key(self) -> str:
        if self.tokens[self.at].kind == "string":
            self.at += 1
            name = unescape(self.tokens[self.at - 1].text)
        else:
            name = self.new_name(":")
        self.expect(":")
        return name

    def new_name(self, *ends: str) -> str:
        """A name that is introduced here and runs until one of `ends`."""
        start = self.at
        if self.tokens[start].kind not in {"name", "quoted"}:
            raise self.fail("a name")
        while True:
            token = self.tokens[self.at]
            if token.text in ends and self.at > start:
                return self.span(start, self.at)
            if token.kind not in {"name", "number", "quoted"} and token.text not in _NAME_SYMBOLS:
                raise self.fail(" or ".join(f"'{end}'" for end in ends), token)
            self.at += 1

    # Keywords

    def conditional(self, token: Token) -> Node:
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return If(token.start, condition, then, self.expression())

    def sources(self) -> list[tuple[str, Node, Node | None]]:
        found: list[tuple[str, Node, Node | None]] = []
        while True:
            name = self.new_name("in")
            self.expect("in")
            start = self.expression()
            end = self.expression() if self.take("..") else None
            found.append((name, start, end))
            self.bind(name)
            if not self.take(","):
                return found

    def loop(self, token: Token) -> Node:
        self.scopes.append(NameTable())
        sources = self.sources()
        self.expect("return")
        body = self.expression()
        self.scopes.pop()
        return For(token.start, sources, body)

    def quantified(self, token: Token) -> Node:
        self.scopes.append(NameTable())
        sources = self.sources()
        self.expect("satisfies")
        body = self.expression()
        self.scopes.pop()
        return Quantified(token.start, token.text, sources, body)

    def function(self, token: Token) -> Node:
        self.expect("(")
        params: list[tuple[str, TypeNode | None]] = []
        self.scopes.append(NameTable())
        if not self.peek(")"):
            while True:
                name = self.new_name(":", ",", ")")
                params.append((name, self.type() if self.take(":") else None))
                self.bind(name)
                if not self.take(","):
                    break
        self.expect(")")
        external = self.take("external")
        body = self.expression()
        self.scopes.pop()
        return FunctionNode(token.start, params, body, external)

    # Types

    def type(self) -> TypeNode:
        """A type, rule 54. Types within types count as nesting."""
        self.deeper()
        found = self.type_here()
        self.nesting -= 1
        return found

    def type_here(self) -> TypeNode:
        token = self.tokens[self.at]
        if token.kind not in {"name", "quoted"}:
            raise self.fail("a type")
        if self.tokens[self.at + 1].text == "<" and token.text in {
            "list",
            "range",
            "context",
            "function",
        }:
            self.at += 2
            return self.generic(token.text)
        name, end = _types().longest(self.tokens, self.at)
        if name:
            self.at = end
            return TypeNode(name)
        start = self.at
        while self.tokens[self.at].kind in {"name", "quoted"} and (
            self.at == start or self.tokens[self.at].text not in KEYWORDS
        ):
            self.at += 1
            if self.peek(".") and self.tokens[self.at + 1].kind == "name":
                self.at += 1
        return TypeNode(self.span(start, self.at))

    def generic(self, kind: str) -> TypeNode:
        parts: list[TypeNode] = []
        entries: list[tuple[str, TypeNode]] = []
        if kind == "context":
            while not self.peek(">"):
                name = self.new_name(":")
                self.expect(":")
                entries.append((name, self.type()))
                if not self.take(","):
                    break
        elif not self.peek(">"):
            parts.append(self.type())
            while self.take(","):
                parts.append(self.type())
        self.close_angle()
        if kind == "function":
            self.expect("->")
            parts.append(self.type())
        return TypeNode(kind + "<>", tuple(parts), tuple(entries))

    def close_angle(self) -> None:
        self.expect(">")


@lru_cache(maxsize=1)
def _types() -> NameTable:
    return NameTable(SPACED_TYPES)

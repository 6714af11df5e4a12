"""Operands: literals, names, boxes, and the path, filter and call behind them (rules 19 to 36)."""

from __future__ import annotations

from functools import lru_cache

from . import decimals, iso
from .keyword_syntax import KeywordReader
from .lexer import Token, unescape
from .names import KEYWORDS, NameTable
from .nodes import Call, Filter, Interval, ListNode, Literal, Name, Node, OpenRange, Path
from .reader import NAME_SYMBOLS
from .vocabulary import SPACED_FUNCTIONS

COMPARISONS = frozenset(["<", "<=", ">", ">=", "=", "!="])
_CONSTANTS = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=1)
def _functions() -> NameTable:
    return NameTable(SPACED_FUNCTIONS)


class PrimaryReader(KeywordReader):
    """Reads one operand. What stands between operands is the parser's."""

    def additive(self, *, filters: bool) -> Node:
        """An operand with arithmetic; without `filters` a bracket behind it is left alone."""
        raise NotImplementedError

    def positive_test(self) -> Node:
        """A comparison such as `< 5`, or an expression."""
        raise NotImplementedError

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
        while self.tokens[at].kind in {"name", "number"} or self.tokens[at].text in NAME_SYMBOLS:
            at += 1
        if not (self.tokens[at].kind == "op" and self.tokens[at].text == ":"):
            return None
        name = self.span(self.at, at)
        self.at = at + 1
        return name

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
        if inner.kind == "op" and inner.text in COMPARISONS:
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
        high = self.additive(filters=False)
        self.nesting -= 1
        token = self.tokens[self.at]
        if token.kind != "op" or token.text not in {"]", ")", "["}:
            raise self.fail("']' or ')'", token)
        self.at += 1
        return Interval(start, low, high, low_closed, token.text == "]")

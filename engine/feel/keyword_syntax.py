"""Expressions that begin with a keyword, and contexts (rules 43 to 51 and 56 to 58)."""

from __future__ import annotations

from .lexer import Token, unescape
from .names import NameTable
from .nodes import ContextNode, For, FunctionNode, If, Node, Quantified, TypeNode
from .type_syntax import TypeReader


class KeywordReader(TypeReader):
    """Reads what brings names of its own: if, for, some, every, function and contexts."""

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

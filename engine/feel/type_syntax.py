"""Types in the text (DMN 1.5, 10.3.1.2, grammar rule 54)."""

from __future__ import annotations

from functools import lru_cache

from .names import KEYWORDS, NameTable
from .nodes import TypeNode
from .reader import Reader
from .vocabulary import SPACED_TYPES

_GENERIC = frozenset(["list", "range", "context", "function"])


@lru_cache(maxsize=1)
def _types() -> NameTable:
    return NameTable(SPACED_TYPES)


class TypeReader(Reader):
    """Reads what stands behind `instance of` and behind a parameter's colon."""

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
        if self.tokens[self.at + 1].text == "<" and token.text in _GENERIC:
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
        self.expect(">")
        if kind == "function":
            self.expect("->")
            parts.append(self.type())
        return TypeNode(kind + "<>", tuple(parts), tuple(entries))

"""Names with spaces and operators in them (DMN 1.5, 10.3.1.3 and 10.3.1.4).

`first name` or `a-b` is one name only where such a name is known. A `NameTable` finds the longest
known name at a place among the tokens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .lexer import Token, words

KEYWORDS = frozenset(
    [
        "and",
        "between",
        "else",
        "every",
        "external",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    ]
)


class _Branch:
    """A place in the tree of words; `name` is the whole name that ends here."""

    __slots__ = ("name", "next")

    def __init__(self) -> None:
        self.name = ""
        self.next: dict[str, _Branch] = {}


class NameTable:
    """Known names of more than one token, as a tree of words."""

    __slots__ = ("_tree",)

    def __init__(self, names: Collection[str] = ()) -> None:
        self._tree = _Branch()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        parts = words(name)
        if len(parts) > 1:
            branch = self._tree
            for part in parts:
                branch = branch.next.setdefault(part, _Branch())
            branch.name = name

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[str, int]:
        """The longest known name that starts at token `at`, and the token after it."""
        found, end = "", at
        branch = self._tree.next.get(tokens[at].text)
        while branch is not None:
            at += 1
            if branch.name:
                found, end = branch.name, at
            branch = branch.next.get(tokens[at].text)
        return found, end

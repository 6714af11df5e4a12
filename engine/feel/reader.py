"""Walking over tokens: what every part of the parser builds on."""

from __future__ import annotations

import re
from collections.abc import Collection

from .errors import FeelSyntaxError, FeelTooLarge
from .lexer import Token, position, tokens
from .names import NameTable
from .nodes import Node
from .vocabulary import SPACED_PROPERTIES

MAX_LENGTH = 30_000
MAX_NESTING = 64

NAME_SYMBOLS = frozenset(["+", "-", "*", "/", "'", "."])
_SPACES = re.compile(r"\s+")


def _shorter(char: str) -> str:
    return char if len(char) <= 20 else char[:20] + "..."


class Reader:
    """One text as tokens. `names` are the variables that may be read; those with spaces count."""

    def __init__(self, text: str, names: Collection[str] = ()) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelTooLarge("length", MAX_LENGTH, 1, 1, text[:100])
        self.text = text
        self.tokens: list[Token] = tokens(text)
        self.at = 0
        self.nesting = 0
        self.scopes = [NameTable(names)]
        self.members = NameTable([*names, *SPACED_PROPERTIES])

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

    def span(self, start: int, end: int) -> str:
        """The text of tokens as one name: any run of spaces becomes one."""
        text = self.text[self.tokens[start].start : self.tokens[end - 1].end]
        return _SPACES.sub(" ", text).strip("`")

    def new_name(self, *ends: str) -> str:
        """A name that is introduced here and runs until one of `ends`."""
        start = self.at
        if self.tokens[start].kind not in {"name", "quoted"}:
            raise self.fail("a name")
        while True:
            token = self.tokens[self.at]
            if token.text in ends and self.at > start:
                return self.span(start, self.at)
            if token.kind not in {"name", "number", "quoted"} and token.text not in NAME_SYMBOLS:
                raise self.fail(" or ".join(f"'{end}'" for end in ends), token)
            self.at += 1

    def expression(self) -> Node:
        """A whole expression; the parser on top of this knows how."""
        raise NotImplementedError

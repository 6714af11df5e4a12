"""Text to tokens (DMN 1.5, 10.3.1.2, grammar rules 27 to 36 and 60 to 66).

Names with spaces are not decided here: the parser joins tokens to the longest name it knows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from .errors import FeelSyntaxError

# Rule 61: every space of Unicode counts, and a zero-width no-break space too.
_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
# A name takes everything here that is no space and no sign of ASCII; what of Unicode it may hold is
# looked at afterwards, because the exact class is slow to compile and names are mostly ASCII.
_NO_NAME = rf"\x00-/:->@\[-^`{{-\x7f{_SPACE}"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)
    |(?P<open>/\*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^{_NO_NAME}]+)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<quoted>`[^`\n]+`)
    |(?P<op>\.\.\.|\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.@'])""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=1)
def _name() -> re.Pattern[str]:
    """Rules 28 and 29: the characters that names begin with and are made of."""
    start = (
        "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
        "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
    )
    return re.compile(rf"[{start}][{start}0-9\u00b7\u0300-\u036f\u203f-\u2040]*")


_KEPT = 100
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


class Token:
    """`kind` is number, name, quoted, string, op or end; `text` is as written."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class Places:
    """Lines and columns of one text, found by bisection: a long text has many places."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def tokens(text: str) -> list[Token]:
    """All tokens, the last of kind `end`. Raises FeelSyntaxError for a character of no token."""
    found: list[Token] = []
    at, size = 0, len(text)
    scan = _TOKEN.match
    while at < size:
        match = scan(text, at)
        if match is None or match.lastgroup == "open":
            raise _no_token(text, at)
        end = match.end()
        kind = match.lastgroup or ""
        if kind == "name" and not text[at:end].isascii():
            name = _name().match(text, at)
            if name is None:
                raise _no_token(text, at)
            end = name.end()
        if kind != "space":
            found.append(Token(kind, text[at:end], at, end))
        at = end
    found.append(Token("end", "", size, size))
    return found


def _no_token(text: str, at: int) -> FeelSyntaxError:
    line, column = position(text, at)
    closing = {'"': "a closing quote", "/": "the end of the remark"}
    expected = closing.get(text[at], "a FEEL symbol")
    return FeelSyntaxError(line, column, expected, text, repr(text[at]))


def words(name: str) -> tuple[str, ...]:
    """A name as the texts of its tokens; empty when it cannot be a name at all."""
    return _kept_words(name) if len(name) <= _KEPT else _words(name)


@lru_cache(maxsize=1024)
def _kept_words(name: str) -> tuple[str, ...]:
    """The same names are known to every cell of a model; long ones are not worth the memory."""
    return _words(name)


def _words(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelSyntaxError:
        return ()


def unescape(literal: str) -> str:
    """The characters of a string literal, quotes included in `literal`."""
    body = literal[1:-1]
    if "\\" in body:
        body = _ESCAPE.sub(_character, body)
    elif body.isascii():
        return body
    return _SURROGATES.sub(_joined, body)


def _character(match: re.Match[str]) -> str:
    short, long, simple = match.groups()
    if simple is not None:
        # What is no escape stays as written, so that "\d" can stand in a pattern.
        return _SIMPLE.get(simple, "\\" + simple)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _joined(match: re.Match[str]) -> str:
    """Two halves as the character they are of; half a character cannot be stored and is U+FFFD."""
    pair = match.group()
    if len(pair) == 1:
        return "\ufffd"
    high, low = pair[0], pair[1]
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + (ord(low) - 0xDC00))

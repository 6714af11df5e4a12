"""What can go wrong with an expression, said with facts.

Three kinds, never mixed:

* `FeelSyntaxError`: the text is not FEEL. Raised by parsing.
* `FeelLimitExceeded`: evaluating would cost more than allowed. Raised by evaluating.
* `Diagnostic`: the standard says the outcome is null (DMN 1.5, 10.3.2); this is why. Collected
  beside the value, never raised.

`Problem` is what a static check finds before anything runs.
"""

from __future__ import annotations


class FeelError(Exception):
    """Base of everything that FEEL raises on purpose."""


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression.

    `line` and `column` count from 1, `expected` says what could have stood there and `text` is
    the whole text that was parsed.
    """

    def __init__(self, line: int, column: int, expected: str, text: str, found: str = "") -> None:
        self.line = line
        self.column = column
        self.expected = expected
        self.text = text
        self.found = found
        Exception.__init__(self, line, column, expected, text)

    def __str__(self) -> str:
        found = f", found {self.found}" if self.found else ""
        return f"line {self.line}, column {self.column}: expected {self.expected}{found}"


class FeelLimitExceeded(FeelError):
    """Evaluation was stopped. `limit` names which limit: steps, bytes, depth or seconds."""

    def __init__(self, limit: str, allowed: float) -> None:
        self.limit = limit
        self.allowed = allowed
        Exception.__init__(self, limit, allowed)

    def __str__(self) -> str:
        return f"the expression needs more than is allowed: {self.limit} > {self.allowed:g}"


class FeelTooLarge(FeelSyntaxError, FeelLimitExceeded):
    """The text is longer or deeper nested than is allowed; `limit` is length or nesting."""

    def __init__(self, limit: str, allowed: int, line: int, column: int, text: str) -> None:
        FeelSyntaxError.__init__(self, line, column, f"no more than {allowed} ({limit})", text)
        self.limit = limit
        self.allowed = allowed


class Diagnostic:
    """Why a value became null.

    `code` is stable, `message` is for people who write expressions, `name` is the variable,
    function or input that it is about, when there is one.
    """

    __slots__ = ("code", "column", "line", "message", "name")

    def __init__(
        self, code: str, message: str, line: int = 0, column: int = 0, name: str = ""
    ) -> None:
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.name = name

    def _key(self) -> tuple[str, str, int, int, str]:
        return (self.code, self.message, self.line, self.column, self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagnostic) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.code}: {self.message}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._key()}"


class Problem(Diagnostic):
    """A finding of a static check; `code` is unknown-name, unknown-function, arguments, syntax."""

    __slots__ = ()

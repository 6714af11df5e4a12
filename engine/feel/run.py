"""What one evaluation carries along: its limits, its clock, its functions and its diagnostics."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import Diagnostic
from .limits import Limits, Meter
from .values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime

    from .library import Library

_MAX_DIAGNOSTICS = 50


class Run:
    """One evaluation. `where` is the line and column of the call that is being made.

    With `bare` types are asked without their allowed values, as `instance of` does.
    """

    __slots__ = ("bare", "diagnostics", "library", "meter", "now", "where")

    def __init__(self, library: Library, limits: Limits, now: datetime.datetime | None) -> None:
        self.library = library
        self.meter = Meter(limits)
        self.now = now
        self.diagnostics: list[Diagnostic] = []
        self.where = (0, 0)
        self.bare = False

    def null(
        self, code: str, message: str, where: tuple[int, int] | None = None, name: str = ""
    ) -> None:
        """Say why the value is null."""
        if len(self.diagnostics) < _MAX_DIAGNOSTICS:
            line, column = where or self.where
            self.diagnostics.append(Diagnostic(code, message, line, column, name))


class Frame:
    """The variables of one scope; `parent` is the scope around it, None for the outermost."""

    __slots__ = ("parent", "run", "vars")

    def __init__(self, variables: Mapping[str, object], parent: Frame | None, run: Run) -> None:
        self.vars = variables
        self.parent = parent
        self.run = run


def shown(value: object) -> str:
    """A value for a diagnostic: only its kind, for the value itself may be about a person."""
    return "null" if value is None else f"a {type_name(value)}"

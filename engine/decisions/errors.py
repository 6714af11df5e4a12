"""What refuses a decision model, with facts."""

from __future__ import annotations


class DecisionError(Exception):
    """Base of everything that decision models raise on purpose."""


class ModelRefused(DecisionError):
    """The file is no decision model that may be loaded.

    `reason` is stable: too-large, not-xml, doctype, too-deep, namespace, structure. `line` counts
    from 1 and is 0 when no place in the file is to blame.
    """

    def __init__(self, reason: str, detail: str, line: int = 0) -> None:
        self.reason = reason
        self.detail = detail
        self.line = line
        super().__init__(reason, detail, line)

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.reason}: {self.detail}"


class UnknownDecision(DecisionError, LookupError):
    """The model has no decision, or no service, with that id or name."""

    def __init__(self, wanted: str, known: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.known = known
        super().__init__(wanted, known)

    def __str__(self) -> str:
        return f"there is no decision {self.wanted}"

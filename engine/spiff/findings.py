"""What is wrong with a diagram, said to the process owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.spiff.elements import Diagrams


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a file: where, a fixed ``code``, and a Dutch sentence that says what to do."""

    file: str
    element_id: str | None
    code: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.element_id}" if self.element_id else self.file
        return f"{where}: {self.message} [{self.code}]"


class DiagramRefused(Exception):
    """The diagrams cannot be run. ``findings`` holds all that is wrong, never nothing.

    ``diagrams``: what could be read all the same, None when a whole file could not.
    """

    def __init__(self, findings: tuple[Finding, ...], diagrams: Diagrams | None) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings
        self.diagrams = diagrams

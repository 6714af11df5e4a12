"""What can be wrong with a ``.form`` file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FormFinding:
    """One thing that is wrong: which component, a stable code, and a Dutch sentence."""

    component_id: str
    code: str
    message: str


class FormRefused(Exception):
    """The file cannot be used as a form; ``findings`` holds everything that is wrong with it."""

    def __init__(self, findings: tuple[FormFinding, ...]) -> None:
        super().__init__("; ".join(f"{item.component_id}: {item.message}" for item in findings))
        self.findings = findings

"""What comes of a deed, and what it is when the scenario and the route do not agree."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Refusal
from tasks.forms import FieldError, FormView


class Failed(Exception):
    """The scenario and the route do not agree; ``text`` says how, in Dutch."""

    def __init__(self, text: str, number: str | None = None) -> None:
        super().__init__(text)
        self.text = text if number is None else f"stap {number}: {text}"


@dataclass(frozen=True)
class Outcome:
    """What came of a deed: errors at fields, or a refusal, or neither (done)."""

    errors: tuple[FieldError, ...] = ()
    refusal: Refusal | None = None


def form_of(form: FormView | None) -> FormView:
    """The form of a page that must have one. Raises Failed."""
    if form is None:
        raise Failed("er is geen formulier om in te vullen.")
    return form

"""A value to choose with its label: what a select or a filter offers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """``value`` is what is submitted, ``label`` what people read."""

    value: str
    label: str

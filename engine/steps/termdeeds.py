"""What a person can do to a term: the deeds, and how a trigger keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.feel import Date, to_python_date
from engine.terms.changes import PauseGround


@dataclass(frozen=True)
class PauseTerm:
    """Pause ``term``. ``op``: the request was sent, or the first day; ``tot``: the last day that
    was given or is expected; ``tekst``: what was asked, or why."""

    term: str
    grond: PauseGround
    op: date
    tot: date | None
    tekst: str


@dataclass(frozen=True)
class EndPause:
    """The pause is over: ``op`` is the day of completion, or from which the term runs again."""

    change_id: int
    op: date


@dataclass(frozen=True)
class ExtendTerm:
    """Extend ``term``: told on ``op``, with the new last day ``tot`` where one is named."""

    term: str
    op: date
    tot: date | None
    tekst: str


@dataclass(frozen=True)
class CorrectPause:
    """The pause was recorded wrongly."""

    change_id: int
    op: date
    tot: date | None
    einde: date | None
    reden: str


@dataclass(frozen=True)
class WithdrawChange:
    """The pause or extension should never have been recorded."""

    change_id: int
    reden: str


TermDeed = PauseTerm | EndPause | ExtendTerm | CorrectPause | WithdrawChange
DEEDS: Mapping[str, type[TermDeed]] = {
    kind.__name__: kind for kind in (PauseTerm, EndPause, ExtendTerm, CorrectPause, WithdrawChange)
}


def deed_of(name: str, values: Mapping[str, object]) -> TermDeed:
    """The deed that a trigger keeps. Raises KeyError for another name."""
    given = {key: _plain(value) for key, value in values.items()}
    if "grond" in given:
        given["grond"] = PauseGround(str(given["grond"]))
    return DEEDS[name](**given)


def values_of(deed: TermDeed) -> dict[str, object]:
    """What a trigger keeps of a deed."""
    return {
        key: str(value) if isinstance(value, PauseGround) else value
        for key, value in vars(deed).items()
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - the fields of several deeds
    if isinstance(value, Decimal):
        return int(value)
    return to_python_date(value) if isinstance(value, Date) else value

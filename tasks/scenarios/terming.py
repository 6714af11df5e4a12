"""Deeds on the terms of a case, as the case page has them: pause, resume, extend, put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.clock import AMSTERDAM
from engine.errors import Refusal
from engine.terms.refusals import TermRefusal
from tasks import termdeeds
from tasks.forms import FieldError
from tasks.refusals import Invalid
from tasks.scenarios.casting import Cast
from tasks.scenarios.looking import Look
from tasks.scenarios.outcome import Failed, Outcome
from tasks.scenarios.script import Deed

ON_TERM: Mapping[str, Callable[..., None]] = {
    "stilzetten": termdeeds.pause,
    "verlengen": termdeeds.extend,
}
ON_CHANGE: Mapping[str, Callable[..., None]] = {
    "hervatten": termdeeds.end_pause,
    "pauze_verbeteren": termdeeds.correct,
    "intrekken": termdeeds.withdraw,
}
TERM_DEEDS = (*ON_TERM, *ON_CHANGE)


def do_term(deed: Deed, cast: Cast, look: Look) -> Outcome:
    """Do the deed on the term that it names, or on the latest pause or extension of it."""
    stage = look.stage
    viewer = cast.term_keeper(deed.by, deed.what)
    typed = {name: _text(value) for name, value in look.resolved(deed.answers).items()}
    typed.setdefault("op", stage.now.astimezone(AMSTERDAM).date().isoformat())
    typed.setdefault("tekst", deed.reason)
    typed.setdefault("reden", deed.reason)
    place = (stage.database, stage.number)
    try:
        if deed.kind in ON_TERM:
            ON_TERM[deed.kind](*place, deed.what, typed, viewer, stage.now)
        else:
            change = cast.latest_change(deed.what)
            ON_CHANGE[deed.kind](*place, change, typed, viewer, stage.now)
    except (Invalid, TermRefusal) as refusal:
        if refusal.field and deed.errors:
            return Outcome(errors=(FieldError(refusal.field, refusal.field, refusal.text),))
        return Outcome(refusal=refusal)
    except Refusal as refusal:
        return Outcome(refusal=refusal)
    stage.settle()
    return Outcome()


def _text(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise Failed(f"een termijn vraagt tekst of een datum, niet {value!r}.")
    return value

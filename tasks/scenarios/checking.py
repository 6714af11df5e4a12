"""Is it as the scenario says? Every difference is a ``Failed`` with what was expected and is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.models import CaseStatus
from tasks.forms import FormView
from tasks.scenarios.looking import Look
from tasks.scenarios.outcome import Failed, Outcome
from tasks.scenarios.reading import text_of
from tasks.scenarios.script import Deed, Expectation

STATUS_WORDS = {
    CaseStatus.OPEN: "open",
    CaseStatus.COMPLETED: "afgerond",
    CaseStatus.CLOSED: "beeindigd",
}


def check_outcome(deed: Deed, outcome: Outcome, look: Look) -> None:
    """Refused, wrong fields or done, exactly as the deed says; and no incident anywhere."""
    incidents = look.incidents()
    if outcome.refusal is not None:
        text = outcome.refusal.text
        if deed.refused is None or deed.refused.casefold() not in text.casefold():
            raise Failed(f"geweigerd: {text} {incidents}".rstrip())
    elif deed.refused is not None:
        raise Failed(f"had geweigerd moeten worden met: {deed.refused}")
    wrong = {error.target.removeprefix("v-").split("-")[0] for error in outcome.errors}
    if wrong != set(deed.errors):
        texts = "; ".join(error.text for error in outcome.errors) or "geen"
        raise Failed(f"fouten in het formulier: {texts}")
    if incidents and deed.refused is None:
        raise Failed(f"er is een storing: {incidents}")


def check(expected: Expectation, look: Look) -> None:
    """All that the scenario says of this moment."""
    if expected.tasks is not None:
        _same("taken", look.resolved(expected.tasks), look.tasks())
    if expected.timers is not None:
        _same("timers", look.resolved(expected.timers), look.timers())
    if expected.letters is not None:
        _same("brieven", list(expected.letters), look.letters())
    for letter_id, text in expected.letter_texts.items():
        body = look.letter_text(letter_id)
        if body is None or text not in body:
            raise Failed(f"brief '{letter_id}': er staat niet '{text}'. Er staat: {body}")
    for condition in expected.conditions:
        if look.evaluate(condition) is not True:
            raise Failed(f"dit is niet waar: {condition}")
    _check_seen(expected, look)
    case = look.stage.case()
    if expected.status is not None:
        _same("status", expected.status, STATUS_WORDS[case.status])
    if expected.end is not None:
        _same("einde", expected.end, case.outcome_id or "nog open")


def check_page(texts: tuple[str, ...], page: FormView) -> None:
    """Every text can be read on the page."""
    shown = text_of(page)
    for text in texts:
        if text not in shown:
            raise Failed(f"de pagina toont niet '{text}'. Zij toont: {shown}")


def _check_seen(expected: Expectation, look: Look) -> None:
    for username, elements in expected.seen.items():
        hidden = set(elements) - look.records_seen_by(username)
        if hidden:
            raise Failed(f"{username} ziet niet: {', '.join(sorted(hidden))}")
    for username, elements in expected.unseen.items():
        seen = set(elements) & look.records_seen_by(username)
        if seen:
            raise Failed(f"{username} ziet, maar mag niet zien: {', '.join(sorted(seen))}")


def _same(what: str, expected: Any, found: Any) -> None:  # noqa: ANN401 - any TOML value
    if expected != found:
        raise Failed(f"{what}: verwacht {_words(expected)}, maar het is {_words(found)}.")


def _words(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} {_words(value[key])}" for key in sorted(value))
        return f"{{{inside}}}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_words, value)) + "]"
    return "zonder datum" if value is None else str(value)

"""The named terms of route.toml: what they point at, and whether they can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.calendar import CalendarError, parse_duration
from engine.checks.elements import addressee_findings
from engine.expressions import TERMS, ExpressionFault, parsed
from engine.findings import Finding
from engine.routes import Parts, RouteConfig
from engine.routes.tables import ROUTE_FILE
from engine.routes.terms import COUNTINGS, Term
from engine.terms.book import terms_read

_Found = tuple[str, str, str]  # key, code, Dutch sentence


def term_findings(parts: Parts, config: RouteConfig) -> Iterator[Finding]:
    """Roles, letters and settings that a term names; terms that count in a circle."""
    for term in config.terms.values():
        for key, code, message in _of(term, parts, config):
            place = f"termijnen.{term.id}" + (f".{key}" if key else "")
            yield Finding(ROUTE_FILE, place, code, message)


def _of(term: Term, parts: Parts, config: RouteConfig) -> Iterator[_Found]:
    for role_id in term.roles:
        if role_id not in config.roles:
            yield "rollen", "onbekende-rol", f"De rol '{role_id}' staat niet onder [rollen]."
    for action, letter_id in term.letters.items():
        if letter_id not in parts.letters and parts.is_whole(".md"):
            yield (
                f"brieven.{action.value}",
                "onbekende-brief",
                f"De brief '{letter_id}' is er niet (letters/{letter_id}.md).",
            )
    for code, message in addressee_findings(term.addressee, config):
        yield "aan", code, message
    try:
        yield from _circle(term, config)
        yield from _settings(term, config)
    except ExpressionFault:
        return  # said where every expression is looked at


def _circle(term: Term, config: RouteConfig) -> Iterator[_Found]:
    for text in term.expressions().values():
        if (TERMS,) in parsed(text).paths:
            yield "", "termijn", f"Schrijf welke termijn u bedoelt, zoals {TERMS}.naam.laatsteDag."
    seen: set[str] = set()
    waiting = list(_read_by(term, config))
    while waiting:
        name = waiting.pop()
        if name == term.id:
            yield "start", "kring", "Deze termijn telt, via andere, vanaf zichzelf."
            return
        if name not in seen:
            seen.add(name)
            waiting += _read_by(config.terms[name], config)


def _read_by(term: Term, config: RouteConfig) -> list[str]:
    found = [terms_read(text) for text in term.expressions().values()]
    return sorted({name for names in found for name in names} & config.terms.keys())


def _settings(term: Term, config: RouteConfig) -> Iterator[_Found]:
    """A duration or way of counting that is a setting must fit on every date."""
    settings = {setting.name: setting for setting in config.settings}
    keys = [("duur", term.duration), ("telwijze", term.counting)]
    if term.extension:
        keys.append(("verlengbaar", term.extension))
    for key, text in keys:
        name = _setting_named(text)
        if name is None or name not in settings:
            continue
        for value in settings[name].values:
            problem = _counting(value.value) if key == "telwijze" else _length(value.value)
            if problem:
                day = value.since.isoformat()
                yield key, "termijn", f"De instelling '{name}' (vanaf {day}): {problem}"


def _setting_named(text: str) -> str | None:
    """The setting that an expression is, when it is nothing more than that."""
    if not text.startswith("="):
        return None
    words = text[1:].strip().split(".")
    return words[1] if len(words) == 2 and words[0] == "instellingen" else None


def _counting(value: object) -> str:
    return "" if value in COUNTINGS else f"de telwijze is een van {', '.join(COUNTINGS)}."


def _length(value: object) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "" if value == int(value) and value >= 0 else "het aantal dagen is een heel getal."
    try:
        length = parse_duration(value if isinstance(value, str) else "")
    except CalendarError as error:
        return str(error)
    if length.has_time_part or length.sign < 0:
        return "een termijn is in dagen, weken, maanden of jaren, zoals P8W."
    return ""

"""Of what kind a value must be where it stands, as far as that can be told without running.

A due date that is a number, or a setting "2 weken" where a length is read, would only be a fault
on the day when a case comes there. What nobody can tell in advance is let through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine import feel
from engine.calendar import CalendarError, TermKind, parse_duration
from engine.routes import RouteConfig
from engine.spiff import Diagrams, TimerKind

SETTINGS = "instellingen"
_DAY_COUNTINGS = ("kalenderdagen", "werkdagen")


def _length(value: object) -> str:
    try:
        parse_duration(value if isinstance(value, str) else "")
    except CalendarError:
        return "een duur zoals P8W, P14D of PT2H"
    return ""


def _whole(value: object) -> str:
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return "" if number and value == int(value) else "een heel getal"  # type: ignore[call-overload]


def _one_of(*words: str) -> Callable[[object], str]:
    return lambda value: "" if value in words else " of ".join(words)


_Rule = Callable[[object], str]
"""What a known value should have been, in Dutch; an empty text when it is right."""
_ARGUMENTS: Mapping[str, Mapping[int | str, _Rule]] = {
    "eindeTermijn": {
        1: _length,
        "duur": _length,
        2: _one_of(*TermKind),
        "soort": _one_of(*TermKind),
    },
    "terugTellen": {1: _length, "duur": _length},
    "plusWerkdagen": {1: _whole, "aantal": _whole},
    "plusDagen": {
        1: _whole,
        "aantal": _whole,
        2: _one_of(*_DAY_COUNTINGS),
        "telwijze": _one_of(*_DAY_COUNTINGS),
    },
    "duration": {0: _length, "from": _length},
}
_RETURNS = {
    **dict.fromkeys(("eindeTermijn", "plusWerkdagen", "terugTellen"), "date"),
    **dict.fromkeys(("tekstDatum", "bedrag"), "string"),
}
_MOMENT = frozenset({"date", "date and time", "string"})
_DURATION = frozenset({"days and time duration", "years and months duration", "string"})
_TRUTH = frozenset({"boolean"})
_WANTED: Mapping[str, tuple[frozenset[str], str]] = {
    "dueDate": (_MOMENT, "een datum of een tijdstip"),
    "followUpDate": (_MOMENT, "een datum of een tijdstip"),
    f"timer:{TimerKind.DATE}": (_MOMENT, "een datum of een tijdstip"),
    f"timer:{TimerKind.DURATION}": (_DURATION, "een duur zoals P1D of PT2H"),
    f"timer:{TimerKind.CYCLE}": (frozenset({"string"}), "een herhaling zoals R/P1D"),
    "condition": (_TRUTH, "ja of nee (true of false)"),
}


@dataclass(frozen=True)
class Misfit:
    """A value that does not fit. ``setting`` is the one to mend, or None: the expression itself."""

    message: str
    setting: str | None = None


def misfits(expression: feel.Expression, place: str, config: RouteConfig) -> Iterator[Misfit]:
    """What in this expression cannot be right; ``place`` as ``place_of`` gives it."""
    wanted, words = _WANTED.get(place, (None, ""))
    kinds = expression.kinds(_RETURNS)
    if wanted is not None and kinds and kinds.isdisjoint(wanted):
        yield Misfit(f"Dit wordt nooit {words}.")
    if place == f"timer:{TimerKind.DURATION}":
        yield from _about_setting(expression.path, _length, config)
    for argument in expression.arguments:
        rule = _ARGUMENTS.get(argument.function, {}).get(argument.place)
        if rule is None:
            continue
        yield from _about_setting(argument.path, rule, config)
        if argument.literal is not None and (should := rule(argument.literal)):
            yield Misfit(
                f"'{argument.function}' krijgt '{argument.literal}'. Dit moet {should} zijn."
            )


def _about_setting(
    path: tuple[str, ...] | None, rule: _Rule, config: RouteConfig
) -> Iterator[Misfit]:
    if path is None or len(path) != 2 or path[0] != SETTINGS:
        return
    for setting in config.settings:
        if setting.name != path[1]:
            continue
        for value in setting.values:
            if should := rule(value.value):
                since = value.since.isoformat()
                yield Misfit(
                    f"De waarde '{value.value}' (vanaf {since}) moet {should} zijn", setting.name
                )


def place_of(diagrams: Diagrams, element_id: str, place: str) -> str:
    """``place``, and of a timer which of the three kinds it is."""
    element = diagrams.elements.get(element_id)
    if place == "timer" and element is not None and element.timer is not None:
        return f"timer:{element.timer.kind}"
    return place

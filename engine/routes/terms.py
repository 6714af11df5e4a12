"""The named terms of a route: ``[termijnen.<id>]`` in route.toml.

A named term is a function of recorded facts and of what people did to it (pauses, extensions).
Expressions read it as ``termijnen.<id>.laatsteDag``, in timers, due dates, forms and letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.calendar import CalendarError, Counting, TermKind, parse_duration
from engine.routes.tables import IDENTIFIER, Table

BACK = "terug"
"""``telwijze`` of a term that is counted back from its start: "three months before the move"."""
COUNTINGS = (*(counting.value for counting in Counting), BACK)
MAX_ID = 64


class TermAction(StrEnum):
    """What people can do to a term; each may have a letter of its own."""

    PAUSE = "pauze"
    RESUME = "hervatting"
    EXTEND = "verlenging"


@dataclass(frozen=True)
class Term:
    """A term that the route names. FEEL texts begin with ``=``, except ``start`` and ``done``.

    ``start``: FEEL, the day from which it counts; null as long as it does not run. ``duration``:
    an ISO duration or FEEL. ``counting``: one of ``COUNTINGS`` or FEEL. ``done``: FEEL, true or a
    day on or after the start when what the term is for has been done. ``extension``: how long an
    extension is (a duration or FEEL), "" when the person names a new last day, None when it cannot
    be extended. ``roles`` may pause and extend. ``letters`` go to ``addressee``.
    """

    id: str
    name: str
    start: str
    duration: str
    kind: TermKind
    counting: str = Counting.CALENDAR.value
    source: str = ""
    done: str | None = None
    pausable: bool = False
    extension: str | None = None
    roles: tuple[str, ...] = ()
    letters: dict[TermAction, str] = field(default_factory=dict)
    addressee: str = "client"

    @property
    def may_change(self) -> bool:
        """Whether people can do anything to it."""
        return self.pausable or self.extension is not None

    def expressions(self) -> dict[str, str]:
        """Every FEEL text in it, by the key where it stands."""
        found = {"start": self.start}
        if self.done is not None:
            found["klaar"] = self.done
        for key, text in (
            ("duur", self.duration),
            ("telwijze", self.counting),
            ("verlengbaar", self.extension or ""),
        ):
            if is_feel(text):
                found[key] = text
        return found


def is_feel(text: str) -> bool:
    """Whether a text of a term is FEEL, not the value itself."""
    return text.startswith("=")


def read_terms(table: Table) -> dict[str, Term]:
    """Every named term; what is wrong becomes a finding."""
    return {key: _term(key, item) for key, item in table.entries()}


def _term(key: str, table: Table) -> Term:
    if not IDENTIFIER.match(key) or len(key) > MAX_ID:
        table.wrong("", f"'{key}' mag alleen letters, cijfers en _ hebben (hooguit {MAX_ID}).")
    letters = table.table("brieven")
    term = Term(
        id=key,
        name=table.text("naam"),
        start=table.text("start"),
        duration=_duration(table, "duur", table.text("duur")),
        kind=_kind(table),
        counting=_counting(table),
        source=table.optional_text("bron") or "",
        done=table.optional_text("klaar"),
        pausable=table.flag("opschortbaar"),
        extension=_extension(table),
        roles=table.texts("rollen"),
        letters={
            action: letters.text(action.value) for action in TermAction if letters.has(action.value)
        },
        addressee=table.optional_text("aan") or "client",
    )
    letters.close()
    table.close()
    _check_actions(term, table)
    return term


def _kind(table: Table) -> TermKind:
    text = table.text("soort")
    known = [kind.value for kind in TermKind]
    if text and text not in known:
        table.wrong("soort", f"'soort' is een van {', '.join(known)}, niet '{text}'.")
    return TermKind(text) if text in known else TermKind.WERKAFSPRAAK


def _counting(table: Table) -> str:
    text = table.optional_text("telwijze") or Counting.CALENDAR.value
    if not is_feel(text) and text not in COUNTINGS:
        table.wrong("telwijze", f"'telwijze' is een van {', '.join(COUNTINGS)}, niet '{text}'.")
    return text


def _duration(table: Table, key: str, text: str) -> str:
    if text and not is_feel(text):
        try:
            length = parse_duration(text)
        except CalendarError as error:
            table.wrong(key, str(error))
            return text
        if length.has_time_part or length.sign < 0:
            table.wrong(key, f"'{key}' is in dagen, weken, maanden of jaren, zoals P8W.")
    return text


def _extension(table: Table) -> str | None:
    if not isinstance(table.peek("verlengbaar"), str):
        return "" if table.flag("verlengbaar") else None
    return _duration(table, "verlengbaar", table.text("verlengbaar"))


def _check_actions(term: Term, table: Table) -> None:
    if term.may_change and not term.roles:
        table.wrong("rollen", "Zeg bij 'rollen' wie de termijn mag stilzetten of verlengen.")
    if term.may_change and term.counting == BACK:
        table.wrong("telwijze", "Een termijn die terugtelt, kan niet stilstaan of langer worden.")
    for action, possible in (
        (TermAction.PAUSE, term.pausable),
        (TermAction.RESUME, term.pausable),
        (TermAction.EXTEND, term.extension is not None),
    ):
        if action in term.letters and not possible:
            table.wrong(f"brieven.{action.value}", "Deze brief gaat nooit uit bij deze termijn.")

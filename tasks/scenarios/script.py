"""A scenario file: TOML with Dutch keys, read into frozen steps. Wrong keys are refused.

Top level: ``naam``, ``begin`` (local Amsterdam date-time), ``door`` (who starts: user name or
role), ``start`` (answers of the start form), ``stap`` (an array of tables). Each step has exactly
one *deed*:

- ``taak = "<element id>"``: do that user task, with ``antwoorden``; ``door`` chooses who.
- ``wijs_toe = "<element id>"``: put that user task on the name of the person ``aan``.
- ``spring = "<ISO duration>"`` or ``naar = <local date or date-time>``: time passes, timers fire.
- ``knop = "<message>"``: press the button of that message, with ``antwoorden``.
- ``corrigeer = "<element id>"``: correct facts of that form, with ``antwoorden`` and ``reden``.
- ``beeindig = "<reason id>"``: end the case; ``toelichting`` says why.
- ``stilzetten = "<term id>"``: pause that term, with ``antwoorden`` ``grond``, ``op`` (left out:
  today), ``tot`` and ``tekst``; ``verlengen``: extend it, with ``op``, ``tot`` and ``tekst``;
- ``hervatten = "<term id>"``: its latest pause ends, with ``op``; ``pauze_verbeteren``: other
  dates, with ``op``, ``tot``, ``einde`` and ``reden``; ``intrekken``: it does not count, ``reden``;
- ``zaak = "gekoppeld" | "hoofdzaak"``: go on with the linked case, or go back.
- ``stuk = "<name>"``: the steps of ``scenarios/stukken/<name>.toml``, so that many scenarios share
  a beginning; only ``verwacht`` may stand beside it.

and may add ``fouten = ["<field>"]`` or ``geweigerd = "<part of the sentence>"`` when the deed must
not succeed, ``toont = ["<text>"]`` for what the page of a ``taak`` must show, and ``verwacht`` (a
table) that is checked after it:

- ``taken = {<element id> = <date, date-time or "">}``: exactly these wait, with these due dates;
- ``timers = {<element id> = <date-time>}``: exactly these timers wait;
- ``brieven = ["<letter id>"]``: exactly these letters were written since the last check;
- ``brieftekst = {<letter id> = "<text>"}``: the latest letter of that name says this;
- ``waar = ["<FEEL>"]``: conditions on the case's variables;
- ``ziet = {<user name> = ["<element id>"]}`` and ``ziet_niet``: these completed forms the person
  sees, or does not see, on the case page;
- ``status = "open" | "afgerond" | "beeindigd"`` and ``einde = "<end event id>"``.

``antwoorden.toml`` beside the files gives the usual answers per form id; a step's own answers go
over them. An answer is a text, number, true/false, date, date-time, list of choices, list of rows
(tables), or ``{bestand = "name.pdf"}``. A text that begins with ``=`` is FEEL, evaluated at that
moment with the case's variables: ``"=today()"``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

DEFAULTS = "antwoorden.toml"
STATUSES = ("open", "afgerond", "beeindigd")
DEEDS = (
    *("taak", "wijs_toe", "spring", "naar", "knop", "corrigeer", "beeindig", "zaak", "kijk"),
    *("stilzetten", "verlengen", "hervatten", "pauze_verbeteren", "intrekken"),
)
_EXTRAS = {
    *("door", "aan", "antwoorden", "reden", "toelichting"),
    *("toont", "fouten", "geweigerd", "verwacht"),
}
_TOP = {"naam", "begin", "door", "start", "stap", "uitleg"}
_EXPECTATIONS = {
    "taken",
    "timers",
    "brieven",
    "brieftekst",
    "waar",
    "status",
    "einde",
    "ziet",
    "ziet_niet",
}

Answer = Any  # whatever TOML holds; ``filling`` turns it into texts


class ScriptRefused(Exception):
    """The file is no scenario; ``text`` says in Dutch what is wrong and where."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(f"{path}: {text}")
        self.text = f"{path.name}: {text}"


@dataclass(frozen=True)
class Expectation:
    """What must hold after a deed; None is "not checked"."""

    tasks: Mapping[str, date | datetime | None] | None = None
    timers: Mapping[str, date | datetime] | None = None
    letters: tuple[str, ...] | None = None
    letter_texts: Mapping[str, str] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unseen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    status: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Deed:
    """One step; ``number`` is "4", or "4.2" in a piece, ``what`` the value of the deed ``kind``."""

    number: str
    kind: str
    what: Any
    by: str | None = None
    to: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    reason: str = "Dat staat zo in het scenario."
    errors: tuple[str, ...] = ()
    refused: str | None = None
    expected: Expectation | None = None


@dataclass(frozen=True)
class Script:
    """A scenario, with the usual answers per form of its folder."""

    path: Path
    name: str
    begin: datetime
    by: str | None
    start: Mapping[str, Answer]
    deeds: tuple[Deed, ...]
    usual: Mapping[str, Mapping[str, Answer]]


def scripts_of(folder: Path) -> list[Path]:
    """The scenario files of a route folder, by name."""
    return sorted(path for path in (folder / "scenarios").glob("*.toml") if path.name != DEFAULTS)


def read_script(path: Path) -> Script:
    """Read one file. Raises ScriptRefused."""
    data = _read(path)
    usual = read_usual(path.with_name(DEFAULTS))
    _only(path, data, _TOP, "bovenaan")
    begin = data.get("begin")
    if not isinstance(begin, datetime) or begin.tzinfo is not None:
        raise ScriptRefused(path, "'begin' moet een lokale datum met tijd zijn.")
    steps = data.get("stap", [])
    return Script(
        path,
        str(data.get("naam", path.stem)),
        begin,
        data.get("door"),
        data.get("start", {}),
        tuple(_deeds(path, steps)),
        usual,
    )


def read_usual(path: Path) -> Mapping[str, Mapping[str, Answer]]:
    """The usual answers by form; none when there is no such file. Raises ScriptRefused."""
    found = _read(path) if path.exists() else {}
    for form_id, answers in found.items():
        if not isinstance(answers, Mapping):
            raise ScriptRefused(path, f"'{form_id}' staat niet onder een formulier.")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScriptRefused(path, f"dit is geen leesbare TOML ({error}).") from error


def _only(path: Path, data: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise ScriptRefused(path, f"{where} staat een onbekend woord: {', '.join(unknown)}.")


def _deeds(path: Path, steps: list[Mapping[str, Any]], prefix: str = "") -> Iterator[Deed]:
    for number, step in enumerate(steps, 1):
        if "stuk" not in step:
            yield _deed(path, f"{prefix}{number}", step)
            continue
        _only(path, step, {"stuk", "verwacht"}, f"in stap {prefix}{number}")
        piece = path.parent / "stukken" / f"{step['stuk']}.toml"
        yield from _deeds(path, _read(piece).get("stap", []), f"{prefix}{number}.")
        rest = {key: value for key, value in step.items() if key != "stuk"}
        yield _deed(path, f"{prefix}{number}", rest)


def _deed(path: Path, number: str, step: Mapping[str, Any]) -> Deed:
    where = f"in stap {number}"
    _only(path, step, {*DEEDS, *_EXTRAS}, where)
    kinds = [kind for kind in DEEDS if kind in step]
    if len(kinds) > 1:
        raise ScriptRefused(path, f"{where} staan er twee dingen tegelijk: {', '.join(kinds)}.")
    kind = kinds[0] if kinds else "kijk"
    return Deed(
        number=number,
        kind=kind,
        what=step.get(kind),
        by=step.get("door"),
        to=step.get("aan"),
        answers=step.get("antwoorden", {}),
        shown=tuple(step.get("toont", ())),
        reason=str(step.get("reden") or step.get("toelichting") or Deed.reason),
        errors=tuple(step.get("fouten", ())),
        refused=step.get("geweigerd"),
        expected=_expectation(path, where, step["verwacht"]) if "verwacht" in step else None,
    )


def _expectation(path: Path, where: str, given: Mapping[str, Any]) -> Expectation:
    _only(path, given, _EXPECTATIONS, f"{where}, bij 'verwacht',")
    tasks = given.get("taken")
    return Expectation(
        tasks=None if tasks is None else {key: value or None for key, value in tasks.items()},
        timers=given.get("timers"),
        letters=None if "brieven" not in given else tuple(given["brieven"]),
        letter_texts=given.get("brieftekst", {}),
        conditions=tuple(given.get("waar", ())),
        seen=given.get("ziet", {}),
        unseen=given.get("ziet_niet", {}),
        status=given.get("status"),
        end=given.get("einde"),
    )

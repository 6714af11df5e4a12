"""Is an answer right? Each rule gives a Dutch sentence that names the question and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import regex

from engine.clock import AMSTERDAM
from engine.feel import Date, DateTime, to_instant
from engine.forms import Field, FieldKind
from tasks.forms.cells import Cell
from tasks.forms.limits import PATTERN_TIMEOUT
from tasks.forms.sheet import Sheet
from tasks.forms.words import in_words

_EMAIL = re.compile(r"[^@\s,;<>()]{1,64}@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]*")
_MAX_EMAIL = 254
_PHONE_DIGITS = range(5, 16)

_MISSING = {
    FieldKind.CHECKBOX: "Zet een vinkje bij {}.",
    FieldKind.CHECKLIST: "Kies een of meer antwoorden bij {}.",
    FieldKind.TAGLIST: "Kies een of meer antwoorden bij {}.",
    FieldKind.RADIO: "Kies een antwoord bij {}.",
    FieldKind.SELECT: "Kies een antwoord bij {}.",
    FieldKind.DATE: "Vul een datum in bij {}.",
    FieldKind.TIME: "Vul een tijd in bij {}.",
    FieldKind.DATE_TIME: "Vul een datum en een tijd in bij {}.",
    FieldKind.FILES: "Voeg een bestand toe bij {}.",
}


@dataclass(frozen=True)
class _Case:
    """One answer under judgement."""

    sheet: Sheet
    cell: Cell
    field: Field

    @property
    def value(self) -> object:
        return self.cell.value

    def bound(self, bound: float | str | None, place: str) -> Decimal | None:
        found = self.sheet.bound(bound, self.cell, place)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return Decimal(str(found))
        return found if isinstance(found, Decimal) else None


def first_mistake(sheet: Sheet, cell: Cell) -> str | None:
    """What is wrong with the answer of this visible cell, or None when it is right."""
    item = cell.component
    if not isinstance(item, Field) or not cell.visible or cell.readonly:
        return None
    name = f"“{cell.label.rstrip(' :*')}”"
    if not cell.asked:
        return _not_asked(item, name)
    if cell.advice is not None:
        return f"{name}: {_small(cell.advice)}"
    if _is_empty(cell.value):
        return _missing(item).format(name) if item.validation.required else None
    advice = next(_advice(_Case(sheet, cell, item)), None)
    return None if advice is None else f"{name}: {_small(advice)}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _is_empty(value: object) -> bool:
    return value is None or value is False or value == []


def _missing(item: Field) -> str:
    return _MISSING.get(item.kind, "Vul {} in.")


def _not_asked(item: Field, name: str) -> str:
    what = "Beantwoord de vraag." if item.validation.required else "U mag hem leeg laten."
    return (
        f"{name}: deze vraag is er door uw antwoorden bij gekomen. {what} Rond daarna opnieuw af."
    )


def _advice(case: _Case) -> Iterator[str]:
    for rule in _RULES:
        advice = rule(case)
        if advice is not None:
            yield advice


def _number_rule(case: _Case) -> str | None:
    value, rules = case.value, case.field.validation
    if not isinstance(value, Decimal):
        return None
    low, high = case.bound(rules.minimum, "min"), case.bound(rules.maximum, "max")
    if low is not None and value < low:
        return f"Vul {in_words(low)} of een hoger getal in."
    if high is not None and value > high:
        return f"Vul {in_words(high)} of een lager getal in."
    return None


def _length_rule(case: _Case) -> str | None:
    value, rules = case.value, case.field.validation
    if not isinstance(value, str) or case.field.kind not in (FieldKind.TEXT, FieldKind.TEXT_AREA):
        return None
    low = case.bound(rules.min_length, "minLength")
    high = case.bound(rules.max_length, "maxLength")
    if low is not None and len(value) < low:
        return f"Gebruik minstens {low} tekens. Dit zijn er {len(value)}."
    if high is not None and len(value) > high:
        return f"Gebruik hoogstens {high} tekens. Dit zijn er {len(value)}."
    return None


def _email_rule(case: _Case) -> str | None:
    value = case.value
    if case.field.validation.value_type != "email" or not isinstance(value, str):
        return None
    if len(value) <= _MAX_EMAIL and _EMAIL.fullmatch(value):
        return None
    return "Vul een e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."


def _phone_rule(case: _Case) -> str | None:
    value = case.value
    if case.field.validation.value_type != "phone" or not isinstance(value, str):
        return None
    if _PHONE.fullmatch(value) and sum(char.isdigit() for char in value) in _PHONE_DIGITS:
        return None
    return "Vul een telefoonnummer in met alleen cijfers, bijvoorbeeld 06 12345678."


def _pattern_rule(case: _Case) -> str | None:
    value, rules = case.value, case.field.validation
    if rules.pattern is None or not isinstance(value, str):
        return None
    try:
        if regex.search(rules.pattern, value, timeout=PATTERN_TIMEOUT):
            return None
    except TimeoutError:
        pass
    return rules.pattern_message or "Dit antwoord heeft niet de juiste vorm. Kijk het na."


def _past_rule(case: _Case) -> str | None:
    if not case.field.validation.not_in_the_past:
        return None
    value, now = case.value, case.sheet.setting.now
    if isinstance(value, Date):
        today = now.astimezone(AMSTERDAM).date()
        late = dt.date(value.year, value.month, value.day) < today
    elif isinstance(value, DateTime):
        moment = to_instant(value, AMSTERDAM)
        late = moment is not None and moment < now
    else:
        late = False
    return "Kies een dag die nog niet voorbij is." if late else None


def _files_rule(case: _Case) -> str | None:
    value = case.value
    if case.field.kind is FieldKind.FILES and not case.field.multiple_files:
        many = isinstance(value, list) and len(value) > 1
        return "Hier past één bestand. Verwijder de andere." if many else None
    return None


_RULES: tuple[Callable[[_Case], str | None], ...] = (
    _number_rule,
    _length_rule,
    _email_rule,
    _phone_rule,
    _pattern_rule,
    _past_rule,
    _files_rule,
)

"""Values as FEEL text and as JSON.

`to_literal` writes text that FEEL reads back. `dump` and `load` keep every value in JSON, without
loss and always in the same form, so that stored case data can be compared as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from . import decimals, iso
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Range, type_name

_TAG = "@"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONSTRUCTORS = {
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysAndTimeDuration: "duration",
    YearsAndMonthsDuration: "duration",
}


def quote(text: str) -> str:
    """A FEEL string literal."""
    return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'


def to_literal(value: object) -> str:
    """FEEL text that evaluates to the value. A function has no text and is written as null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimals.text(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(to_literal, value)) + "]"
    if isinstance(value, dict):
        entries = (f"{quote(key)}: {to_literal(item)}" for key, item in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Range):
        return range_text(value)
    constructor = _CONSTRUCTORS.get(type(value))
    return f'{constructor}("{value}")' if constructor else "null"


def range_text(value: Range) -> str:
    """A range as FEEL writes it."""
    if value.comparison:
        end = value.high if value.low is None else value.low
        return f"({value.comparison} {to_literal(end)})"
    start, end = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{start}{to_literal(value.low)}..{to_literal(value.high)}{end}"


def dump(value: object) -> object:
    """The value as what `json.dumps` takes.

    A number is a JSON integer when it is written without a point and tagged text otherwise, so
    every digit stays. Raises TypeError for a function: it cannot be stored.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        if _is_plain_whole(value):
            return int(value)
        return {_TAG: "number", "v": str(value)}
    if isinstance(value, list):
        return [dump(item) for item in value]
    if isinstance(value, dict):
        entries = {key: dump(item) for key, item in value.items()}
        return {_TAG: "context", "v": entries} if _TAG in entries else entries
    if isinstance(value, Range):
        ends = [dump(value.low), dump(value.high), value.low_closed, value.high_closed]
        return {_TAG: "range", "v": [*ends, value.comparison]}
    if type(value) not in _CONSTRUCTORS:
        raise TypeError(f"a {type_name(value)} cannot be stored")
    stored: dict[str, object] = {_TAG: type_name(value), "v": str(value)}
    if isinstance(value, DateTime) and value.fold:
        stored["fold"] = value.fold
    return stored


def _is_plain_whole(number: Decimal) -> bool:
    """Whether a JSON integer says all there is to say: no point, not huge, not minus zero."""
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int)
        and exponent >= 0
        and number.adjusted() < decimals.PRECISION
        and (bool(number) or not number.is_signed())
    )


def load(stored: object) -> object:
    """The value that `dump` stored. Raises ValueError for what `dump` never writes."""
    if stored is None or isinstance(stored, (bool, str)):
        return stored
    if isinstance(stored, int):
        return Decimal(stored)
    if isinstance(stored, list):
        return [load(item) for item in stored]
    if not isinstance(stored, dict):
        raise ValueError(f"{type(stored).__name__} is not in the stored form")
    if _TAG in stored:
        return _load_tagged(str(stored[_TAG]), stored)
    return {key: load(item) for key, item in stored.items()}


def _load_tagged(tag: str, stored: Mapping[str, object]) -> object:
    content = stored.get("v")
    if tag == "context" and isinstance(content, dict):
        return {key: load(item) for key, item in content.items()}
    if tag == "range" and isinstance(content, list) and len(content) == 5:
        low, high, low_closed, high_closed, comparison = content
        return Range(load(low), load(high), bool(low_closed), bool(high_closed), str(comparison))
    value = _parse_tagged(tag, content) if isinstance(content, str) else None
    if value is None:
        raise ValueError(f"not a stored {tag}: {content!r}")
    if isinstance(value, DateTime) and stored.get("fold"):
        return DateTime(value.date, value.time, 1)
    return value


def _parse_tagged(tag: str, text: str) -> object:
    if tag == "number":
        return Decimal(text)
    if tag == "date":
        return iso.parse_date(text)
    if tag == "time":
        return iso.parse_time(text)
    if tag == "date and time":
        return iso.parse_date_time(text)
    return iso.parse_duration(text) if tag.endswith("duration") else None

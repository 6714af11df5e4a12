"""Conversion to number and text (DMN 1.5, 10.3.4.1, table 66); dates are in `dates`."""

from __future__ import annotations

import re
from decimal import Decimal

from .. import decimals, serial
from ..run import Run
from ..values import Range
from .common import function, single, wrong

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SEPARATORS = {" ", ",", "."}
_PLAIN_KEY = re.compile(r"[^\W\d]\w*")


def number(run: Run, text: object, grouping: object = None, point: object = None) -> object:
    if isinstance(text, Decimal) and grouping is None and point is None:
        return text
    if not isinstance(text, str):
        return wrong(run, "a string", text)
    if (
        (grouping is not None and grouping not in _SEPARATORS)
        or (point is not None and point not in {".", ","})
        or (grouping is not None and grouping == point)
    ):
        return wrong(run, "separators that are allowed and differ", grouping, point)
    run.meter.take(len(text))
    run.meter.step(1 + len(text) // 64)
    if isinstance(grouping, str):
        text = text.replace(grouping, "")
    if isinstance(point, str):
        text = text.replace(point, ".")
    found = decimals.from_text(text) if _NUMBER.fullmatch(text) else None
    if found is None:
        return run.null("number", "the text is no number")
    return found


def string(run: Run, value: object) -> object:
    """The text of any value; null for null."""
    if value is None:
        return None
    return text_of(run, value, False)


def text_of(run: Run, value: object, within: bool) -> str:
    """The text of a value; strings get quotes within a list or context."""
    if isinstance(value, str):
        run.meter.take(2 * len(value))
        return serial.quote(value) if within else value
    if isinstance(value, (list, dict)):
        run.meter.step(len(value))
        run.meter.enter()
        if isinstance(value, list):
            text = "[" + ", ".join([text_of(run, item, True) for item in value]) + "]"
        else:
            entries = [f"{_key(key)}: {text_of(run, item, True)}" for key, item in value.items()]
            text = "{" + ", ".join(entries) + "}"
        run.meter.leave()
        run.meter.take(2 * len(text))
        return text
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        run.meter.take(abs(value.adjusted()) + 40)
        return decimals.text(value)
    if isinstance(value, Range):
        return _range_text(run, value)
    return str(value) if not hasattr(value, "call") else "function"


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else serial.quote(key)


def _range_text(run: Run, span: Range) -> str:
    if span.comparison:
        end = span.high if span.low is None else span.low
        return f"({span.comparison} {text_of(run, end, True)})"
    start, end = "[" if span.low_closed else "(", "]" if span.high_closed else ")"
    low, high = text_of(run, span.low, True), text_of(run, span.high, True)
    return f"{start}{low}..{high}{end}"


FUNCTIONS = {
    "number": single("from, grouping separator, decimal separator", number, optional=2),
    "string": function("from", string),
}

"""Answers in words, for people who read a completed form."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from engine.calendar.wording import format_date, format_time
from engine.clock import AMSTERDAM
from engine.feel import Date, DateTime, Time, to_instant
from tasks.forms.reading import number_text

NOT_ANSWERED = "niet ingevuld"


def in_words(value: object) -> str:
    """``ja``, ``1.250,50``, ``maandag 18 mei 2026 om 8.30 uur``; of a list, all with commas."""
    match value:
        case None | "":
            return NOT_ANSWERED
        case bool():
            return "ja" if value else "nee"
        case Decimal():
            return number_text(value)
        case Date():
            return format_date(dt.date(value.year, value.month, value.day))
        case Time():
            return format_time(dt.time(value.hour, value.minute))
        case DateTime():
            return _moment_in_words(value)
        case list():
            return ", ".join(in_words(item) for item in value) or NOT_ANSWERED
        case dict():
            return ", ".join(f"{name}: {in_words(item)}" for name, item in value.items())
        case _:
            return str(value)


def _moment_in_words(value: DateTime) -> str:
    moment = to_instant(value, AMSTERDAM)
    if moment is None:
        return str(value)
    local = moment.astimezone(AMSTERDAM)
    return f"{format_date(local.date())} om {format_time(local.time())}"

"""The built-ins that make a date, time or duration of one text, with what they do to a literal."""

from __future__ import annotations

from collections.abc import Callable

from . import iso
from .builtins.dates import FUNCTIONS
from .library import Function

READERS: dict[str, Callable[[str], object]] = {
    "date": iso.parse_date,
    "time": iso.parse_time,
    "date and time": iso.parse_date_time,
    "duration": iso.parse_duration,
}
CONSTRUCTORS: dict[str, tuple[Callable[[str], object], Function]] = {
    name: (read, FUNCTIONS[name]) for name, read in READERS.items()
}

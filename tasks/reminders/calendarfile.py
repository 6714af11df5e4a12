"""A calendar file of deadlines: iCalendar (RFC 5545), no more of it than we need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75  # in bytes, RFC 5545 3.1
_FIRST = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Thuisroute//NL",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "X-WR-CALNAME:Thuisroute",
    # How often a calendar should look again (RFC 7986 5.7, and what older programs read).
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    "X-PUBLISHED-TTL:PT1H",
)


@dataclass(frozen=True)
class Entry:
    """One deadline: a whole day, or (an aware ``due``) a moment. ``uid`` never changes."""

    uid: str
    summary: str
    due: date
    since: datetime


def calendar_file(entries: Iterable[Entry]) -> bytes:
    """The file as it is served."""
    lines = [*_FIRST, *(line for entry in entries for line in _event(entry)), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_instant(entry.since)}"
    if isinstance(entry.due, datetime):
        yield f"DTSTART:{_instant(entry.due)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.due:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(entry.summary)}"
    # A deadline does not make somebody busy, and is nobody else's business.
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A text value (RFC 5545 3.3.11): no line end of its own, no mark that means something."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return "".join(char if char.isprintable() else " " for char in text)


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 bytes (RFC 5545 3.1), never within a character."""
    pieces: list[bytes] = []
    piece = b""
    for char in line:
        raw = char.encode("utf-8", "replace")
        if len(piece) + len(raw) > _LONGEST_LINE - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += raw
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"

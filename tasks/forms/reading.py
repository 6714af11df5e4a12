"""From what was typed to a FEEL value, and back. One function a kind of answer.

An empty answer is null. What cannot be read raises ``Unreadable`` with the end of a Dutch
sentence that says what to do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from engine.clock import AMSTERDAM
from engine.feel import Date, DateTime, Time
from engine.forms import Field, FieldKind
from tasks.forms.limits import MAX_DECIMALS, MAX_DIGITS, MAX_LONG_TEXT, MAX_TEXT

ZONE = str(AMSTERDAM.key)

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DUTCH_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\s*uur)?")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_YEARS = range(1900, 2200)
# Control characters and halves of surrogate pairs (Unicode categories Cc and Cs).
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNUSABLE_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Unreadable(Exception):
    """The text is not an answer of this kind; ``advice`` is a whole Dutch sentence."""

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice


def read_text(field: Field, texts: tuple[str, ...]) -> str | None:
    """One line. Refuses control characters and more than ``MAX_TEXT`` characters."""
    text = _first(texts).strip()
    _refuse_unusable(text, _UNUSABLE, limit=MAX_TEXT)
    return text or None


def read_long_text(field: Field, texts: tuple[str, ...]) -> str | None:
    """Several lines, with ``\\n`` between them."""
    text = _first(texts).replace("\r\n", "\n").replace("\r", "\n").strip()
    _refuse_unusable(text, _UNUSABLE_IN_LINES, limit=MAX_LONG_TEXT)
    return text or None


def _refuse_unusable(text: str, unusable: re.Pattern[str], *, limit: int) -> None:
    if len(text) > limit:
        raise Unreadable(
            f"De tekst is te lang: {len(text)} tekens. Gebruik hoogstens {limit} tekens."
        )
    if unusable.search(text):
        raise Unreadable("De tekst heeft een teken dat niet mag. Typ de tekst opnieuw.")


def read_number(field: Field, texts: tuple[str, ...]) -> Decimal | None:
    """Dutch (``1.250,50``) or plain (``1250.50``) notation.

    With a comma every point is a thousands point. Without one, points that cut the number in
    groups of three are thousands points too (``1.250`` is 1250): that is how Dutch writes it.
    """
    text = _first(texts).strip().replace("\u00a0", "").replace(" ", "").removeprefix("€")
    if not text:
        return None
    plain = _plain_number(text)
    if not _NUMBER.fullmatch(plain):
        raise Unreadable("Vul een getal in, bijvoorbeeld 1250 of 1250,50.")
    whole, _, decimals = plain.lstrip("+-").partition(".")
    if len(whole) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
        raise Unreadable("Dit getal is te lang. Vul een korter getal in.")
    if field.decimals is not None and len(decimals) > field.decimals:
        if field.decimals == 0:
            raise Unreadable("Vul een heel getal in, zonder cijfers achter de komma.")
        raise Unreadable(f"Gebruik hoogstens {field.decimals} cijfers achter de komma.")
    return Decimal(plain)


def _plain_number(text: str) -> str:
    sign = text[0] if text[0] in "+-" else ""
    whole, comma, decimals = text.removeprefix(sign).partition(",")
    if _GROUPED.fullmatch(whole):
        whole = whole.replace(".", "")
    elif comma and "." in whole:
        return "?"
    return f"{sign}{whole}.{decimals}" if comma else sign + whole


def read_checkbox(field: Field, texts: tuple[str, ...]) -> bool:
    return any(text in ("ja", "on", "true", "1") for text in texts)


def read_date(field: Field, texts: tuple[str, ...]) -> Date | None:
    """``2026-05-18`` (what a browser sends) or ``18-5-2026``."""
    text = _first(texts).strip()
    if not text:
        return None
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DUTCH_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise Unreadable("Vul een datum in als dag-maand-jaar, bijvoorbeeld 18-5-2026.")
    if year not in _YEARS:
        raise Unreadable(f"Het jaar {year} kan niet. Vul een jaar in van vier cijfers.")
    try:
        return Date(year, month, day)
    except ValueError:
        raise Unreadable("Deze dag bestaat niet. Kijk de datum na.") from None


def read_time(field: Field, texts: tuple[str, ...]) -> Time | None:
    """``8:30``, ``08:30`` or ``8.30``: a time of day without a zone."""
    text = _first(texts).strip()
    if not text:
        return None
    match = _TIME.fullmatch(text)
    hour, minute = map(int, match.groups()) if match else (99, 99)
    if hour > 23 or minute > 59:
        raise Unreadable("Vul een tijd in als uren:minuten, bijvoorbeeld 8:30.")
    return Time(hour, minute, 0)


def read_moment(field: Field, texts: tuple[str, ...]) -> DateTime | None:
    """Date and time on the Dutch clock; ``texts`` are the two controls.

    A time that the start of summer time skips is refused; of one that the end of it repeats,
    the first is taken.
    """
    day_text, time_text = ((*texts, "", ""))[:2]
    if "T" in day_text and not time_text:
        day_text, _, time_text = day_text.partition("T")
    day = read_date(field, (day_text,))
    time = read_time(field, (time_text,))
    if day is None and time is None:
        return None
    if day is None:
        raise Unreadable("Vul ook de datum in, bijvoorbeeld 18-5-2026.")
    if time is None:
        raise Unreadable("Vul ook de tijd in, bijvoorbeeld 8:30.")
    local = dt.datetime(day.year, day.month, day.day, time.hour, time.minute, tzinfo=AMSTERDAM)
    back = local.astimezone(dt.UTC).astimezone(AMSTERDAM)
    if (back.hour, back.minute) != (local.hour, local.minute):
        raise Unreadable("Deze tijd bestaat niet: de zomertijd gaat dan in. Kijk de tijd na.")
    return DateTime(day, Time(time.hour, time.minute, 0, 0, ZONE))


def _first(texts: tuple[str, ...]) -> str:
    return texts[0] if texts else ""


READERS: dict[FieldKind, Callable[[Field, tuple[str, ...]], object]] = {
    FieldKind.TEXT: read_text,
    FieldKind.TEXT_AREA: read_long_text,
    FieldKind.NUMBER: read_number,
    FieldKind.CHECKBOX: read_checkbox,
    FieldKind.DATE: read_date,
    FieldKind.TIME: read_time,
    FieldKind.DATE_TIME: read_moment,
}
"""The kinds that need nothing but the text; choices and files need more (see ``cells``)."""


def to_typed(kind: FieldKind, value: object) -> tuple[str, ...]:
    """The text that a person would have typed for ``value``; for a moment two texts."""
    match value:
        case None:
            return ()
        case bool():
            return ("ja",) if value else ()
        case Decimal():
            return (number_text(value),)
        case Date():
            return (str(value),)
        case Time():
            return (f"{value.hour:02d}:{value.minute:02d}",)
        case DateTime():
            time = value.time
            return (str(value.date), f"{time.hour:02d}:{time.minute:02d}")
        case _:
            return (str(value),)


def number_text(value: Decimal) -> str:
    """Dutch, without thousands points: ``1250,50``."""
    return f"{value:f}".replace(".", ",")

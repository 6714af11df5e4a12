"""FEEL values in Python (DMN 1.5, 10.3.2.2 to 10.3.2.8).

number: `decimal.Decimal`; string: `str`; boolean: `bool`; null: `None`; list: `list`;
context: `dict`; dates, times and durations: `temporal`; range: `Range`; function: `Closure` or
`library.Function`. Lists and contexts are shared and never changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from . import decimals
from .temporal import (
    Date,
    DateTime,
    DaysAndTimeDuration,
    Time,
    YearsAndMonthsDuration,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from zoneinfo import ZoneInfo

    from .run import Run
    from .zones import Zone

_MAX_NESTING = 200


class Range:
    """An interval; `low_closed` and `high_closed` say whether the end itself belongs to it.

    `comparison` is the operator of a range written as `(< 5)`: then an end that is None is no
    bound at all. In `[1..null]` it is a bound that is not known.
    """

    __slots__ = ("comparison", "high", "high_closed", "low", "low_closed")

    def __init__(
        self,
        low: object,
        high: object,
        low_closed: bool,
        high_closed: bool,
        comparison: str = "",
    ) -> None:
        self.comparison = comparison
        self.low = low
        self.high = high
        self.low_closed = low_closed
        self.high_closed = high_closed

    def _key(self) -> tuple[object, object, bool, bool, str]:
        return (self.low, self.high, self.low_closed, self.high_closed, self.comparison)

    def __eq__(self, other: object) -> bool:
        return type(other) is Range and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Range{self._key()}"


class Callable:
    """Anything that FEEL can call. `Function` and `Closure` are the two kinds."""

    __slots__ = ()
    params: tuple[str, ...]

    def call(self, args: list[object], run: Run) -> object:
        """The value of a call with arguments by position."""
        raise NotImplementedError

    def call_named(self, names: list[str], args: list[object], run: Run) -> object:
        """The value of a call with arguments by name."""
        raise NotImplementedError


_NAMES: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysAndTimeDuration: "days and time duration",
    YearsAndMonthsDuration: "years and months duration",
    Range: "range",
}
ATOMS = frozenset(_NAMES) - {list, dict, Range}


def type_name(value: object) -> str:
    """The standard's name of the kind of value; "function" for what can be called."""
    return _NAMES.get(type(value), "function")


def from_python(value: object) -> object:
    """The FEEL value of a Python value.

    Takes int, float, Decimal, str, bool, None, date, time, datetime, timedelta, list, tuple and
    Mapping with text keys, and FEEL values. A float goes by its shortest text, so 0.1 is 0.1; what
    is not finite becomes null. Raises TypeError for anything else, ValueError when nested too deep.
    """
    kind = type(value)
    if kind is Decimal:
        return decimals.from_decimal(value)  # type: ignore[arg-type]
    if kind in ATOMS:
        return value
    if kind is int:
        return decimals.from_int(value)  # type: ignore[arg-type]
    return _from_python(value, _MAX_NESTING)


def _from_python(value: object, depth: int) -> object:
    if type(value) in ATOMS and type(value) is not Decimal:
        return value
    if depth == 0:
        raise ValueError("nested too deep to become a FEEL value")
    if isinstance(value, (Mapping, list, tuple)):
        return _collection(value, depth - 1)
    if isinstance(value, Decimal):
        return decimals.from_decimal(value)
    if isinstance(value, int):
        return bool(value) if isinstance(value, bool) else decimals.from_int(value)
    if isinstance(value, float):
        return decimals.from_text(repr(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (Range, Callable)):
        return value
    return _from_python_time(value)


def _collection(
    value: Mapping[object, object] | list[object] | tuple[object, ...], depth: int
) -> object:
    if not isinstance(value, Mapping):
        return [_from_python(item, depth) for item in value]
    context: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(f"a context has text keys, not {type(key).__name__}")
        context[key] = _from_python(item, depth)
    return context


def _from_python_time(value: object) -> object:
    import datetime

    if isinstance(value, datetime.datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value), value.fold)
    if isinstance(value, datetime.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, datetime.time):
        return _time(value)
    if isinstance(value, datetime.timedelta):
        micros = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
        return DaysAndTimeDuration(micros * 1000)
    raise TypeError(f"{type(value).__name__} is no FEEL value")


def _time(value: datetime.datetime | datetime.time) -> Time:
    zone: Zone = None
    if value.tzinfo is not None:
        key = getattr(value.tzinfo, "key", None)
        if isinstance(key, str) and key not in {"UTC", "Etc/UTC"}:
            zone = key
        else:
            delta = value.utcoffset()
            zone = None if delta is None else int(delta.total_seconds())
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, zone)


def to_python_date(value: object) -> datetime.date | None:
    """The calendar day of a date or a date and time (as its own clock shows it), or None.

    None as well for years that Python cannot hold.
    """
    if isinstance(value, DateTime):
        value = value.date
    if not isinstance(value, Date) or not 1 <= value.year <= 9999:
        return None
    import datetime

    return datetime.date(value.year, value.month, value.day)


def to_instant(value: object, zone: ZoneInfo) -> datetime.datetime | None:
    """The moment in UTC of a date and time, or of the midnight at which a date begins.

    What carries no zone is a clock reading in `zone`. None for every other kind of value, and for
    moments that Python cannot hold. Cut off to microseconds.
    """
    if isinstance(value, Date):
        value = DateTime(value, Time(0, 0, 0))
    if not isinstance(value, DateTime) or not 1 <= value.date.year <= 9999:
        return None
    if value.zone is None:
        time = Time.of_nanos(value.time.nanos, zone.key or 0)
        value = DateTime(value.date, time, value.fold)
    import datetime

    try:
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        return epoch + datetime.timedelta(microseconds=value.utc_nanos // 1000)
    except OverflowError:
        return None
